import Fields
import Synchronization

/// Results of stages by recipe. The latest are kept as values. All are kept as archives: in a workspace if one is
/// attached, else in memory, where they are much smaller than the values. Both are bounded in bytes; the least recently
/// used are removed first.
///
/// Everything here can be computed again; losing an entry costs time, never a result. Safe to use from any thread; with
/// a workspace, never from the cooperative pool.
package final class StageStore: Sendable {
  /// What a store holds in memory, and how often it had a result.
  package struct Statistics: Sendable, Equatable {
    package var entries = 0
    /// Their size as stated at insertion.
    package var bytes = 0
    /// Archives held.
    package var archives = 0
    package var archiveBytes = 0
    /// Look-ups that found a result.
    package var hits = 0
    /// Look-ups that found nothing.
    package var misses = 0
  }

  private struct State {
    var values: BoundedCache<any Sendable>
    var archives: BoundedCache<[UInt8]>
    var hits = 0
    var misses = 0
    var workspace: Workspace?
  }

  private let state: Mutex<State>

  /// A store that holds at most `byteLimit` bytes of values in memory, and archives of at most `archiveLimit` bytes
  /// until a workspace is attached.
  package init(byteLimit: Int, archiveLimit: Int = 0) {
    state = Mutex(
      State(values: BoundedCache(byteLimit: byteLimit), archives: BoundedCache(byteLimit: archiveLimit)))
  }

  /// Keeps stages in `workspace` from now on, and at most `byteLimit` bytes of values in memory.
  package func attach(_ workspace: Workspace, byteLimit: Int) {
    state.withLock { state in
      state.workspace = workspace
      state.values.limit(to: byteLimit)
      state.archives.limit(to: 0)
    }
  }

  package var workspace: Workspace? { state.withLock { $0.workspace } }

  /// The result of a stage, from memory or the workspace. A result that cannot be read counts as absent.
  package func stage<Value: StageValue>(_ recipe: Recipe, as type: Value.Type = Value.self) -> Value? {
    let value: Value? = known(recipe)
    state.withLock { state in
      if value == nil { state.misses += 1 } else { state.hits += 1 }
    }
    return value
  }

  /// Keeps the result of a stage, in memory and in the workspace; a cumulative one is added to the known results.
  package func keep<Value: StageValue>(_ value: Value, for recipe: Recipe) {
    var whole = value
    if Value.isCumulative, var known: Value = known(recipe) {
      known.merge(value)
      whole = known
    }
    insert(whole, bytes: whole.memoryBytes, for: recipe)
    if let workspace {
      workspace.keep(value, for: recipe)
    } else if let archive = try? whole.archived() {
      state.withLock { $0.archives.insert(archive, bytes: archive.count, for: recipe) }
    }
  }

  /// Width and height of an image that could be decoded once, by the SHA-256 of its bytes.
  package func imageExtents(_ hash: String) -> (width: Int, height: Int)? {
    let recipe = Self.extentsRecipe(hash)
    if let known = value(for: recipe, as: ImageExtents.self) { return (known.width, known.height) }
    guard let workspace else {
      let known: ImageExtents? = known(recipe)
      return known.map { ($0.width, $0.height) }
    }
    guard let found = workspace.imageExtents(hash: hash) else { return nil }
    let extents = ImageExtents(width: found.width, height: found.height)
    insert(extents, bytes: extents.memoryBytes, for: recipe)
    return found
  }

  /// Remembers that an image can be decoded, and its width and height.
  package func keepImage(_ hash: String, width: Int, height: Int, path: String?) {
    let (recipe, extents) = (Self.extentsRecipe(hash), ImageExtents(width: width, height: height))
    guard let workspace else { return keep(extents, for: recipe) }
    insert(extents, bytes: extents.memoryBytes, for: recipe)
    workspace.keepImage(hash: hash, width: width, height: height, path: path)
  }

  private static func extentsRecipe(_ hash: String) -> Recipe {
    Recipe(stage: "image", version: 1, parts: [("hash", hash)])
  }

  /// The known results of a recipe. They are then held as a value and marked as used on the disk.
  private func known<Value: StageValue>(_ recipe: Recipe) -> Value? {
    let (held, archive, workspace) = state.withLock { state in
      (state.values.value(for: recipe) as? Value, state.archives.value(for: recipe), state.workspace)
    }
    if let held {
      workspace?.writer.touch(recipe)
      return held
    }
    let contents = workspace?.contents(of: recipe) ?? archive.map { [$0] } ?? []
    let found = contents.reduce(into: Value?.none) { whole, content in
      guard let part = try? Value(archived: content) else { return }
      if whole == nil { whole = part } else { whole?.merge(part) }
    }
    if let found { insert(found, bytes: found.memoryBytes, for: recipe) }
    return found
  }

  /// The entry of `recipe`, if it is held in memory and of type `Value`.
  package func value<Value: Sendable>(for recipe: Recipe, as type: Value.Type = Value.self) -> Value? {
    state.withLock { $0.values.value(for: recipe) as? Value }
  }

  /// Holds `value`, which takes `bytes`, under `recipe`, in memory only. A value larger than the limit is not held.
  package func insert(_ value: some Sendable, bytes: Int, for recipe: Recipe) {
    state.withLock { $0.values.insert(value, bytes: bytes, for: recipe) }
  }

  package var statistics: Statistics {
    state.withLock { state in
      Statistics(
        entries: state.values.count, bytes: state.values.bytes, archives: state.archives.count,
        archiveBytes: state.archives.bytes, hits: state.hits, misses: state.misses)
    }
  }
}

/// Width and height of an image that could be decoded.
private struct ImageExtents: StageValue {
  static let kind = "image"
  static var blank: ImageExtents { ImageExtents(width: 0, height: 0) }

  var width: Int
  var height: Int

  /// Includes the store's own overhead.
  var memoryBytes: Int { 128 }

  mutating func archive(in archive: inout Archive) throws {
    try archive.small(&width)
    try archive.small(&height)
  }
}
