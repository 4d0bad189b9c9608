import Fields

/// What an engine holds, in its workspace if one is open, else in memory.
package struct EngineStatus: Sendable, Equatable {
  package var models = 0
  package var loadedModels = 0
  package var classes = 0
  package var concepts = 0
  package var names = 0
  package var graphModels = 0
  package var images = 0
  package var stages = 0
  package var bytes = 0
  package var memoryBytes = 0
  package var fileBytes = 0
  package var workspace: String?
  /// Bytes that stages may take in the workspace.
  package var workspaceBytes = 0
  package var longestLockWait = 0.0
  package var hits = 0
  package var misses = 0

  package init() {}
}

extension EngineStatus: WrittenRecord {
  package static let partName: String? = "Status"
  package static let fields = FieldList<EngineStatus>([
    .field("models", \.models, .count, "Networks that are known: in the workspace where one is open, else in memory."),
    .field("loadedModels", \.loadedModels, .count, "Networks that are loaded."),
    .field("classes", \.classes, .count, "Classes with concepts."),
    .field("concepts", \.concepts, .count, "Concepts in the bank."),
    .field("names", \.names, .count, "Names that people gave to concepts."),
    .field("graphModels", \.graphModels, .count, "Trained reasoning networks."),
    .field(
      "images", \.images, .count, "In a workspace images ever read, else images that the concepts' patches come from."),
    .field("stages", \.stages, .count, "Results that can be computed again."),
    .field("bytes", \.bytes, .count, "Bytes of these."),
    .field("memoryBytes", \.memoryBytes, .count, "Bytes of these in memory."),
    .field("fileBytes", \.fileBytes, .count, "Bytes of the workspace's file."),
    .field("workspace", \.workspace, .nullable(.anyString), "The workspace's file."),
    .derived("workspaceBytes", .nullable(.count), "Bytes that these results may take in it.") {
      $0.workspace == nil ? nil : $0.workspaceBytes
    },
    .field("hits", \.hits, .count, "Stages answered from what was stored."),
    .field("misses", \.misses, .count, "Stages computed."),
    .field(
      "longestLockWait", \.longestLockWait, .score,
      "Seconds that a write to the workspace waited at most for another daemon's."),
  ])
}
