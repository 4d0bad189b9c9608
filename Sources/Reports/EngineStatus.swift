import Fields

/// What an engine holds: in its workspace where one is open, else in memory.
package struct EngineStatus: Sendable, Equatable {
  /// Networks that are known.
  package var models = 0
  /// Networks that are loaded.
  package var loadedModels = 0
  /// Classes with concepts.
  package var classes = 0
  /// Concepts in the bank.
  package var concepts = 0
  /// Names that people gave to concepts.
  package var names = 0
  /// Trained reasoning networks.
  package var graphModels = 0
  /// Images: in a workspace all that were ever read, else those that the concepts' patches come from.
  package var images = 0
  /// Rebuildable results of stages.
  package var stages = 0
  /// Bytes of these.
  package var bytes = 0
  /// Bytes of what of these is in memory.
  package var memoryBytes = 0
  /// Bytes of the workspace's file.
  package var fileBytes = 0
  /// The workspace's file, if one is open.
  package var workspace: String?
  /// Bytes that stages may take in the workspace.
  package var workspaceBytes = 0
  /// Seconds that a write waited at most for another daemon's.
  package var longestLockWait = 0.0
  /// Stages answered from what was stored.
  package var hits = 0
  /// Stages computed.
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
    .field("memoryBytes", \.memoryBytes, .count, "Bytes of what of these is in memory."),
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
