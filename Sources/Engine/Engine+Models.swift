import Bank
import Base
import Concepts
import Evaluation
import Foundation
import Images
import Networks
import Reports
import Store
import Structure
import Tensors

extension Engine {
  /// Loads a network; the same bytes with the same preprocessing loaded twice are one model, whose name, labels and
  /// layer are those given last.
  package func loadModel(_ source: ModelSource, monitor: WorkMonitor) throws -> ModelSummary {
    let precision = source.precision
    let bytes = try Self.modelBytes(path: source.path)
    let sha256 = ContentHash.hexadecimal(of: bytes)
    try monitor.checkCancelled()
    let known = try knownModel(sha256: sha256, fields: source.preprocessing, precision: precision)
    let (classifier, preprocessing): (any Classifier, Preprocessing) =
      try known.map { ($0.classifier, $0.preprocessing) }
      ?? Self.makeClassifier(bytes, fields: source.preprocessing, precision: precision, path: source.path)
    let earlier = try earlierRecipes(
      sha256: sha256, fields: source.preprocessing, preprocessing: preprocessing, precision: precision,
      classifier: classifier)
    let recipe =
      try known?.recipe
      ?? modelRecipe(sha256: sha256, preprocessing: preprocessing, precision: precision, earlier: earlier)
    let id = Self.modelID(recipe)
    let remembered = try known == nil ? keeper.remembered(id) : nil
    let labels: [String]? =
      switch source.labels {
      case .path(let path): try EngineError.mapped { try ClassLabels.read(path: path) }
      case .list(let list): list
      case nil: known?.labels.labels ?? remembered?.labels
      }
    var model = LoadedModel(
      id: id,
      name: source.name ?? remembered?.name
        ?? ((source.path as NSString).lastPathComponent as NSString).deletingPathExtension,
      sha256: sha256, labels: try EngineError.mapped { try ClassLabels(labels, classCount: classifier.classCount) },
      preprocessing: preprocessing, classifier: classifier, layer: "", recipe: recipe, precision: precision,
      earlierIDs: Set(earlier.map(Self.modelID)).union(known?.earlierIDs ?? []))
    if let layer = source.layer { try model.checkLayer(layer) }
    try monitor.checkCancelled()
    model.layer =
      try source.layer ?? known?.layer ?? remembered?.layer ?? Self.defaultLayer(of: classifier, monitor: monitor)
    try keeper.remember(model, path: source.path)
    keeper.add(model)
    return model.summary
  }

  /// The loaded network of these bytes that prepares images alike.
  private func knownModel(sha256: String, fields: PreprocessingFields, precision: Precision) throws -> LoadedModel? {
    let same = keeper.known.models.filter { $0.sha256 == sha256 && $0.precision == precision }
    guard !same.isEmpty else { return nil }
    return try EngineError.mapped {
      let wanted = try Preprocessing(fields)
      return try same.first { model in
        guard let network = model.classifier as? ONNXClassifier else { return false }
        return try network.fitted(wanted) == model.preprocessing
      }
    }
  }

  /// What determines every result that is derived of a network: its bytes, how images are prepared, and the arithmetic.
  ///
  /// A network that version 1 left in the workspace keeps the recipe that it has there. Where that version took one
  /// network for several, because the same preprocessing was written in several ways, they become one.
  private func modelRecipe(
    sha256: String, preprocessing: Preprocessing, precision: Precision, earlier: Set<String>
  ) throws -> String {
    let recipe = Self.modelRecipe(sha256: sha256, preprocessing: preprocessing, precision: precision)
    guard let workspace = store.workspace else { return recipe }
    return try EngineError.mapped {
      let rows = Set(try workspace.models(sha256: sha256))
      guard !rows.contains(Self.modelID(recipe)) else { return recipe }
      let found = earlier.filter { rows.contains(Self.modelID($0)) }.sorted()
      guard let kept = found.first else { return recipe }
      try workspace.merge(found.dropFirst().map(Self.modelID), into: Self.modelID(kept))
      return kept
    }
  }

  /// The recipe of a network that no earlier version knew.
  static func modelRecipe(sha256: String, preprocessing: Preprocessing, precision: Precision) -> String {
    Recipe(
      stage: "model", version: 2,
      parts: [("bytes", sha256), ("precision", precision.rawValue)] + preprocessing.recipeParts
    ).hexadecimal
  }

  /// The recipes by which version 1 may have known a network.
  private func earlierRecipes(
    sha256: String, fields: PreprocessingFields, preprocessing: Preprocessing, precision: Precision,
    classifier: any Classifier
  ) throws -> Set<String> {
    try EngineError.mapped {
      var unsized = fields
      unsized.size = nil
      let standard = try (classifier as? ONNXClassifier)?.fitted(Preprocessing(unsized))
      return EarlierIdentity.modelRecipes(
        sha256: sha256, size: fields.size, preprocessing: preprocessing, isSizeNeeded: standard != preprocessing,
        precision: precision)
    }
  }

  /// The handle of the model of a recipe.
  static func modelID(_ recipe: String) -> String { "model-" + recipe.prefix(idDigits) }

  /// Forgets a network and its concepts and reasoning networks; a workspace keeps these for when it is loaded again.
  package func unloadModel(_ model: String) throws {
    keeper.remove(model: try snapshot().model(model).id)
  }

  /// The layer to use where nobody names one.
  static func defaultLayer(of classifier: any Classifier, monitor: WorkMonitor) throws -> String {
    try EngineError.mapped { try LayerChoice.defaultLayer(of: classifier, monitor: monitor) }
  }

  static let idDigits = 12
  private static let maxModelBytes = 4 << 30

  private static func modelBytes(path: String) throws -> [UInt8] {
    let bytes: [UInt8]
    do { bytes = try RegularFile.bytes(path: path, maxBytes: maxModelBytes) } catch {
      throw EngineError(.model, "\(path): \(error.reason)")
    }
    return try EngineError.mapped { try SelfContainedModel.bytes(bytes, at: path) }
  }

  private static func makeClassifier(
    _ bytes: [UInt8], fields: PreprocessingFields, precision: Precision, path: String
  ) throws -> (ONNXClassifier, Preprocessing) {
    do {
      return try EngineError.mapped {
        let preprocessing = try Preprocessing(fields)
        let classifier = try ONNXClassifier(bytes: bytes, preprocessing: preprocessing, precision: precision)
        return (classifier, classifier.preprocessing)
      }
    } catch var error as EngineError where error.kind == .model {
      error.message = "\(path): \(error.message)"
      throw error
    }
  }
}
