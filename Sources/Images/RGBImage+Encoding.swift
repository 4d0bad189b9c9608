import CJPEG
import CPNG

extension RGBImage {
  /// The image as a PNG file; empty for an image without pixels, or where memory is short.
  package func pngData() -> [UInt8] {
    guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else { return [] }
    var message = [CChar](repeating: 0, count: CPNG_MESSAGE_LENGTH)
    var length = 0
    guard let bytes = cpng_encode(samples, width, height, &length, &message) else { return [] }
    defer { cpng_free(bytes) }
    return [UInt8](UnsafeBufferPointer(start: bytes, count: length))
  }

  /// The image as a baseline JPEG file of `quality`, clamped to 1...100; empty for an image without pixels or with a
  /// side above JPEG's limit of 65,500 pixels, or where memory is short.
  package func jpegData(quality: Int) -> [UInt8] {
    guard let width = Int32(exactly: width), let height = Int32(exactly: height) else { return [] }
    var message = [CChar](repeating: 0, count: CJPEG_MESSAGE_LENGTH)
    var length = 0
    let quality = Int32(min(max(quality, 1), 100))
    guard let bytes = cjpeg_encode(samples, width, height, quality, &length, &message) else { return [] }
    defer { cjpeg_free(bytes) }
    return [UInt8](UnsafeBufferPointer(start: bytes, count: length))
  }
}
