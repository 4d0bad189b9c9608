import CCairo
import Images

/// Pixels to draw, and to draw on. For use by one thread.
package final class Bitmap {
  let surface: OpaquePointer
  package let width: Int
  package let height: Int
  /// The pixels, row-major without gaps; they live as long as the surface.
  private let data: UnsafeMutablePointer<UInt8>

  /// An empty bitmap: black, or transparent where it is not opaque. Throws where a side is not positive or too long for
  /// Cairo, or memory runs out.
  package init(width: Int, height: Int, isOpaque: Bool = false) throws {
    let format = isOpaque ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32
    let surface = cairo_image_surface_create(format, Int32(clamping: width), Int32(clamping: height))
    guard width > 0, height > 0, let surface, cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let data = cairo_image_surface_get_data(surface), Int(cairo_image_surface_get_stride(surface)) == 4 * width
    else {
      cairo_surface_destroy(surface)
      throw DrawingError("An image of \(width) × \(height) pixels is too large to draw; make it smaller.")
    }
    self.surface = surface
    self.data = data
    self.width = width
    self.height = height
  }

  /// Copies `image`. Throws where it has no pixels, its samples do not fit its extents, or it is larger than Cairo
  /// takes.
  package convenience init(_ image: RGBImage) throws {
    try self.init(image, crop: Box(x: 0, y: 0, width: image.width, height: image.height))
  }

  /// Copies `image` inside `crop`. Throws as `init(_:)`, and where nothing of the image is inside.
  package convenience init(_ image: RGBImage, crop: Box) throws {
    let (pixels, overflow) = image.width.multipliedReportingOverflow(by: image.height)
    guard image.width > 0, image.height > 0, !overflow, pixels == image.samples.count / 3 else {
      throw DrawingError("The image to draw has no pixels, or its samples do not fit its extents.")
    }
    guard let part = crop.clamped(toWidth: image.width, height: image.height) else {
      throw DrawingError("The box to draw lies outside its image.")
    }
    try self.init(width: part.width, height: part.height, isOpaque: true)
    cairo_surface_flush(surface)
    let target = UnsafeMutableRawPointer(data)
    image.samples.withUnsafeBufferPointer { samples in
      for row in 0..<part.height {
        var source = ((part.y + row) * image.width + part.x) * 3
        for column in 0..<part.width {
          let value = UInt32(samples[source]) << 16 | UInt32(samples[source + 1]) << 8 | UInt32(samples[source + 2])
          target.storeBytes(of: value, toByteOffset: (row * part.width + column) * 4, as: UInt32.self)
          source += 3
        }
      }
    }
    cairo_surface_mark_dirty(surface)
  }

  deinit { cairo_surface_destroy(surface) }

  /// This bitmap, or a smaller opaque one of the same proportions where a side exceeds `side` pixels.
  package func limited(toSide side: Int) throws -> Bitmap {
    guard max(width, height) > side else { return self }
    let scale = Double(side) / Double(max(width, height))
    let smaller = try Bitmap(
      width: max(1, Int((Double(width) * scale).rounded())), height: max(1, Int((Double(height) * scale).rounded())),
      isOpaque: true)
    let canvas = try Canvas(on: smaller)
    canvas.draw(self, in: Rect(x: 0, y: 0, width: Double(smaller.width), height: Double(smaller.height)))
    try canvas.check()
    return smaller
  }

  /// Calls `body` with the pixels, row-major, as 0xAARRGGBB whose colours are multiplied by the opacity. An opaque
  /// bitmap's AA means nothing.
  package func withPixels<Result>(_ body: (UnsafeBufferPointer<UInt32>) throws -> Result) rethrows -> Result {
    cairo_surface_flush(surface)
    let count = width * height
    return try data.withMemoryRebound(to: UInt32.self, capacity: count) { pixels in
      try body(UnsafeBufferPointer(start: pixels, count: count))
    }
  }

  /// The picture; transparent pixels are black.
  package func image() -> RGBImage {
    var samples = [UInt8](repeating: 0, count: width * height * 3)
    withPixels { pixels in
      samples.withUnsafeMutableBufferPointer { samples in
        for (index, pixel) in pixels.enumerated() {
          samples[index * 3] = UInt8(truncatingIfNeeded: pixel >> 16)
          samples[index * 3 + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          samples[index * 3 + 2] = UInt8(truncatingIfNeeded: pixel)
        }
      }
    }
    return RGBImage(width: width, height: height, samples: samples)
  }

  package func png() throws -> [UInt8] {
    try ByteSink.bytes { write, closure in
      try DrawingError.check(
        cairo_surface_write_to_png_stream(surface, write, closure), "An image could not be written as PNG")
    }
  }
}
