import CCairo
import Foundation

/// Turns one drawing into bytes of any format.
enum Drawing {
  /// Pixels per point of PNG pictures.
  static let pixelsPerPoint = 2.0

  /// Runs `draw` on a white page of `width` × `height` points and returns the file.
  ///
  /// `title` and `description` go into the file for people who cannot see it. The same drawing gives the same bytes.
  /// Throws `FigureError` where the page is larger than the format takes or drawing fails.
  static func render(
    width: Double, height: Double, as format: FigureFormat, title: String, description: String,
    draw: (Canvas) throws -> Void
  ) throws -> [UInt8] {
    let sink = ByteSink()
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    return try withExtendedLifetime(sink) {
      let scale = format == .png ? pixelsPerPoint : 1
      let surface: OpaquePointer?
      switch format {
      case .png:
        surface = cairo_image_surface_create(
          CAIRO_FORMAT_RGB24, Int32(clamping: Int((width * scale).rounded(.up))),
          Int32(clamping: Int((height * scale).rounded(.up))))
      case .svg: surface = cairo_svg_surface_create_for_stream(appendToSink, closure, width, height)
      case .pdf: surface = cairo_pdf_surface_create_for_stream(appendToSink, closure, width, height)
      }
      guard let surface else { throw FigureError("Drawing failed: memory ran out.") }
      defer { cairo_surface_destroy(surface) }
      guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else {
        throw FigureError(
          "A picture of \(Int(width)) × \(Int(height)) points is too large for \(format.rawValue); draw fewer classes.")
      }
      if format == .pdf {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, description)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, Self.fixedDate)
      }
      let canvas = Canvas(surface: surface, scale: scale)
      canvas.fill(Rect(x: 0, y: 0, width: width, height: height), Color(0xffffff))
      try draw(canvas)
      try canvas.check()
      if format == .png {
        let status = cairo_surface_write_to_png_stream(surface, appendToSink, closure)
        guard status == CAIRO_STATUS_SUCCESS else { throw FigureError("Drawing failed: \(statusMessage(status)).") }
      } else {
        cairo_surface_finish(surface)
        let status = cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS else { throw FigureError("Drawing failed: \(statusMessage(status)).") }
      }
      return format == .svg ? described(sink.bytes, title: title, description: description) : sink.bytes
    }
  }

  /// A PDF carries a date; a fixed one keeps equal drawings equal.
  private static let fixedDate = "2021-06-19T00:00:00Z"

  /// Adds a title and a description to an SVG file.
  private static func described(_ svg: [UInt8], title: String, description: String) -> [UInt8] {
    var text = String(decoding: renumbered(svg), as: UTF8.self)
    guard let root = text.range(of: "<svg "), let end = text[root.upperBound...].firstIndex(of: ">") else { return svg }
    let words = "\n<title>\(HTMLText.escape(title))</title>\n<desc>\(HTMLText.escape(description))</desc>"
    text.insert(contentsOf: words, at: text.index(after: end))
    text.insert(contentsOf: "role=\"img\" ", at: root.upperBound)
    return Array(text.utf8)
  }

  /// Names definitions by their order in the file: Cairo counts them over the life of the process.
  private static func renumbered(_ svg: [UInt8]) -> [UInt8] {
    let marks = ["id=\"", "href=\"#", "url(#"].map { Array($0.utf8) }
    let ends: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: ")")]
    var names: [ArraySlice<UInt8>: Int] = [:]
    var result: [UInt8] = []
    result.reserveCapacity(svg.count)
    var index = 0
    while index < svg.count {
      guard let mark = marks.first(where: { svg[index...].starts(with: $0) }) else {
        result.append(svg[index])
        index += 1
        continue
      }
      let start = index + mark.count
      let end = svg[start...].firstIndex(where: ends.contains) ?? svg.count
      let number = names[svg[start..<end], default: names.count]
      names[svg[start..<end]] = number
      result += mark + Array("d\(number)".utf8)
      index = end
    }
    return result
  }
}

extension Bitmap {
  /// The bitmap as a PNG file.
  func png() throws -> [UInt8] {
    let sink = ByteSink()
    let status = withExtendedLifetime(sink) {
      cairo_surface_write_to_png_stream(surface, appendToSink, Unmanaged.passUnretained(sink).toOpaque())
    }
    guard status == CAIRO_STATUS_SUCCESS else {
      throw FigureError("An image could not be written as PNG: \(statusMessage(status)).")
    }
    return sink.bytes
  }
}

/// Where Cairo's stream functions put their bytes.
private final class ByteSink {
  var bytes: [UInt8] = []
}

private func appendToSink(
  _ closure: UnsafeMutableRawPointer?, _ data: UnsafePointer<UInt8>?, _ count: UInt32
) -> cairo_status_t {
  guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
  Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue().bytes
    .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
  return CAIRO_STATUS_SUCCESS
}
