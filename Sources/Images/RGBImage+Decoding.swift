import CJPEG
import CPNG

extension RGBImage {
  /// Decodes a JPEG file (baseline or progressive; grey, colour, CMYK) or a PNG file (any kind; 16 bits by their high
  /// byte) to what Pillow's `Image.open(…).convert("RGB")` yields.
  ///
  /// Throws where the bytes are of another format, damaged, truncated, or describe more than `options.maxPixels`
  /// pixels.
  package static func decode(
    _ bytes: [UInt8], options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> RGBImage {
    switch FileFormat(of: bytes) {
    case .jpeg: try decodeJPEG(bytes, options)
    case .png: try decodePNG(bytes, options)
    case .other(let name): throw ImageError(reason: "\(name) is not supported: convert it to JPEG or PNG")
    case .unknown: throw ImageError(reason: "neither a JPEG nor a PNG file")
    case .empty: throw ImageError(reason: "the file is empty")
    }
  }

  private static func decodeJPEG(_ bytes: [UInt8], _ options: DecodingOptions) throws(ImageError) -> RGBImage {
    try withBuffer(of: bytes) { file throws(ImageError) in
      var message = MessageBuffer(length: CJPEG_MESSAGE_LENGTH)
      var header = cjpeg_header()
      guard let reader = cjpeg_open(file.baseAddress, file.count, &header, &message.characters) else {
        throw ImageError(reason: "damaged JPEG: \(message.text)")
      }
      defer { cjpeg_close(reader) }
      let (width, height) = (Int(header.width), Int(header.height))
      try options.checkExtents(width, height)
      let orientation =
        options.appliesOrientation
        ? EXIFOrientation(tiff: UnsafeRawBufferPointer(start: header.exif, count: header.exif_length)) : .upright
      var status: Int32 = 0
      var warnings: Int32 = 0
      let samples = [UInt8](unsafeUninitializedCapacity: width * height * 3) { target, count in
        status = cjpeg_decode(reader, target.baseAddress, &warnings, &message.characters)
        count = status == 0 ? target.count : 0
      }
      guard status == 0 else { throw ImageError(reason: "damaged JPEG: \(message.text)") }
      guard warnings == 0 || options.concealsDamage else { throw ImageError(reason: "damaged JPEG: \(message.text)") }
      return RGBImage(width: width, height: height, samples: samples).turnedUpright(from: orientation)
    }
  }

  private static func decodePNG(_ bytes: [UInt8], _ options: DecodingOptions) throws(ImageError) -> RGBImage {
    try withBuffer(of: bytes) { file throws(ImageError) in
      var message = MessageBuffer(length: CPNG_MESSAGE_LENGTH)
      var header = cpng_header()
      guard let reader = cpng_open(file.baseAddress, file.count, &header, &message.characters) else {
        throw ImageError(reason: "damaged PNG: \(message.text)")
      }
      defer { cpng_close(reader) }
      let (width, height) = (Int(header.width), Int(header.height))
      try options.checkExtents(width, height)
      let orientation =
        options.appliesOrientation
        ? EXIFOrientation(tiff: UnsafeRawBufferPointer(start: header.exif, count: header.exif_length)) : .upright
      let channels = Int(header.channels)
      var status: Int32 = 0
      var samples = [UInt8](unsafeUninitializedCapacity: width * height * channels) { target, count in
        status = cpng_decode(reader, target.baseAddress, &message.characters)
        count = status == 0 ? target.count : 0
      }
      guard status == 0 else { throw ImageError(reason: "damaged PNG: \(message.text)") }
      if channels == 4 { removeTransparency(&samples, options.transparency) }
      return RGBImage(width: width, height: height, samples: samples).turnedUpright(from: orientation)
    }
  }

  /// Turns RGBA with straight alpha into RGB, in place.
  private static func removeTransparency(_ samples: inout [UInt8], _ rule: DecodingOptions.Transparency) {
    let pixels = samples.count / 4
    samples.withUnsafeMutableBufferPointer { samples in
      for pixel in 0..<pixels {
        let alpha = UInt32(samples[pixel * 4 + 3])
        for channel in 0..<3 {
          let value = UInt32(samples[pixel * 4 + channel])
          samples[pixel * 3 + channel] =
            rule == .discard ? UInt8(value) : UInt8((value * alpha + 255 * (255 - alpha) + 127) / 255)
        }
      }
    }
    samples.removeLast(pixels)
  }
}

/// Calls `body` with the bytes' memory; the standard library's function has no typed errors.
private func withBuffer<Result>(
  of bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(ImageError) -> Result
) throws(ImageError) -> Result {
  try bytes.withUnsafeBufferPointer { buffer in Swift.Result { () throws(ImageError) in try body(buffer) } }.get()
}

/// Room for a C function's message.
private struct MessageBuffer {
  var characters: [CChar]

  init(length: Int) { characters = [CChar](repeating: 0, count: length) }

  var text: String { String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) }
}

extension DecodingOptions {
  /// Throws where an image is empty or larger than allowed.
  fileprivate func checkExtents(_ width: Int, _ height: Int) throws(ImageError) {
    guard width > 0, height > 0 else { throw ImageError(reason: "the image is empty: \(width) × \(height) pixels") }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= maxPixels else {
      throw ImageError(reason: "the image is too large: \(width) × \(height) pixels, where \(maxPixels) are allowed")
    }
  }
}
