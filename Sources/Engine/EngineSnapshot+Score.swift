import Bank
import Base
import Concepts
import Images
import Networks
import Readings
import Reports
import Store

extension EngineSnapshot {
  /// How present the bank's concepts are in images, how important there, and where (METHOD section 7). Nothing is
  /// clustered and no vector fitted: the bank's centres, vectors and thresholds are used as they are.
  ///
  /// - Parameters:
  ///   - class: of this class only; where nil, of all that have been discovered, or of those that `concepts` are of.
  ///   - concepts: ids of the concepts wanted; all of them where nil.
  ///   - onImage: called with the scores of an image and a class as soon as they are known.
  package func scoreConcepts(
    model: String, images: [ImageSource], class: ClassReference?, concepts: [String]?, monitor: WorkMonitor,
    onImage: @Sendable (ConceptScores) -> Void
  ) throws -> (scores: [ConceptScores], skipped: [SkippedImage]) {
    try store.durably(monitor) { monitor in
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
          let found = try EngineError.mapped {
            try self.scores(of: image, entry: entry, model: model, monitor: monitor)
          }
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
