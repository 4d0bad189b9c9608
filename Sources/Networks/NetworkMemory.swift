import NetworkRuntime

/// Weights in the layouts that oneDNN wants, shared by all graphs of a network. Safe to use from any thread.
final class PackedWeights: @unchecked Sendable {
  let store: OpaquePointer

  init() throws {
    guard let made = nrt_weights_create() else { throw NetworkError(.execution, "out of memory") }
    store = made
  }

  deinit { nrt_weights_destroy(store) }

  var bytes: Int { Int(nrt_weights_bytes(store)) }
}

/// The memory that the graphs of one network thread compute in, one at a time.
final class Arena: @unchecked Sendable {
  let store: OpaquePointer

  init() throws {
    guard let made = nrt_arena_create() else { throw NetworkError(.execution, "out of memory") }
    store = made
  }

  deinit { nrt_arena_destroy(store) }

  var bytes: Int { Int(nrt_arena_bytes(store)) }
}
