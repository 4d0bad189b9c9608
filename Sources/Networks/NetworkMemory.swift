import COneDNN

/// Weights in the layouts that oneDNN wants, shared by all graphs of a network. Safe to use from any thread.
final class PackedWeights: @unchecked Sendable {
  let store: OpaquePointer

  init() throws {
    guard let made = oned_weights_create() else { throw NetworkError(.execution, "out of memory") }
    store = made
  }

  deinit { oned_weights_destroy(store) }

  /// Bytes of the weights.
  var bytes: Int { Int(oned_weights_bytes(store)) }
}

/// Memory that graphs share which run on one lane, one at a time.
final class Arena: @unchecked Sendable {
  let store: OpaquePointer

  init() throws {
    guard let made = oned_arena_create() else { throw NetworkError(.execution, "out of memory") }
    store = made
  }

  deinit { oned_arena_destroy(store) }

  /// Bytes of the arena.
  var bytes: Int { Int(oned_arena_bytes(store)) }
}
