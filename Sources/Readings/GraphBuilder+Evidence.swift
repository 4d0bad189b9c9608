import Bank
import Base
import Concepts
import Images
import Structure

extension GraphBuilder {
  /// What the concepts of the class at `position` are worth in an image, against the other classes: from the store where
  /// it is known.
  ///
  /// - Parameters:
  ///   - graphs: of the image, one per class.
  ///   - logits: the classifier's, of these classes.
  ///   - mostConcepts: how many are measured one by one: the best ranked of those that are seen.
  package func evidence(
    of image: CatalogueEntry, graphs: [ConceptGraph], logits: [Float], at position: Int, mostConcepts: Int,
    monitor: WorkMonitor
  ) throws -> MeasuredEvidence {
    let entry = classes[position]
    let rivals = classes.indices.filter { $0 != position }
    let recipe = try StageRecipes.evidence(
      of: image.contentHash, model: model, graph: "concepts \(identities[position])", position: entry.classIndex,
      against: rivals.map { classes[$0].classIndex }, clusters: entry.centers, mostConcepts: mostConcepts,
      level: fillValue)
    if let known = store.stage(recipe, as: MeasuredEvidence.self), known.parts.count == graphs[position].nodes.count {
      return known
    }
    let subject = ExplainedImage(
      identity: image.contentHash, input: try reader.input(of: image), graphs: graphs, logits: logits, attributions: [])
    let measurement = EvidenceMeasurement(of: subject, level: fillValue, monitor: monitor) { pictures in
      let logits = try model.classifier.logits(of: pictures, monitor: monitor)
      return pictures.indices.map { row in
        let all = logits[row: row].elements
        return classes.map { all[$0.classIndex] }
      }
    }
    let evidence = try measurement.evidence(
      of: .init(
        position: position, against: rivals, regions: graphs[position].nodes.map(\.mask), superpixels: [],
        attention: nil, isCompared: false, mostConcepts: mostConcepts))
    store.keep(evidence, for: recipe)
    return evidence
  }
}
