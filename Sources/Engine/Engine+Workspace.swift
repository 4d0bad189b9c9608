import Base
import Concepts
import Foundation
import Store
import Structure

/// The workspace behind the engine: what was found, trained and named lies there, and the bank in memory follows it.
extension Engine {
  /// Bytes of stages that are kept in memory as they are unless told otherwise.
  package static let defaultMemoryBytes = 64 << 20

  /// Keeps everything in the workspace at `path` from now on, which is made where there is none. To be called before anything else.
  ///
  /// - Parameters:
  ///   - byteLimit: bytes that rebuildable rows may take in the workspace.
  ///   - memoryBytes: bytes of them that are kept in memory as well.
  /// - Throws: `EngineError` of kind `workspace`; nothing of a file that is refused is changed.
  package func openWorkspace(path: String, byteLimit: Int? = nil, memoryBytes: Int? = nil) throws {
    let workspace = try Self.method {
      try Workspace(path: path, byteLimit: byteLimit ?? Workspace.defaultByteLimit)
    }
    store.attach(workspace, byteLimit: memoryBytes ?? Self.defaultMemoryBytes)
  }

  /// Writes what waits to be written to the workspace, if that takes less than `seconds`.
  package func close(within seconds: TimeInterval) { store.workspace?.close(within: seconds) }

  /// Runs long work whose stages go to the workspace. Ends it early, with an error that says why, where they cannot be written: what
  /// was done is written before the next work begins.
  func durably<Result>(_ monitor: WorkMonitor, _ body: (WorkMonitor) throws -> Result) throws -> Result {
    guard let workspace = store.workspace else { return try body(monitor) }
    workspace.retry()
    let watching = WorkMonitor(isCancelled: { monitor.isCancelled || workspace.failure != nil }) {
      monitor.report($0.stage, done: $0.done, total: $0.total)
    }
    return try Self.method {
      do { return try body(watching) } catch is CancellationError {
        if let failure = workspace.failure, !monitor.isCancelled { throw failure }
        throw CancellationError()
      }
    }
  }

  /// Takes over what other daemons have done to the model's part of the bank.
  func refreshBank(of model: LoadedModel) throws { try refreshBank(of: model.id) }

  /// Takes over what other daemons have done to the part of the bank that belongs to no network.
  func refreshUnboundGraphs() throws { try refreshBank(of: "") }

  private func refreshBank(of model: String) throws {
    guard let workspace = workspace(of: model) else { return }
    let seen = state.withLock { $0.revisions[model] ?? 0 }
    try Self.method {
      guard try workspace.revision() != seen else { return }
      let changes = try workspace.changes(of: model, after: seen)
      let classes = try changes.classes.map { row in
        var entry = try ArchivedClass(archived: row.content).entry
        entry.concepts = try row.concepts.map { try Concept(archived: $0.content) }
        return entry
      }
      let graphs = try changes.graphs.map { row in
        var graph = try ArchivedGraph(archived: row.content).graph()
        // The row may have been moved to another network since.
        graph.model = row.model
        return graph
      }
      state.withLock { state in
        for entry in classes { state.bank[model, entry.classIndex] = entry }
        for graph in graphs { state.bank.add(graph) }
        state.bank.name(changes.names, in: model)
        state.revisions[model] = changes.revision
      }
    }
  }

  /// The workspace, for a model that can be known again.
  private func workspace(of model: String) -> Workspace? {
    let isRecognisable = state.withLock { $0.models.first { $0.id == model }?.isRecognisable } ?? true
    return isRecognisable ? store.workspace : nil
  }

  /// Puts a class's concepts into the bank, on the disk first.
  func commit(_ entry: ClassConcepts, of model: LoadedModel) throws {
    let row = ClassRow(
      model: model.id, classIndex: entry.classIndex, layer: entry.layer, recipe: entry.recipe,
      content: try ArchivedClass(entry: entry).archived(),
      concepts: try entry.concepts.map { concept in
        ClassRow.Concept(
          id: concept.id, name: concept.name, size: concept.size, threshold: Double(concept.threshold),
          tcav: concept.tcav.mean, accuracy: concept.cavAccuracy, content: try concept.archived())
      })
    let revision = try Self.method { try workspace(of: model.id)?.save(row) }
    state.withLock { state in
      state.bank[model.id, entry.classIndex] = entry
      state.follow(revision, of: model.id)
    }
  }

  /// Puts a reasoning network into the bank, on the disk first.
  func commit(_ graph: TrainedGraph) throws {
    var graph = graph
    if graph.created == 0 { graph.created = Date().timeIntervalSince1970.rounded() }
    let committed = graph
    let row = GraphRow(id: graph.id, model: graph.model, content: try ArchivedGraph(committed).archived())
    let revision = try Self.method { try workspace(of: graph.model)?.save(row) }
    state.withLock { state in
      state.bank.add(committed)
      state.follow(revision, of: committed.model)
    }
  }

  /// Gives a concept a name, on the disk first.
  func commit(name: String, of concept: String, in model: String) throws {
    let revision = try Self.method { try workspace(of: model)?.name(concept, of: model, name) }
    state.withLock { state in
      state.bank.name([concept: name], in: model)
      state.follow(revision, of: model)
    }
  }

  /// Remembers a network, on the disk first.
  func remember(_ model: LoadedModel, path: String) throws {
    let content = try ArchivedModel(labels: model.labels.labels, layer: model.layer).archived()
    let row = ModelRow(id: model.id, sha256: model.sha256, name: model.name, path: path, content: content)
    try Self.method {
      guard let workspace = store.workspace, try workspace.model(model.id) != row else { return }
      try workspace.save(row)
    }
  }

  /// What the workspace remembers of a network.
  func remembered(_ id: String) throws -> (name: String, labels: [String], layer: String)? {
    try Self.method {
      guard let row = try store.workspace?.model(id) else { return nil }
      let model = try ArchivedModel(archived: row.content)
      return (row.name, model.labels, model.layer)
    }
  }
}

extension Engine.State {
  /// Notes that the bank is at `revision`, if nobody else has changed it since it was looked at.
  fileprivate mutating func follow(_ revision: Int64?, of model: String) {
    guard let revision, revision == (revisions[model] ?? 0) + 1 else { return }
    revisions[model] = revision
  }
}

extension WorkspaceError {
  /// The engine's form.
  var engineError: EngineError {
    EngineError(
      .workspace, message, detail: ["reason": kind.rawValue, "path": path], isRetryable: isRetryable)
  }
}
