import Glibc

/// Memory that has been freed and that the allocator keeps.
enum FreeMemory {
  /// Gives it back to the system, where the C library can: glibc's `malloc_trim`, which its Swift module does not show.
  static func giveBack() {
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)(0)
  }
}
