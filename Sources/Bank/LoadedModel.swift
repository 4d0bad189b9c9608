import Images
import Networks
import Reports
import Store

/// A network in memory with its description.
package struct LoadedModel: Sendable {
  package var id: String
  package var name: String
  package var sha256: String
  package var labels: ClassLabels
  package var preprocessing: Preprocessing
  package var classifier: any Classifier
  /// The layer used where a request names none.
  package var layer: String
  /// Determines every derived result: bytes, preprocessing and precision.
  package var recipe: String
  /// The arithmetic of the network.
  package var precision: Precision
  /// Whether the same model can be loaded again, so that a workspace keeps what is derived of it.
  package var isRecognisable: Bool
  /// Handles that version 1 may have given it: scripts and bank files of that time name it by them.
  package var earlierIDs: Set<String>

  package init(
    id: String, name: String, sha256: String, labels: ClassLabels, preprocessing: Preprocessing,
    classifier: any Classifier, layer: String, recipe: String, precision: Precision = .f32,
    isRecognisable: Bool = true, earlierIDs: Set<String> = []
  ) {
    self.id = id
    self.name = name
    self.sha256 = sha256
    self.labels = labels
    self.preprocessing = preprocessing
    self.classifier = classifier
    self.layer = layer
    self.recipe = recipe
    self.precision = precision
    self.isRecognisable = isRecognisable
    self.earlierIDs = earlierIDs
  }

  package var summary: ModelSummary {
    ModelSummary(
      id: id, name: name, sha256: sha256, inputShape: [3, classifier.inputHeight, classifier.inputWidth],
      classCount: classifier.classCount,
      layers: classifier.layers.map { ($0.name, $0.shape, $0.operatorName) }, defaultLayer: layer,
      precision: precision)
  }

  /// Checks that the network has a layer of this name that can hold concepts.
  package func checkLayer(_ name: String) throws {
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
  package func resolve(_ reference: ClassReference) throws -> Int {
    try EngineError.mapped { try index(of: reference) }
  }
}
