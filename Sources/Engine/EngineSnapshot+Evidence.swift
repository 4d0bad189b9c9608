import Bank
import Base
import Concepts
import Images
import Networks
import Readings
import Reports
import Store
import Structure

/// What the classifier itself says of the parts of an image (METHOD section 4b).
extension EngineSnapshot {
  /// What the parts of an image are worth, by position of the class among the reasoning network's: to the first of
  /// `positions` against the others, and to each other against the first. From the store where it is known.
  ///
  /// - Parameter mostConcepts: how many are measured one by one: the best ranked of those that are seen.
  func evidence(
    of reading: ImageReading, positions: [Int], mostConcepts: Int, monitor: WorkMonitor
  ) throws -> [Int: MeasuredEvidence] {
    guard let choice = positions.first else { return [:] }
    let rivals = positions.count > 1 ? Array(positions.dropFirst()) : reading.graphs.indices.filter { $0 != choice }
    let questions = ReadingQuestions(snapshot: self, reading: reading, monitor: monitor)
    lazy var measurement = EvidenceMeasurement(
      of: questions.image, level: reading.builder.fillValue, monitor: monitor, ask: questions.logits(showing:))
    var found: [Int: MeasuredEvidence] = [:]
    for (done, position) in positions.enumerated() {
      monitor.report("measuring", done: done, total: positions.count)
      let isChoice = position == choice
      let against = isChoice ? rivals : [choice]
      let entry = reading.trained.classes[position]
      let recipe = try StageRecipes.evidence(
        of: reading.entry.contentHash, model: reading.model, graph: reading.trained.id, position: position,
        against: against, clusters: entry.centers, mostConcepts: mostConcepts,
        level: reading.builder.fillValue)
      if let known = store.stage(recipe, as: MeasuredEvidence.self),
        known.parts.count == reading.graphs[position].nodes.count
      {
        found[position] = known
        continue
      }
      let (patches, attention) = try EngineError.mapped {
        try reading.builder.patches(of: reading.entry, for: entry, monitor: monitor)
      }
      let evidence = try measurement.evidence(
        of: .init(
          position: position, against: against,
          regions: reading.regions(at: position, among: patches, within: attention),
          superpixels: patches.map(\.mask), attention: attention,
          isCompared: isChoice, mostConcepts: mostConcepts))
      store.keep(evidence, for: recipe)
      found[position] = evidence
    }
    monitor.report("measuring", done: positions.count, total: positions.count)
    return found
  }
}

extension MeasuredNode {
  init(_ part: MeasuredEvidence.Part, in geometry: InputGeometry) {
    self.init(
      part: part,
      regions: part.region.components.compactMap { mask in
        mask.boundingBox.map { (geometry.originalBox($0), mask) }
      })
  }
}
