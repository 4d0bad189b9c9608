import Base
import Concepts
import Fields
import Reports
import Store
import Structure

extension ClassConcepts {
  /// What the concepts are to matching: ids, ranks, thresholds and centres, and the clusters they compete with where
  /// they are found at all their places; in hexadecimal.
  package var identity: String {
    get throws {
      var archive = Archive()
      for var concept in concepts {
        try archive.field(&concept.id)
        try archive.field(&concept.rank)
        try archive.field(&concept.threshold)
        try archive.field(&concept.center)
        var seenWithin = concept.seenWithin
        if options.matching.places == .all { try archive.field(&seenWithin) }
      }
      var clusters = centers
      if options.matching.places == .all { try archive.field(&clusters) }
      return ContentHash.hexadecimal(of: archive.bytes)
    }
  }
}

extension TrainedGraph {
  /// SHA-256 of what its answers depend on, in hexadecimal: weights, concepts and options.
  package var digest: String {
    get throws {
      var parts = [
        ("model", model), ("layer", layer),
        ("network", ContentHash.hexadecimal(of: try ArchivedNetwork(network).archived())),
      ]
      for entry in classes {
        parts += [
          ("class", String(entry.classIndex)),
          ("options", ContentHash.hexadecimal(of: try entry.options.identityBytes())),
          ("concepts", try entry.identity),
        ]
        parts += entry.options.laterIdentity
      }
      return Recipe(stage: "graph content", version: 1, parts: parts).hexadecimal
    }
  }

  /// The handle of a reasoning network that is known by this digest: of its content, or of the request that made it.
  package static func id(of digest: String) -> String { "graph-" + digest.prefix(idDigits) }

  private static let idDigits = 12

  /// One that belongs to no network.
  package init(unbound network: ReasoningNetwork, labels: [String], origin: GraphOrigin) throws {
    let classes = labels.enumerated().map { position, label in
      var entry = ClassConcepts.blank
      entry.classIndex = position
      entry.report.className = label
      return entry
    }
    self.init(
      id: "", model: "", layer: "", classes: classes, network: network, dummyValue: network.dummyValue,
      report: TrainingReport(unmeasured: labels), origin: origin)
    id = try Self.id(of: digest)
    report.graphModel = id
  }
}

extension TrainingReport {
  /// The report of a reasoning network of which nothing is known but its weights.
  fileprivate init(unmeasured labels: [String]) {
    self = .blank
    classes = labels
    notes = ["it belongs to no network and its fidelity was never measured: request graph/bind"]
  }
}
