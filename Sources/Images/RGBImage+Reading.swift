import Base

extension RGBImage {
  /// Reads and decodes the file at `path`.
  ///
  /// Throws as `decode(_:options:)` does, and where the path is not a readable regular file of at most
  /// `options.maxFileBytes` bytes. The bytes are copied, never mapped: a file that shrinks meanwhile is only truncated.
  package static func read(
    path: String, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> RGBImage {
    let bytes: [UInt8]
    do { bytes = try RegularFile.bytes(path: path, maxBytes: options.maxFileBytes) } catch {
      throw ImageError(reason: error.reason)
    }
    return try decode(bytes, options: options)
  }
}
