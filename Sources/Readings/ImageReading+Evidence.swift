import Bank
import Base
import Images
import Networks
import Reports
import Structure

/// What the classifier itself says of the parts of an image (METHOD section 4b).
extension ImageReading {
  /// What the parts of an image are worth, by position of the class among the reasoning network's: to the first of
  /// `positions` against the others, and to each other against the first. From the store where it is known.
  ///
  /// - Parameter mostConcepts: how many are measured one by one: the best ranked of those that are seen.
  package func evidence(
    at positions: [Int], mostConcepts: Int, monitor: WorkMonitor
  ) throws -> [Int: MeasuredEvidence] {
    guard let choice = positions.first else { return [:] }
    let rivals = positions.count > 1 ? Array(positions.dropFirst()) : self.rivals(of: choice)
    lazy var measurement = builder.measurement(of: explained, monitor: monitor)
    var found: [Int: MeasuredEvidence] = [:]
    for (done, position) in positions.enumerated() {
      monitor.report("measuring", done: done, total: positions.count)
      let isChoice = position == choice
      found[position] = try EngineError.mapped {
        try builder.evidence(
          of: entry, nodes: graphs[position].nodes.count, at: position, against: isChoice ? rivals : [choice],
          mostConcepts: mostConcepts, keptAs: isCarriedOver ? "\(trained.id) carried over" : trained.id,
          isCompared: isChoice
        ) {
          measurement
        } places: {
          let (patches, attention) = try builder.patches(
            of: entry, for: trained.classes[position], monitor: monitor)
          return (
            regions(at: position, among: patches, within: attention), patches.map(\.mask), attention
          )
        }
      }
    }
    monitor.report("measuring", done: positions.count, total: positions.count)
    return found
  }
}

extension MeasuredNode {
  package init(_ part: MeasuredEvidence.Part, in geometry: InputGeometry) {
    self.init(
      part: part,
      regions: part.region.components.compactMap { mask in
        mask.boundingBox.map { (geometry.originalBox($0), mask) }
      })
  }
}
