import Base
import Concepts
import Foundation
import Store
import Synchronization

/// Keeps an engine's state: in memory, and what belongs to the bank in the workspace as well, where one is open. What
/// other daemons do to the workspace's bank is taken over from there.
package final class BankKeeper: Sendable {
  /// Rebuildable results, and the workspace.
  package let store: StageStore
  /// Whether the workspace's bank has no part in this: nothing is read from it or written to it.
  private let isApart: Bool
  private let state: Mutex<EngineState>

  package init(store: StageStore, state: EngineState = EngineState(), isApart: Bool = false) {
    self.store = store
    self.isApart = isApart
    self.state = Mutex(state)
  }

  /// The state as this engine knows it. Answers at once.
  package var known: EngineState { state.withLock { $0 } }

  private var workspace: Workspace? { isApart ? nil : store.workspace }

  /// Adds a network, in place of the one with its handle if there is one.
  package func add(_ model: LoadedModel) {
    state.withLock { state in
      if let position = state.models.firstIndex(where: { $0.id == model.id }) {
        state.models[position] = model
      } else {
        state.models.append(model)
      }
    }
  }

  /// Forgets a network and its part of the bank; the workspace keeps that.
  package func remove(model: String) {
    state.withLock { state in
      state.models.removeAll { $0.id == model }
      state.bank.remove(model: model)
      state.revisions[model] = nil
    }
  }

  /// `state` with what has been done to its part of the workspace's bank since: the bank as the workspace has it at one
  /// moment. The same state where nothing was done.
  package func refreshed(_ state: EngineState) throws -> EngineState {
    guard let workspace else { return state }
    return try EngineError.mapped {
      while true {
        let revision = try workspace.revision()
        let behind = state.keptParts.filter { state.revision(of: $0) != revision }
        guard !behind.isEmpty else { return state }
        let news = try behind.map { try BankNews(of: $0, after: state.revision(of: $0), in: workspace) }
        // Where the bank was changed between the reading of two parts, they are read again.
        guard news.allSatisfy({ $0.revision == revision }) else { continue }
        // What was read once is not read again for the next request.
        self.state.withLock { shared in
          for part in news where shared.keptParts.contains(part.model) { shared.take(part) }
        }
        var state = state
        for part in news { state.take(part) }
        return state
      }
    }
  }

  /// How often a change is made again because other daemons changed the bank at the same time. Each time one of them
  /// got through.
  private static let mostAttempts = 50

  /// Changes the bank in one step, on the disk first: all of it or, where it cannot be written, nothing, neither there
  /// nor in memory.
  ///
  /// - Parameters:
  ///   - models: handles of all networks whose concepts and graphs the change reads or writes; "" is that of graphs
  ///     that belong to none.
  ///   - change: what becomes of the bank as it is. Called again with what another daemon did in between, so that
  ///     nothing which that daemon acknowledged is lost: it must be quick, and rest on nothing of the bank but what it
  ///     is given.
  package func commit(to models: Set<String>, _ change: (ConceptBank) throws -> BankChange) throws {
    try EngineError.mapped {
      for attempt in 1... {
        let now = try refreshed(known)
        let change = try change(now.bank)
        let kept = workspace == nil ? [] : models.intersection(now.keptParts)
        let write = try change.write(of: kept)
        do {
          let seen = kept.map(now.revision).min()
          let revision = try write.isEmpty ? nil : workspace?.save(write, expecting: seen)
          return state.withLock { $0.apply(change, revision: revision, of: kept) }
        } catch let error as WorkspaceError where error.kind == .changed && attempt < Self.mostAttempts {
          continue
        }
      }
    }
  }

  /// Puts a reasoning network into the bank, on the disk first.
  package func commit(_ graph: TrainedGraph) throws {
    try commit(to: [graph.model]) { _ in BankChange(graphs: [graph]) }
  }

  /// Remembers a network, on the disk first.
  package func remember(_ model: LoadedModel, path: String) throws {
    let content = try ArchivedModel(labels: model.labels.labels, layer: model.layer).archived()
    let row = ModelRow(id: model.id, sha256: model.sha256, name: model.name, path: path, content: content)
    try EngineError.mapped {
      guard let workspace, try workspace.model(model.id) != row else { return }
      try workspace.save(row)
    }
  }

  /// What the workspace remembers of a network.
  package func remembered(_ id: String) throws -> (name: String, labels: [String], layer: String)? {
    try EngineError.mapped {
      guard let row = try workspace?.model(id) else { return nil }
      let model = try ArchivedModel(archived: row.content)
      return (row.name, model.labels, model.layer)
    }
  }
}
