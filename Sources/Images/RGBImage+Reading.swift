extension RGBImage {
  /// Reads and decodes the file at `path`.
  ///
  /// Throws as `decode(_:options:)` does, and where the path is no readable regular file of at most
  /// `options.maxFileBytes` bytes. The bytes are copied, never mapped: a file that shrinks meanwhile is only truncated.
  public static func read(
    path: String, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> RGBImage {
    try decode(RegularFile.bytes(path: path, maxBytes: options.maxFileBytes), options: options)
  }
}
