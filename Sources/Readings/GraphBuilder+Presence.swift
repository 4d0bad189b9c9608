import Bank
import Base
import Concepts
import Structure
import Tensors

extension GraphBuilder {
  /// The classes, each concept with its presence: how far the nearest patch is in the images that the class was
  /// discovered on, and in the other classes'. Images that cannot be read any more are left out.
  package func measuringPresence(monitor: WorkMonitor) throws -> [ClassConcepts] {
    // An image may be of several classes.
    let images = Dictionary(
      classes.flatMap(\.images).map { ($0.contentHash, $0) }, uniquingKeysWith: { first, _ in first }
    ).values.sorted { $0.contentHash < $1.contentHash }
    var done = 0
    return try classes.map { entry in
      guard entry.options.matching.places == .all else { return entry }
      let own = Set(entry.images.map(\.contentHash))
      var (samples, others): ([[PresenceOdds.Sample]], [[PresenceOdds.Sample]]) = ([], [])
      for image in images {
        monitor.report("measuring presence", done: done, total: images.count * classes.count)
        try monitor.checkCancelled()
        done += 1
        guard let found = try presence(in: image, of: entry, monitor: monitor) else { continue }
        if own.contains(image.contentHash) { samples.append(found) } else { others.append(found) }
      }
      var entry = entry
      for position in entry.concepts.indices {
        entry.concepts[position].measures.presence = PresenceOdds(
          samples.map { $0[position] }, rivals: others.map { $0[position] })
      }
      return entry
    }
  }

  /// By concept, the distance of the nearest patch and whether it is seen; nil where the image cannot be read.
  private func presence(
    in image: CatalogueEntry, of entry: ClassConcepts, monitor: WorkMonitor
  ) throws -> [PresenceOdds.Sample]? {
    let patches: [EmbeddedPatch]
    do { patches = try self.patches(of: image, for: entry, monitor: monitor).patches } catch let error as EngineError {
      guard [.image, .contentModified].contains(error.kind) else { throw error }
      return nil
    }
    let isSeen = ConceptRegions.areSeen(entry.concepts, among: patches, clusters: entry.centers)
    return zip(entry.concepts, isSeen).map {
      PresenceOdds.Sample(distance: GraphMatcher.nearestDistance(to: $0, of: patches), isSeen: $1)
    }
  }
}
