import Bank
import Foundation
import Store

/// The host: what was loaded, found, trained and named, in memory and in a workspace where one is open, and what
/// changes it.
///
/// What only reads works on a snapshot (`EngineSnapshot`), which stays as it is while the engine goes on. A method here
/// that changes something starts from a snapshot too, and publishes the new state in one step at its end.
///
/// Every method blocks while it computes, may be called from any thread but never from the cooperative pool, throws
/// `EngineError` for what the caller can put right, and `CancellationError` when its monitor cancels.
package final class Engine: Sendable {
  let keeper: BankKeeper
  var store: StageStore { keeper.store }

  /// Bytes of rebuildable results that are kept without a workspace by default: those of five thousand images at a
  /// thousand channels.
  package static let defaultStoreBytes = 1 << 30
  /// Bytes of rebuildable results that are kept in memory as they are by default.
  package static let defaultMemoryBytes = 64 << 20

  /// An engine that keeps everything in memory: rebuildable results as archives of at most `storeBytes` bytes, and of
  /// `defaultMemoryBytes` as they are.
  package init(storeBytes: Int = Engine.defaultStoreBytes) {
    keeper = BankKeeper(store: StageStore(byteLimit: Self.defaultMemoryBytes, archiveLimit: storeBytes))
  }

  /// An engine of its own for one model: it shares rebuildable results with another through `store`, and nothing else.
  /// What is found and trained in it is never written to a workspace's bank.
  init(apartFrom store: StageStore, model: LoadedModel) {
    keeper = BankKeeper(store: store, state: EngineState(models: [model]), isApart: true)
  }

  /// The state as it is now, without a look at what other daemons did to the workspace: answers at once.
  package func snapshot() -> EngineSnapshot { EngineSnapshot(state: keeper.known, store: store) }

  /// `snapshot` with what has been done to the workspace's bank since. Reads the workspace.
  package func refreshed(_ snapshot: EngineSnapshot) throws -> EngineSnapshot {
    EngineSnapshot(state: try keeper.refreshed(snapshot.state), store: store)
  }

  /// The state as it is now, with what other daemons did.
  package func current() throws -> EngineSnapshot { try refreshed(snapshot()) }

  /// Keeps everything in the workspace at `path` from now on, and makes the file if it does not exist. Called before
  /// anything else.
  ///
  /// - Parameters:
  ///   - byteLimit: bytes that rebuildable rows may take in the workspace.
  ///   - memoryBytes: bytes of them that are kept in memory as well.
  /// - Throws: `EngineError` of kind `workspace`; nothing of a file that is refused is changed.
  package func openWorkspace(path: String, byteLimit: Int? = nil, memoryBytes: Int? = nil) throws {
    let workspace = try EngineError.mapped {
      try Workspace(path: path, byteLimit: byteLimit ?? Workspace.defaultByteLimit)
    }
    store.attach(workspace, byteLimit: memoryBytes ?? Self.defaultMemoryBytes)
  }

  /// Writes what waits to be written to the workspace, if that takes less than `seconds`.
  package func close(within seconds: TimeInterval) { store.workspace?.close(within: seconds) }
}
