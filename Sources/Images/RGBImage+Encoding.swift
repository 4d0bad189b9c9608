import CJPEG
import CPNG

extension RGBImage {
  /// The image as a PNG file; empty where the image has no pixels or memory is short.
  package func pngData() -> [UInt8] {
    guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else { return [] }
    var message = [CChar](repeating: 0, count: CPNG_MESSAGE_LENGTH)
    var length = 0
    guard let bytes = cpng_encode(samples, width, height, &length, &message) else { return [] }
    defer { cpng_free(bytes) }
    return [UInt8](UnsafeBufferPointer(start: bytes, count: length))
  }

  /// The image as a baseline JPEG file of `quality` 1...100 (others are moved into that range); empty where the image
  /// has no pixels, is larger than the 65,500 pixels a side that JPEG can hold, or memory is short.
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
