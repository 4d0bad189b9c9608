/// Values by recipe, bounded in bytes: the least recently used are removed first.
struct BoundedCache<Value: Sendable>: Sendable {
  private struct Entry {
    var value: Value
    var bytes: Int
    var lastUse: UInt64
  }

  private var entries: [Recipe: Entry] = [:]
  private var clock: UInt64 = 0
  /// Bytes of all values, as stated at insertion.
  private(set) var bytes = 0
  private(set) var byteLimit: Int

  /// The share of the limit that an eviction pass frees below it, so that passes are rare.
  private static var headroom: Double { 0.1 }

  /// An empty cache of at most `byteLimit` bytes.
  init(byteLimit: Int) { self.byteLimit = byteLimit }

  var count: Int { entries.count }

  /// The value of a recipe; marks it as used.
  mutating func value(for recipe: Recipe) -> Value? {
    clock += 1
    entries[recipe]?.lastUse = clock
    return entries[recipe]?.value
  }

  /// Holds `value` of `bytes` bytes and replaces the previous one. A value larger than the limit is not held.
  mutating func insert(_ value: Value, bytes size: Int, for recipe: Recipe) {
    guard size <= byteLimit else { return }
    clock += 1
    let replaced = entries.updateValue(Entry(value: value, bytes: size, lastUse: clock), forKey: recipe)
    bytes += size - (replaced?.bytes ?? 0)
    evict()
  }

  /// Holds at most `byteLimit` bytes from now on.
  mutating func limit(to byteLimit: Int) {
    self.byteLimit = byteLimit
    evict()
  }

  private mutating func evict() {
    guard bytes > byteLimit else { return }
    let target = Int(Double(byteLimit) * (1 - Self.headroom))
    for (recipe, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      if bytes <= target { break }
      entries[recipe] = nil
      bytes -= entry.bytes
    }
  }
}
