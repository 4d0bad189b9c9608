import Bank
import Base
import Concepts
import Images
import Structure

extension GraphBuilder {
  /// Where the parts are that are measured, and what random regions are made of.
  package typealias MeasuredPlaces = (regions: [Mask?], superpixels: [Mask], attention: Mask?)

  /// What parts of an image are worth to the class at `position` against those at `against`: from the store where it is
  /// known.
  ///
  /// - Parameters:
  ///   - graphs: of the image, one per class.
  ///   - logits: the classifier's, of these classes.
  ///   - mostConcepts: how many are measured one by one: the best ranked of those that are seen.
  ///   - name: of what the graphs belong to: their recipe knows it.
  ///   - isCompared: whether the second fill is asked as well, and random regions.
  ///   - places: called where it is not known.
  package func evidence(
    of image: CatalogueEntry, graphs: [ConceptGraph], logits: [Float], at position: Int, against: [Int],
    mostConcepts: Int, keptAs name: String, isCompared: Bool, monitor: WorkMonitor, places: () throws -> MeasuredPlaces
  ) throws -> MeasuredEvidence {
    let indices = classes.map(\.classIndex)
    let recipe = try StageRecipes.evidence(
      of: image.contentHash, model: model, graph: name, classIndex: indices[position],
      against: against.map { indices[$0] }, clusters: classes[position].centers, mostConcepts: mostConcepts,
      level: fillValue)
    if let known = store.stage(recipe, as: MeasuredEvidence.self), known.parts.count == graphs[position].nodes.count,
      known.against == against
    {
      return known
    }
    let explained = ExplainedImage(
      identity: image.contentHash, input: try reader.input(of: image), graphs: graphs, logits: logits, attributions: [])
    let places = try places()
    let evidence = try EvidenceMeasurement(of: explained, level: fillValue, monitor: monitor) { pictures in
      let logits = try model.classifier.logits(of: pictures, monitor: monitor)
      return pictures.indices.map { row in
        let all = logits[row: row].elements
        return indices.map { all[$0] }
      }
    }.evidence(
      of: .init(
        position: position, against: against, regions: places.regions, superpixels: places.superpixels,
        attention: places.attention, isCompared: isCompared, mostConcepts: mostConcepts))
    store.keep(evidence, for: recipe)
    return evidence
  }

  /// What the concepts of the class at `position` are worth in an image against all other classes, for training.
  package func evidence(
    of image: CatalogueEntry, graphs: [ConceptGraph], logits: [Float], at position: Int, mostConcepts: Int,
    monitor: WorkMonitor
  ) throws -> MeasuredEvidence {
    try evidence(
      of: image, graphs: graphs, logits: logits, at: position, against: classes.indices.filter { $0 != position },
      mostConcepts: mostConcepts, keptAs: "concepts \(identities[position])", isCompared: false, monitor: monitor
    ) { (graphs[position].nodes.map(\.mask), [], nil) }
  }
}
