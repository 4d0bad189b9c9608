import Base
import Concepts
import Fields
import Images
import Networks
import Store

extension Engine {
  /// How present the bank's concepts are in images, how important there, and where (METHOD section 7). Nothing is clustered and no
  /// vector fitted: the bank's centres, vectors and thresholds are used as they are.
  ///
  /// - Parameters:
  ///   - class: of this class only; where nil, of all that have been discovered, or of those that `concepts` are of.
  ///   - concepts: ids of the concepts wanted; all of them where nil.
  ///   - onImage: hears the scores of an image and a class as soon as they are known.
  package func scoreConcepts(
    model: String, images: [ImageSource], class: ClassReference?, concepts: [String]?, monitor: WorkMonitor,
    onImage: @Sendable (ConceptScores) -> Void
  ) throws -> (scores: [ConceptScores], skipped: [SkippedImage]) {
    try durably(monitor) { monitor in
      let model = try self.model(model)
      let entries = try Self.entries(discovered(`class`.map { [$0] }, of: model), having: concepts, of: model)
      let reader = ImageReader(preprocessing: model.preprocessing, store: store)
      let (sources, missing) = ImageCollection.expand(images)
      var (scores, skipped): ([ConceptScores], [SkippedImage]) = ([], missing)
      for (position, source) in sources.enumerated() {
        monitor.report("scoring concepts", done: position, total: sources.count)
        try monitor.checkCancelled()
        let image: CatalogueEntry
        do { image = try reader.entry(source) } catch let error as EngineError {
          skipped.append(SkippedImage(image: source.displayName, reason: error.message))
          continue
        }
        for entry in entries {
          let found = try Self.method { try self.scores(of: image, entry: entry, model: model, monitor: monitor) }
          onImage(found)
          scores.append(found)
        }
      }
      monitor.report("scoring concepts", done: sources.count, total: sources.count)
      return (scores, skipped)
    }
  }

  private func scores(
    of image: CatalogueEntry, entry: ClassConcepts, model: LoadedModel, monitor: WorkMonitor
  ) throws -> ConceptScores {
    let reader = PatchReader(
      recipes: StageRecipes(model: model, layer: entry.layer, options: entry.options),
      images: ImageReader(preprocessing: model.preprocessing, store: store), store: store)
    let patches = try reader.patches(of: image, hypothesis: entry.classIndex, monitor: monitor)
    let gradient = try reader.gradients(of: image, classIndex: entry.classIndex, monitor: monitor).pooledGradient
    let presences = try ConceptScoring(concepts: entry.concepts, dictionary: entry.dictionary)
      .presences(among: patches)
    return ConceptScores(
      image: image.source.displayName, className: model.labels[entry.classIndex],
      concepts: zip(entry.concepts, presences).map { concept, presence in
        ConceptScores.Score(
          conceptID: concept.id, conceptName: concept.name, rank: concept.rank, presence: presence,
          sensitivity: ConceptSensitivity(pooledGradient: gradient, vectors: concept.cavs), tcav: concept.tcav.mean,
          place: presence.patch.map { patch in
            let (x, y) = patches[patch].mask.centroid ?? (0.5, 0.5)
            return (
              center: image.geometry.originalPoint(x: Double(x), y: Double(y)),
              box: image.geometry.originalBox(patches[patch].box)
            )
          })
      })
  }

  /// `entries` with no other concepts than those that are wanted. Throws where one of these is not among them.
  private static func entries(
    _ entries: [ClassConcepts], having concepts: [String]?, of model: LoadedModel
  ) throws -> [ClassConcepts] {
    guard let concepts else { return entries }
    let known = Set(entries.flatMap(\.concepts).map(\.id))
    if let unknown = concepts.first(where: { !known.contains($0) }) {
      throw EngineError(
        .unknownConcept,
        "concepts: \"\(unknown)\" is no concept of \(model.name)\(entries.count == 1 ? " and that class" : ""); concept/list lists them",
        detail: ["concept": unknown])
    }
    return entries.compactMap { entry in
      var entry = entry
      entry.concepts.removeAll { !concepts.contains($0.id) }
      return entry.concepts.isEmpty ? nil : entry
    }
  }
}

