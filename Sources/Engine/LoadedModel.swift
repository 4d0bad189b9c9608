import Images
import Networks
import Reports
import Store

/// A network in memory with its description.
struct LoadedModel: Sendable {
  var id: String
  var name: String
  var sha256: String
  var labels: ClassLabels
  var preprocessing: Preprocessing
  var classifier: any Classifier
  /// The layer used where a request names none.
  var layer: String
  /// Determines every derived result: bytes, preprocessing and precision.
  var recipe: String
  /// The arithmetic of the network.
  var precision = Precision.f32
  /// Whether the same model can be loaded again, so that a workspace keeps what is derived of it.
  var isRecognisable = true
  /// Handles that version 1 may have given it: scripts and bank files of that time name it by them.
  var earlierIDs: Set<String> = []

  var summary: ModelSummary {
    ModelSummary(
      id: id, name: name, sha256: sha256, inputShape: [3, classifier.inputHeight, classifier.inputWidth],
      classCount: classifier.classCount,
      layers: classifier.layers.map { ($0.name, $0.shape, $0.operatorName) }, defaultLayer: layer,
      precision: precision)
  }

  /// Checks that the network has a layer of this name that can hold concepts.
  func checkLayer(_ name: String) throws {
    guard classifier.layers.contains(where: { $0.name == name }) else {
      let spatial = classifier.spatialLayers.suffix(Self.suggestedLayers).map(\.name)
      throw EngineError(
        .invalidValue,
        "layer: the model has no layer \"\(name)\"; model/load lists them, the last spatial ones are "
          + spatial.joined(separator: ", "))
    }
  }

  private static let suggestedLayers = 5
}

extension ClassLabels {
  /// The class that `reference` means.
  func resolve(_ reference: ClassReference) throws -> Int { try Engine.method { try index(of: reference) } }
}
