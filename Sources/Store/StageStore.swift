import Synchronization

/// Results of stages by recipe, in memory, bounded in bytes: the least recently used go first.
///
/// Everything here can be computed again; losing an entry costs time, never a result. Safe to use from any thread.
public final class StageStore: Sendable {
  /// What a store holds and how often it helped.
  public struct Statistics: Sendable, Equatable {
    /// Entries held.
    public var entries = 0
    /// Their size as stated at insertion.
    public var bytes = 0
    /// Look-ups that found their entry.
    public var hits = 0
    /// Look-ups that did not.
    public var misses = 0
  }

  private struct Entry {
    var value: any Sendable
    var bytes: Int
    var lastUse: UInt64
  }

  private struct State {
    var entries: [Recipe: Entry] = [:]
    var clock: UInt64 = 0
    var statistics = Statistics()
  }

  /// The share of the limit that an eviction pass frees below it, so that passes are rare.
  private static let headroom = 0.1

  private let byteLimit: Int
  private let state = Mutex(State())

  /// A store that holds at most `byteLimit` bytes.
  public init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// The entry of `recipe`, if it is held and of type `Value`.
  public func value<Value: Sendable>(for recipe: Recipe, as type: Value.Type = Value.self) -> Value? {
    state.withLock { state in
      state.clock += 1
      guard let value = state.entries[recipe]?.value as? Value else {
        state.statistics.misses += 1
        return nil
      }
      state.entries[recipe]?.lastUse = state.clock
      state.statistics.hits += 1
      return value
    }
  }

  /// Holds `value`, which takes `bytes`, under `recipe`. A value larger than the limit is not held.
  public func insert(_ value: some Sendable, bytes: Int, for recipe: Recipe) {
    guard bytes <= byteLimit else { return }
    state.withLock { state in
      state.clock += 1
      let replaced = state.entries.updateValue(
        Entry(value: value, bytes: bytes, lastUse: state.clock), forKey: recipe)
      state.statistics.bytes += bytes - (replaced?.bytes ?? 0)
      if state.statistics.bytes > byteLimit { Self.evict(from: &state, downTo: byteLimit) }
      state.statistics.entries = state.entries.count
    }
  }

  /// What the store holds now.
  public var statistics: Statistics { state.withLock { $0.statistics } }

  private static func evict(from state: inout State, downTo byteLimit: Int) {
    let target = Int(Double(byteLimit) * (1 - headroom))
    for (recipe, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      if state.statistics.bytes <= target { break }
      state.entries[recipe] = nil
      state.statistics.bytes -= entry.bytes
    }
  }
}
