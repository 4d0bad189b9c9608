import CCairo
import Images

/// An image as a Cairo surface. For use by one thread.
final class Bitmap {
  let surface: OpaquePointer
  let width: Int
  let height: Int

  /// Copies `image`. Throws where it has no pixels, its samples do not fit its extents, or it is larger than Cairo takes.
  convenience init(_ image: RGBImage) throws {
    try self.init(image, crop: Box(x: 0, y: 0, width: image.width, height: image.height))
  }

  /// Copies the part of `image` inside `crop`. Throws as `init(_:)`, and where nothing of the image is inside.
  init(_ image: RGBImage, crop: Box) throws {
    let (pixels, overflow) = image.width.multipliedReportingOverflow(by: image.height)
    guard image.width > 0, image.height > 0, !overflow, pixels == image.samples.count / 3 else {
      throw FigureError("The image to draw has no pixels, or its samples do not fit its extents.")
    }
    guard let part = crop.clamped(toWidth: image.width, height: image.height) else {
      throw FigureError("The box to draw lies outside its image.")
    }
    let (columns, rows) = (Int32(clamping: part.width), Int32(clamping: part.height))
    guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let data = cairo_image_surface_get_data(surface)
    else {
      throw FigureError("An image of \(part.width) × \(part.height) pixels is too large to draw; make it smaller.")
    }
    cairo_surface_flush(surface)
    let stride = Int(cairo_image_surface_get_stride(surface))
    image.samples.withUnsafeBufferPointer { samples in
      for row in 0..<part.height {
        var source = ((part.y + row) * image.width + part.x) * 3
        let target = UnsafeMutableRawPointer(data + row * stride)
        for column in 0..<part.width {
          let value = UInt32(samples[source]) << 16 | UInt32(samples[source + 1]) << 8 | UInt32(samples[source + 2])
          target.storeBytes(of: value, toByteOffset: column * 4, as: UInt32.self)
          source += 3
        }
      }
    }
    cairo_surface_mark_dirty(surface)
    self.surface = surface
    width = part.width
    height = part.height
  }

  private init(surface: OpaquePointer, width: Int, height: Int) {
    self.surface = surface
    self.width = width
    self.height = height
  }

  deinit { cairo_surface_destroy(surface) }

  /// This bitmap, or a smaller one of the same proportions where a side exceeds `side` pixels.
  func limited(toSide side: Int) throws -> Bitmap {
    guard max(width, height) > side else { return self }
    let scale = Double(side) / Double(max(width, height))
    let newWidth = max(1, Int((Double(width) * scale).rounded()))
    let newHeight = max(1, Int((Double(height) * scale).rounded()))
    let (columns, rows) = (Int32(clamping: newWidth), Int32(clamping: newHeight))
    guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS
    else { throw FigureError("An image could not be scaled down for drawing: memory ran out.") }
    let smaller = Bitmap(surface: surface, width: newWidth, height: newHeight)
    let canvas = Canvas(surface: surface)
    canvas.draw(self, in: Rect(x: 0, y: 0, width: Double(newWidth), height: Double(newHeight)))
    try canvas.check()
    return smaller
  }
}

extension Box {
  /// The part of this box inside an image; nil where there is none.
  func clamped(toWidth width: Int, height: Int) -> Box? {
    let left = min(max(x, 0), width)
    let top = min(max(y, 0), height)
    let (right, overflowX) = x.addingReportingOverflow(self.width)
    let (bottom, overflowY) = y.addingReportingOverflow(self.height)
    guard !overflowX, !overflowY, min(right, width) > left, min(bottom, height) > top else { return nil }
    return Box(x: left, y: top, width: min(right, width) - left, height: min(bottom, height) - top)
  }
}
