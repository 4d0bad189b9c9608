import Bank
import Base
import Foundation
import Networks
import Reports
import Store

/// A classifier that lives with the client.
package struct AttachedModel: Sendable {
  /// What to call it.
  package var name: String
  /// Labels, one per class.
  package var labels: [String]
  /// Fields of the preprocessing that differ from the default, the size among them.
  package var preprocessing: PreprocessingFields
  /// The layer to use where a request names none.
  package var layer: String?
  /// What stands for the network's weights: the same name and revision attached twice are one model. Nil where the
  /// client does not know: then nothing derived outlives this attachment.
  package var revision: String?

  package init(
    name: String, labels: [String], preprocessing: PreprocessingFields, layer: String?, revision: String?
  ) {
    self.name = name
    self.labels = labels
    self.preprocessing = preprocessing
    self.layer = layer
    self.revision = revision
  }
}

extension Engine {
  /// Adds a classifier that lives with the client.
  ///
  /// - Parameter makeClassifier: makes it, given the handle by which it is asked for and the preprocessing.
  package func attachModel(
    _ attached: AttachedModel, monitor: WorkMonitor,
    makeClassifier: (_ id: String, _ preprocessing: Preprocessing) throws -> any Classifier
  ) throws -> ModelSummary {
    let preprocessing = try EngineError.mapped { try Preprocessing(attached.preprocessing) }
    let (recipe, earlier) = try recipe(of: attached, preprocessing: preprocessing)
    let id = Self.modelID(recipe)
    let classifier = try makeClassifier(id, preprocessing)
    var model = LoadedModel(
      id: id, name: attached.name, sha256: recipe,
      labels: try EngineError.mapped { try ClassLabels(attached.labels, classCount: classifier.classCount) },
      preprocessing: preprocessing,
      classifier: classifier, layer: "", recipe: recipe, isRecognisable: attached.revision != nil,
      earlierIDs: [Self.modelID(earlier)])
    if let layer = attached.layer { try model.checkLayer(layer) }
    model.layer = try attached.layer ?? Self.defaultLayer(of: classifier, monitor: monitor)
    try monitor.checkCancelled()
    keeper.add(model)
    return model.summary
  }

  /// What determines every result that is derived of a classifier that lives with the client, and what did in version
  /// 1.
  private func recipe(
    of attached: AttachedModel, preprocessing: Preprocessing
  ) throws -> (current: String, earlier: String) {
    let revision = attached.revision ?? UUID().uuidString
    let recipe = Recipe(
      stage: "client model", version: 2,
      parts: [("name", attached.name), ("revision", revision), ("classes", String(attached.labels.count))]
        + preprocessing.recipeParts
    ).hexadecimal
    let earlier = EarlierIdentity.clientModelRecipe(
      name: attached.name, revision: revision, preprocessing: preprocessing, classCount: attached.labels.count)
    let isKept = try EngineError.mapped {
      let known = try store.workspace?.changes(of: Self.modelID(earlier), after: 0)
      return known?.classes.isEmpty == false || known?.graphs.isEmpty == false
    }
    return (isKept ? earlier : recipe, earlier)
  }
}