/// How present, how important and where a class's concepts are in one image. Points are in [0, 1]² and boxes in pixels, both of the
/// original image.
package struct ConceptScores: Sendable {
  /// One concept.
  package struct Score: Sendable {
    /// The concept's id.
    package var conceptID: String
    /// The concept's name.
    package var conceptName: String
    /// 1 for the most important concept of the class.
    package var rank: Int
    /// How present it is.
    package var presence: ConceptPresence
    /// How much the class's logit responds to it in this image; nil for a concept without activation vectors.
    package var sensitivity: ConceptSensitivity?
    /// How important it is to the class: the mean TCAV score of its discovery.
    package var tcav: Double
    /// Where its best patch is, detected or not; nil where the image has no patch.
    package var place: (center: (x: Double, y: Double), box: Box)?
  }

  /// The image as the request named it.
  package var image: String
  /// The class's label.
  package var className: String
  /// By rank.
  package var concepts: [Score]
}

extension ConceptScores: WrittenRecord {
  package static let partName: String? = "ConceptScores"
  package static let fields = FieldList<ConceptScores>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("class", \.className, .anyString, "The class's label."),
    .field("concepts", \.concepts, .array(of: Score.written), "By rank."),
  ])
}

extension ConceptScores.Score: WrittenRecord {
  package static let partName: String? = "ConceptScore"
  package static let fields = FieldList<ConceptScores.Score>([
    .field("concept", \.conceptID, .anyString, "The concept's id."),
    .field("name", \.conceptName, .anyString, "What people call it."),
    .field("rank", \.rank, .count, "1 for the most important to the class."),
    .field("presence", \.presence, ConceptPresence.written, "How present it is in the image."),
    .derived(
      "importance", .written(importance, named: "Sensitivity"),
      "How much the class's logit depends on it, here and as a rule."
    ) { $0 },
    .field(
      "place", \.place, .nullable(.written(placeFields)),
      "Where its best patch is, detected or not; null where the image has no patch."),
  ])

  private static let importance = FieldList<ConceptScores.Score>([
    .derived(
      "derivative", .score,
      "Mean derivative of the class's logit of this image along the concept's activation vectors."
    ) { $0.sensitivity?.mean },
    .derived("sd", .score, "Its standard deviation over the vectors.") { $0.sensitivity?.standardDeviation },
    .derived("positive", .score, "Share of the vectors along which the logit rises.") {
      $0.sensitivity?.positiveShare
    },
    .field(
      "tcav", \.tcav, .score, "Mean TCAV score of the concept's discovery: how important it is to the class."),
  ])

  private static let placeFields = FieldList<(center: (x: Double, y: Double), box: Box)>([
    .field("center", \.center, .point, "Its centre."), .field("box", \.box, .box, "Its box."),
  ])
}

extension ConceptPresence: WrittenRecord {
  package static let partName: String? = "Presence"
  package static let fields = FieldList<ConceptPresence>([
    .derived("detected", .bool, "Whether the image counts as showing the concept.") { $0.isDetected },
    .derived("score", .score, "From 0 to 1, ½ at the limit of detection; no probability.") { $0.score },
    .derived(
      "measure", .oneOf(["distance", "coefficient"]),
      "What it goes by: the distance from the concept's centre, or of a non-negative component how much of it a patch holds."
    ) { $0.coefficient == nil ? "distance" : "coefficient" },
    .field("distance", \.distance, .score, "Of the best patch from the concept's centre."),
    .field("threshold", \.threshold, .score, "The largest distance at which a patch still is the concept."),
    .derived(
      "coefficient", .score, "How much of the component the best patch holds; null of other concepts."
    ) { $0.coefficient.map { Double($0.value) } },
    .derived(
      "reference", .score, "How much of it all but 5 % of the concept's own patches hold; null of other concepts."
    ) { $0.coefficient.map { Double($0.reference) } },
  ])
}
