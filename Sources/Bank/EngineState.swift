/// What an engine has in memory. A value: a copy stays as it is while the engine goes on.
package struct EngineState: Sendable {
  /// In order of loading.
  package var models: [LoadedModel] = []
  package var bank = ConceptBank()
  /// How far each part of `bank` has followed the workspace's bank, by the handle of its network; "" is the part that
  /// belongs to none.
  package var revisions: [String: Int64] = [:]

  package init(models: [LoadedModel] = []) { self.models = models }

  /// The parts of the bank that a workspace keeps: a network that cannot be recognised when it is attached again has
  /// none there.
  package var keptParts: [String] { models.filter(\.isRecognisable).map(\.id) + [""] }

  package func revision(of part: String) -> Int64 { revisions[part] ?? 0 }

  /// Takes over what was read from the workspace, if this is the state that it follows.
  package mutating func take(_ news: BankNews) {
    guard revision(of: news.model) == news.seen else { return }
    for entry in news.classes { bank[news.model, entry.classIndex] = entry }
    for graph in news.graphs { bank.add(graph) }
    bank.name(news.names, in: news.model)
    revisions[news.model] = news.revision
  }

  /// Makes `change` in memory, which led the workspace's bank to `revision`. What another thread has read from the
  /// workspace since then holds the change already.
  package mutating func apply(_ change: BankChange, revision: Int64?, of kept: Set<String>) {
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
