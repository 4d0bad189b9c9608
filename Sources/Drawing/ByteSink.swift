import CCairo

/// Collects the bytes that Cairo writes.
enum ByteSink {
  /// Everything that `body` writes through the function and the closure that it is given.
  static func bytes(
    _ body: (_ write: @escaping cairo_write_func_t, _ closure: UnsafeMutableRawPointer) throws -> Void
  ) rethrows -> [UInt8] {
    let buffer = Buffer()
    try withExtendedLifetime(buffer) { try body(append, Unmanaged.passUnretained(buffer).toOpaque()) }
    return buffer.bytes
  }

  private final class Buffer {
    var bytes: [UInt8] = []
  }

  private static let append: cairo_write_func_t = { closure, data, count in
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<Buffer>.fromOpaque(closure).takeUnretainedValue().bytes
      .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}
