import Bank
import Base
import Concepts
import Images
import Structure

extension GraphBuilder {
  /// Where the parts are that are measured, and what random regions are made of.
  package typealias MeasuredPlaces = (regions: [Mask?], superpixels: [Mask], attention: Mask?)

  /// What measures the parts of an image, for all its classes.
  package func measurement(of image: ExplainedImage, monitor: WorkMonitor) -> EvidenceMeasurement {
    EvidenceMeasurement(of: image, level: fillValue, monitor: monitor) {
      try classLogits(showing: $0, monitor: monitor)
    }
  }

  /// What parts of an image are worth to the class at `position` against those at `against`: from the store where it is
  /// known.
  ///
  /// - Parameters:
  ///   - nodes: of the class's graph.
  ///   - mostConcepts: how many are measured one by one: the best ranked of those that are seen.
  ///   - name: of what the graphs belong to: their recipe knows it.
  ///   - isCompared: whether the second fill is asked as well, and random regions.
  ///   - measurement: of the image; called, as `places` is, where it is not known.
  package func evidence(
    of image: CatalogueEntry, nodes: Int, at position: Int, against: [Int], mostConcepts: Int, keptAs name: String,
    isCompared: Bool, by measurement: () throws -> EvidenceMeasurement, places: () throws -> MeasuredPlaces
  ) throws -> MeasuredEvidence {
    let recipe = try StageRecipes.evidence(
      of: image.contentHash, model: model, graph: name, classIndex: classes[position].classIndex,
      against: against.map { classes[$0].classIndex }, clusters: classes[position].centers, mostConcepts: mostConcepts,
      isCompared: isCompared, level: fillValue)
    if let known = store.stage(recipe, as: MeasuredEvidence.self), known.parts.count == nodes, known.against == against
    {
      return known
    }
    let places = try places()
    let evidence = try measurement().evidence(
      of: .init(
        position: position, against: against, regions: places.regions, superpixels: places.superpixels,
        attention: places.attention, isCompared: isCompared, mostConcepts: mostConcepts))
    store.keep(evidence, for: recipe)
    return evidence
  }

  /// What the concepts of the class at `position` are worth in an image against all other classes, for training.
  ///
  /// - Parameters:
  ///   - graphs: of the image, one per class.
  ///   - logits: the classifier's, of these classes.
  package func evidence(
    of image: CatalogueEntry, graphs: [ConceptGraph], logits: [Float], at position: Int, mostConcepts: Int,
    monitor: WorkMonitor
  ) throws -> MeasuredEvidence {
    let nodes = graphs[position].nodes
    return try evidence(
      of: image, nodes: nodes.count, at: position, against: classes.indices.filter { $0 != position },
      mostConcepts: mostConcepts, keptAs: "concepts \(identities[position])", isCompared: false
    ) {
      measurement(
        of: ExplainedImage(
          identity: image.contentHash, input: try reader.input(of: image), graphs: graphs, logits: logits,
          attributions: []), monitor: monitor)
    } places: {
      (nodes.map(\.mask), [], nil)
    }
  }
}
