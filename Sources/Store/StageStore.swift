import Synchronization

/// Results of stages by recipe: in memory, bounded in bytes, the least recently used going first; and behind that in a workspace, if
/// one is attached.
///
/// Everything here can be computed again; losing an entry costs time, never a result. Safe to use from any thread, with a workspace
/// attached not from the cooperative pool.
public final class StageStore: Sendable {
  /// What a store holds and how often it helped.
  public struct Statistics: Sendable, Equatable {
    /// Entries held.
    public var entries = 0
    /// Their size as stated at insertion.
    public var bytes = 0
    /// Look-ups of stages that found their result.
    public var hits = 0
    /// Look-ups of stages that did not.
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
    var byteLimit: Int
    var workspace: Workspace?
  }

  /// The share of the limit that an eviction pass frees below it, so that passes are rare.
  private static let headroom = 0.1

  private let state: Mutex<State>

  /// A store that holds at most `byteLimit` bytes in memory.
  public init(byteLimit: Int) { state = Mutex(State(byteLimit: byteLimit)) }

  /// Keeps stages in `workspace` too from now on, and at most `byteLimit` bytes in memory.
  public func attach(_ workspace: Workspace, byteLimit: Int) {
    state.withLock { state in
      state.workspace = workspace
      state.byteLimit = byteLimit
      if state.statistics.bytes > byteLimit { Self.evict(from: &state) }
    }
  }

  /// The workspace behind this store.
  public var workspace: Workspace? { state.withLock { $0.workspace } }

  /// The result of a stage, from memory or the workspace. What cannot be read counts as not there.
  public func stage<Value: StageValue>(_ recipe: Recipe, as type: Value.Type = Value.self) -> Value? {
    let (found, workspace) = state.withLock { state in (Self.entry(recipe, in: &state) as? Value, state.workspace) }
    let value = found ?? workspace.flatMap { Self.read(recipe, from: $0) }
    // What memory answers is of use on the disk as well.
    if found != nil { workspace?.writer.touch(recipe) }
    state.withLock { state in
      if value == nil { state.statistics.misses += 1 } else { state.statistics.hits += 1 }
      if found == nil, let value { Self.insert(value, bytes: value.memoryBytes, for: recipe, in: &state) }
    }
    return value
  }

  /// Keeps the result of a stage, in memory and in the workspace; a cumulative one beside what is known.
  public func keep<Value: StageValue>(_ value: Value, for recipe: Recipe) {
    let (known, workspace) = state.withLock { state in (Self.entry(recipe, in: &state) as? Value, state.workspace) }
    var whole = value
    if Value.isCumulative, var known = known ?? workspace.flatMap({ Self.read(recipe, from: $0) }) {
      known.merge(value)
      whole = known
    }
    state.withLock { Self.insert(whole, bytes: whole.memoryBytes, for: recipe, in: &$0) }
    workspace?.keep(value, for: recipe)
  }

  /// Width and height of an image that could be decoded once, by the SHA-256 of its bytes.
  public func imageExtents(_ hash: String) -> (width: Int, height: Int)? {
    let recipe = Self.extentsRecipe(hash)
    let known = state.withLock { Self.entry(recipe, in: &$0) as? Extents }
    if let known { return (known.width, known.height) }
    guard let found = workspace?.imageExtents(hash: hash) else { return nil }
    insert(Extents(width: found.width, height: found.height), bytes: Self.extentsBytes, for: recipe)
    return found
  }

  /// Remembers that an image can be decoded, and its width and height.
  public func keepImage(_ hash: String, width: Int, height: Int, path: String?) {
    insert(Extents(width: width, height: height), bytes: Self.extentsBytes, for: Self.extentsRecipe(hash))
    workspace?.keepImage(hash: hash, width: width, height: height, path: path)
  }

  private struct Extents {
    var width: Int
    var height: Int
  }

  private static let extentsBytes = 128

  private static func extentsRecipe(_ hash: String) -> Recipe {
    Recipe(stage: "image", version: 1, parts: [("hash", hash)])
  }

  private static func read<Value: StageValue>(_ recipe: Recipe, from workspace: Workspace) -> Value? {
    workspace.contents(of: recipe).reduce(into: Value?.none) { whole, content in
      guard let part = try? Value(archived: content) else { return }
      if whole == nil { whole = part } else { whole?.merge(part) }
    }
  }

  private static func entry(_ recipe: Recipe, in state: inout State) -> (any Sendable)? {
    state.clock += 1
    state.entries[recipe]?.lastUse = state.clock
    return state.entries[recipe]?.value
  }

  /// The entry of `recipe`, if it is held in memory and of type `Value`.
  public func value<Value: Sendable>(for recipe: Recipe, as type: Value.Type = Value.self) -> Value? {
    state.withLock { Self.entry(recipe, in: &$0) as? Value }
  }

  /// Holds `value`, which takes `bytes`, under `recipe`, in memory only. A value larger than the limit is not held.
  public func insert(_ value: some Sendable, bytes: Int, for recipe: Recipe) {
    state.withLock { Self.insert(value, bytes: bytes, for: recipe, in: &$0) }
  }

  private static func insert(_ value: some Sendable, bytes: Int, for recipe: Recipe, in state: inout State) {
    guard bytes <= state.byteLimit else { return }
    state.clock += 1
    let replaced = state.entries.updateValue(
      Entry(value: value, bytes: bytes, lastUse: state.clock), forKey: recipe)
    state.statistics.bytes += bytes - (replaced?.bytes ?? 0)
    if state.statistics.bytes > state.byteLimit { evict(from: &state) }
    state.statistics.entries = state.entries.count
  }

  /// What the store holds now.
  public var statistics: Statistics { state.withLock { $0.statistics } }

  private static func evict(from state: inout State) {
    let target = Int(Double(state.byteLimit) * (1 - headroom))
    for (recipe, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      if state.statistics.bytes <= target { break }
      state.entries[recipe] = nil
      state.statistics.bytes -= entry.bytes
    }
    state.statistics.entries = state.entries.count
  }
}
