import Base
import Concepts
import Evaluation
import Fields
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
    let remembered = try known == nil ? self.remembered(id) : nil
    let labels: [String]? =
      switch source.labels {
      case .path(let path): try Self.method { try ClassLabels.read(path: path) }
      case .list(let list): list
      case nil: known?.labels.labels ?? remembered?.labels
      }
    var model = LoadedModel(
      id: id,
      name: source.name ?? remembered?.name
        ?? ((source.path as NSString).lastPathComponent as NSString).deletingPathExtension,
      sha256: sha256, labels: try Self.method { try ClassLabels(labels, classCount: classifier.classCount) },
      preprocessing: preprocessing, classifier: classifier, layer: "", recipe: recipe, precision: precision,
      earlierIDs: Set(earlier.map(Self.modelID)).union(known?.earlierIDs ?? []))
    if let layer = source.layer { try model.checkLayer(layer) }
    try monitor.checkCancelled()
    model.layer =
      try source.layer ?? known?.layer ?? remembered?.layer ?? Self.defaultLayer(of: classifier, monitor: monitor)
    let loaded = model
    try remember(loaded, path: source.path)
    state.withLock { state in
      if let position = state.models.firstIndex(where: { $0.id == loaded.id }) {
        state.models[position] = loaded
      } else {
        state.models.append(loaded)
      }
    }
    return loaded.summary
  }

  /// The loaded network of these bytes that prepares images alike.
  private func knownModel(sha256: String, fields: PreprocessingFields, precision: Precision) throws -> LoadedModel? {
    let same = state.withLock { $0.models }.filter { $0.sha256 == sha256 && $0.precision == precision }
    guard !same.isEmpty else { return nil }
    return try Self.method {
      let wanted = try Preprocessing(fields)
      return try same.first { model in
        guard let network = model.classifier as? ONNXClassifier else { return false }
        return try network.fitted(wanted) == model.preprocessing
      }
    }
  }

  /// What determines every result that is derived of a network: its bytes, how images are prepared, and the arithmetic.
  ///
  /// A network that version 1 left in the workspace keeps the recipe that it has there. Where that version took one network for several,
  /// because the same preprocessing was written in several ways, they become one.
  private func modelRecipe(
    sha256: String, preprocessing: Preprocessing, precision: Precision, earlier: Set<String>
  ) throws -> String {
    let recipe = Self.modelRecipe(sha256: sha256, preprocessing: preprocessing, precision: precision)
    guard let workspace = store.workspace else { return recipe }
    return try Self.method {
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
    try Self.method {
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

  /// The loaded networks, in order of loading.
  package func models() -> [ModelSummary] { state.withLock { $0.models }.map(\.summary) }

  /// Forgets a network and its concepts and reasoning networks; a workspace keeps these for when it is loaded again.
  package func unloadModel(_ model: String) throws {
    let model = try self.model(model)
    state.withLock { state in
      state.models.removeAll { $0.id == model.id }
      state.bank.remove(model: model.id)
      state.revisions[model.id] = nil
    }
  }

  /// The most probable classes of each image. An image that cannot be read is skipped.
  package func classify(
    model: String, images: [ImageSource], topK: Int, monitor: WorkMonitor
  ) throws -> (results: [(image: String, predictions: [Prediction])], skipped: [SkippedImage]) {
    let model = try self.model(model)
    let reader = ImageReader(preprocessing: model.preprocessing, store: store)
    let (sources, missing) = ImageCollection.expand(images)
    var results: [(image: String, predictions: [Prediction])] = []
    var skipped = missing
    for start in stride(from: 0, to: sources.count, by: Self.classificationBatch) {
      let batch = Array(sources[start..<min(start + Self.classificationBatch, sources.count)])
      let (read, unreadable) = try reader.catalogue(
        batch, stage: "reading images", monitor: WorkMonitor(isCancelled: { monitor.isCancelled }))
      skipped += unreadable
      let logits = try Self.method {
        try model.classifier.logits(of: read.map { try reader.input(of: $0) }, monitor: monitor)
      }
      for (row, image) in read.enumerated() {
        let all = Self.predictions(
          logits[row: row].elements, of: Array(0..<model.classifier.classCount), labels: model.labels)
        let top = all.sorted { ($1.logit, $0.index) < ($0.logit, $1.index) }.prefix(max(0, topK))
        results.append((image.source.displayName, Array(top)))
      }
      monitor.report("classifying", done: min(start + Self.classificationBatch, sources.count), total: sources.count)
    }
    return (results, skipped)
  }

  /// The loaded network that `id`, its handle or its name, means, with its part of the bank up to date.
  func model(_ id: String) throws -> LoadedModel {
    let model = try loadedModel(id)
    try refreshBank(of: model)
    return model
  }

  private func loadedModel(_ id: String) throws -> LoadedModel {
    let models = state.withLock { $0.models }
    if let model = models.first(where: { $0.id == id }) ?? models.first(where: { $0.earlierIDs.contains(id) }) {
      return model
    }
    let named = models.filter { $0.name == id }
    if let model = named.first, named.count == 1 { return model }
    let known = models.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
    throw EngineError(
      .unknownModel,
      "no model \"\(id)\" is loaded; "
        + (models.isEmpty ? "load one with model/load" : "loaded: \(known)"))
  }

  /// Predictions for `classes` from their logits, with probabilities over just these.
  static func predictions(_ logits: [Float], of classes: [Int], labels: ClassLabels) -> [Prediction] {
    let probabilities = Statistics.softmax(logits)
    return classes.indices.map { position in
      Prediction(
        index: classes[position], label: labels[classes[position]], probability: probabilities[position],
        logit: Double(logits[position]))
    }
  }

  /// Runs `body`, turning the errors of the modules below into the engine's.
  static func method<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as NetworkError {
      var detail: [String: String] = [:]
      detail["node"] = error.node
      detail["operator"] = error.operatorName
      detail["opset"] = error.opset.map(String.init)
      throw EngineError(error.kind == .preprocessing ? .invalidValue : .model, error.message, detail: detail)
    } catch let error as WorkspaceError {
      throw error.engineError
    } catch let error as ArchiveError {
      throw EngineError(.workspace, "a record of the workspace is damaged (\(error)); restore the file from a copy")
    } catch let error as FieldError {
      throw EngineError(.invalidValue, "options.\(error.description)")
    } catch let error as FileError {
      // The method itself writes temporary files only.
      throw EngineError(.workspace, error.description, detail: ["reason": "full"], isRetryable: true)
    } catch let error as DiscoveryError {
      switch error {
      case .tooFewImages(let found, let needed), .tooFewRandomImages(let found, let needed):
        throw EngineError(
          .tooLittleData, error.description, detail: ["found": String(found), "needed": String(needed)])
      case .noPatches: throw EngineError(.tooLittleData, error.description)
      case .notFinite, .unexpectedShape, .wrongSize: throw EngineError(.model, error.description)
      case .unknownLayer, .unknownClass: throw EngineError(.invalidValue, error.description)
      }
    } catch let error as ClassLabelsError {
      switch error {
      case .invalid(let message): throw EngineError(.invalidValue, message)
      case .unknownClass(let message, let nearest):
        throw EngineError(.unknownClass, message, detail: nearest.map { ["nearest": $0] } ?? [:])
      }
    } catch let error as EvaluationError {
      switch error {
      case .tooFewImages(_, let found, let needed, _):
        throw EngineError(
          .tooLittleData, error.description, detail: ["found": String(found), "needed": String(needed)])
      }
    } catch let error as StructureError {
      switch error {
      case .tooFewImages(let found, let needed):
        throw EngineError(
          .tooLittleData, error.description, detail: ["found": String(found), "needed": String(needed)])
      case .invalidValue, .shape, .weights: throw EngineError(.invalidValue, error.description)
      }
    }
  }

  /// The layer to use where nobody names one.
  static func defaultLayer(of classifier: any Classifier, monitor: WorkMonitor) throws -> String {
    try method { try LayerChoice.defaultLayer(of: classifier, monitor: monitor) }
  }

  static let idDigits = 12
  private static let classificationBatch = 64
  private static let maxModelBytes = 4 << 30

  private static func modelBytes(path: String) throws -> [UInt8] {
    let bytes: [UInt8]
    do { bytes = try RegularFile.bytes(path: path, maxBytes: maxModelBytes) } catch {
      throw EngineError(.model, "\(path): \(error.reason)")
    }
    return try method { try SelfContainedModel.bytes(bytes, at: path) }
  }

  private static func makeClassifier(
    _ bytes: [UInt8], fields: PreprocessingFields, precision: Precision, path: String
  ) throws -> (ONNXClassifier, Preprocessing) {
    do {
      return try method {
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
