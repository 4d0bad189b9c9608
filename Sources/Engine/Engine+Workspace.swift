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
    try Self.method {
      while true {
        let seen = state.withLock { $0.revisions[model] ?? 0 }
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
        let isTaken = state.withLock { state in
          // Another thread may have gone further, or unloaded the model.
          guard (state.revisions[model] ?? 0) == seen else { return false }
          for entry in classes { state.bank[model, entry.classIndex] = entry }
          for graph in graphs { state.bank.add(graph) }
          state.bank.name(changes.names, in: model)
          state.revisions[model] = changes.revision
          return true
        }
        if isTaken { return }
      }
    }
  }

  /// The workspace, for a model that can be known again.
  private func workspace(of model: String) -> Workspace? {
    let isRecognisable = state.withLock { $0.models.first { $0.id == model }?.isRecognisable } ?? true
    return isRecognisable ? store.workspace : nil
  }

  /// How often a change is made again because other daemons changed the bank at the same time. Each time one of them got through.
  private static let mostAttempts = 50

  /// Changes the bank in one step, on the disk first: all of it or, where it cannot be written, nothing, neither there nor in memory.
  ///
  /// - Parameters:
  ///   - models: handles of all networks whose concepts and graphs the change reads or writes; "" is that of graphs that belong to none.
  ///   - change: what becomes of the bank as it is. Called again with what another daemon did in between, so that nothing which that
  ///     daemon acknowledged is lost: it must be quick, and rest on nothing of the bank but what it is given.
  func commit(to models: Set<String>, _ change: (ConceptBank) throws -> BankChange) throws {
    try Self.method {
      for attempt in 1... {
        try models.forEach(refreshBank(of:))
        let (bank, revisions) = state.withLock { ($0.bank, $0.revisions) }
        let change = try change(bank)
        let kept = models.filter { workspace(of: $0) != nil }
        let write = try change.write(of: kept)
        do {
          // A revision that is not the same for all is no longer that of the workspace.
          let seen = kept.map { revisions[$0] ?? 0 }.min()
          let revision = try write.isEmpty ? nil : store.workspace?.save(write, expecting: seen)
          return state.withLock { $0.apply(change, revision: revision, of: kept) }
        } catch let error as WorkspaceError where error.kind == .changed && attempt < Self.mostAttempts {
          continue
        }
      }
    }
  }

  /// Puts a reasoning network into the bank, on the disk first.
  func commit(_ graph: TrainedGraph) throws { try commit(to: [graph.model]) { _ in BankChange(graphs: [graph]) } }

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

/// What a request changes in the bank.
struct BankChange {
  var classes: [(model: String, entry: ClassConcepts)] = []
  var graphs: [TrainedGraph] = []
  var names: [(model: String, concept: String, name: String)] = []

  init(
    classes: [(model: String, entry: ClassConcepts)] = [], graphs: [TrainedGraph] = [],
    names: [(model: String, concept: String, name: String)] = []
  ) {
    self.classes = classes
    self.names = names
    let now = Date().timeIntervalSince1970.rounded()
    self.graphs = graphs.map { graph in
      var graph = graph
      if graph.created == 0 { graph.created = now }
      return graph
    }
  }

  /// The rows of what belongs to `models`.
  fileprivate func write(of models: Set<String>) throws -> BankWrite {
    BankWrite(
      classes: try classes.filter { models.contains($0.model) }.map { try ClassRow($0.entry, of: $0.model) },
      graphs: try graphs.filter { models.contains($0.model) }.map {
        GraphRow(id: $0.id, model: $0.model, content: try ArchivedGraph($0).archived())
      },
      names: names.filter { models.contains($0.model) }.map {
        NameRow(model: $0.model, concept: $0.concept, name: $0.name)
      })
  }
}

extension ClassRow {
  fileprivate init(_ entry: ClassConcepts, of model: String) throws {
    self.init(
      model: model, classIndex: entry.classIndex, layer: entry.layer, recipe: entry.recipe,
      content: try ArchivedClass(entry: entry).archived(),
      concepts: try entry.concepts.map { concept in
        ClassRow.Concept(
          id: concept.id, name: concept.name, size: concept.size, threshold: Double(concept.threshold),
          tcav: concept.tcav.mean, accuracy: concept.cavAccuracy, content: try concept.archived())
      })
  }
}

extension Engine.State {
  /// Makes `change` in memory, which led the workspace's bank to `revision`. What another thread has read from the workspace since then
  /// holds the change already.
  fileprivate mutating func apply(_ change: BankChange, revision: Int64?, of kept: Set<String>) {
    let isBehind = { [revisions] (model: String) in
      guard let revision, kept.contains(model) else { return true }
      return (revisions[model] ?? 0) < revision
    }
    for (model, entry) in change.classes where isBehind(model) { bank[model, entry.classIndex] = entry }
    for graph in change.graphs where isBehind(graph.model) { bank.add(graph) }
    for (model, concept, name) in change.names where isBehind(model) { bank.name([concept: name], in: model) }
    guard let revision else { return }
    for model in kept where isBehind(model) { revisions[model] = revision }
  }
}

extension WorkspaceError {
  /// The engine's form.
  var engineError: EngineError {
    EngineError(
      .workspace, message, detail: ["reason": kind.rawValue, "path": path], isRetryable: isRetryable)
  }
}
