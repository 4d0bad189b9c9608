import Base
import Concepts
import Images
import Structure

extension Engine {
  /// What accounts for the difference between two scores: of two classes on an image ("why A rather than B"), of a class on two images, or
  /// of two models (METHOD section 5).
  ///
  /// With one reasoning network on both sides, every concept and relation of either class's graph is held against itself: what it adds to the
  /// left output less what it adds to the right one. With two, concepts are paired where they lie on the same place of the same image; those
  /// that have no partner stand alone.
  package func compare(
    _ left: ComparisonSide, _ right: ComparisonSide, monitor: WorkMonitor
  ) throws -> ComparisonReport {
    let (first, firstPosition) = try reading(of: left, other: right, field: "left", monitor: monitor)
    let (second, secondPosition): (ImageReading, Int)
    if left.model == right.model, left.image == right.image, left.graphModel == right.graphModel,
      let position = try Self.position(of: right, in: first)
    {
      (second, secondPosition) = (first, position)
    } else {
      (second, secondPosition) = try reading(of: right, other: left, field: "right", monitor: monitor)
    }
    let sides = (
      Self.side(first, position: firstPosition), Self.side(second, position: secondPosition)
    )
    let isOneNetwork = first.trained.id == second.trained.id
    let graphs = isOneNetwork ? Set([firstPosition, secondPosition]).sorted() : []
    var differences: [ComparisonReport.Difference]
    if isOneNetwork {
      let parts = (
        Self.parts(of: first, output: firstPosition, graphs: graphs),
        Self.parts(of: second, output: secondPosition, graphs: graphs)
      )
      differences = zip(parts.0, parts.1).map(Self.difference)
    } else {
      differences = Self.paired(
        Self.parts(of: first, output: firstPosition, graphs: [firstPosition]),
        Self.parts(of: second, output: secondPosition, graphs: [secondPosition]),
        isSameImage: first.entry.contentHash == second.entry.contentHash)
    }
    differences.sort { abs($0.delta) > abs($1.delta) }
    var report = ComparisonReport(
      left: sides.0, right: sides.1, differences: differences,
      remainder: (
        sides.0.score - differences.reduce(0) { $0 + ($1.left ?? 0) },
        sides.1.score - differences.reduce(0) { $0 + ($1.right ?? 0) }
      ), summary: "")
    report.summary = ComparisonSummary.text(for: report)
    return report
  }

  /// Overlap of two concepts' boxes, as intersection over union, from which on they lie on the same place.
  static let samePlace = 0.3

  /// A node or an edge of a side.
  private struct Part {
    var className: String
    var concepts: [(id: String, name: String)]
    var isSeen: Bool
    var contribution: Double
    /// For a node that is seen its box in the original image.
    var box: Box?
    /// Positions of the nodes: one, or source and target.
    var nodes: [Int]
  }

  private func reading(
    of side: ComparisonSide, other: ComparisonSide, field: String, monitor: WorkMonitor
  ) throws -> (ImageReading, Int) {
    let model = try self.model(side.model)
    var wanted = [try model.labels.resolve(side.className)]
    // One reasoning network that covers both classes makes them comparable.
    if other.model == side.model, let index = try? model.labels.resolve(other.className) { wanted.append(index) }
    let trained = try trainedGraph(side.graphModel, of: model, covering: wanted)
    let reading = try read(side.image, model: model, trained: trained, monitor: monitor)
    guard let position = try Self.position(of: side, in: reading) else {
      throw EngineError(
        .invalidValue,
        "\(field).class: \(model.labels[wanted[0]]) is not among the classes of graph \(trained.id): "
          + trained.classIndices.map { model.labels[$0] }.joined(separator: ", "))
    }
    return (reading, position)
  }

  private static func position(of side: ComparisonSide, in reading: ImageReading) throws -> Int? {
    reading.trained.classIndices.firstIndex(of: try reading.model.labels.resolve(side.className))
  }

  private static func side(_ reading: ImageReading, position: Int) -> ComparisonReport.Side {
    let indices = reading.trained.classIndices
    return ComparisonReport.Side(
      model: reading.model.id, graphModel: reading.trained.id, image: reading.entry.source.displayName,
      className: reading.model.labels[indices[position]], score: reading.attributions[position].score,
      prediction: predictions(indices.map { reading.logits[$0] }, of: indices, labels: reading.model.labels)[position],
      fidelity: reading.trained.report.heldOut)
  }

  /// The nodes and edges of `graphs` with what they add to `output`.
  private static func parts(of reading: ImageReading, output: Int, graphs: [Int]) -> [Part] {
    graphs.flatMap { graph -> [Part] in
      let entry = reading.trained.classes[graph]
      let className = reading.model.labels[entry.classIndex]
      let nodes = reading.graphs[graph].nodes
      let attribution = reading.attributions[output].graphs[graph]
      let identities = entry.concepts.map { (id: $0.id, name: $0.name) }
      let ofNodes = identities.indices.map { node in
        Part(
          className: className, concepts: [identities[node]], isSeen: nodes[node].detected,
          contribution: Double(attribution.nodes[node]), box: nodes[node].box.map(reading.entry.geometry.originalBox),
          nodes: [node])
      }
      let ofEdges = ConceptGraph.edges(among: identities.count).enumerated().map { position, edge in
        Part(
          className: className, concepts: [identities[edge.from], identities[edge.to]],
          isSeen: nodes[edge.from].detected && nodes[edge.to].detected,
          contribution: Double(attribution.edges[position]), box: nil, nodes: [edge.from, edge.to])
      }
      return ofNodes + ofEdges
    }
  }

  private static func difference(_ left: Part?, _ right: Part?) -> ComparisonReport.Difference {
    let named = left ?? right
    var concepts = named?.concepts ?? []
    if let left, let right, zip(left.concepts, right.concepts).contains(where: { $0.id != $1.id }) {
      concepts = zip(left.concepts, right.concepts).map { ("\($0.id) / \($1.id)", "\($0.name) / \($1.name)") }
    }
    return ComparisonReport.Difference(
      className: named?.className ?? "", concepts: concepts, isSeen: (left?.isSeen, right?.isSeen),
      left: left?.contribution, right: right?.contribution)
  }

  /// Pairs the parts of two reasoning networks: nodes on the same place of the same image, nearest first, and the edges between such.
  private static func paired(_ left: [Part], _ right: [Part], isSameImage: Bool) -> [ComparisonReport.Difference] {
    var partners: [Int: Int] = [:]
    if isSameImage {
      let overlaps = left.filter { $0.box != nil }.flatMap { a in
        right.compactMap { b -> (left: Int, right: Int, overlap: Double)? in
          guard let first = a.box, let second = b.box else { return nil }
          return (a.nodes[0], b.nodes[0], first.overlap(with: second))
        }
      }
      for pair in overlaps.sorted(by: { $0.overlap > $1.overlap }) where pair.overlap >= samePlace {
        guard partners[pair.left] == nil, !partners.values.contains(pair.right) else { continue }
        partners[pair.left] = pair.right
      }
    }
    var free = Array(right.indices)
    var differences = left.map { part -> ComparisonReport.Difference in
      let wanted = part.nodes.map { partners[$0] }
      let place = free.firstIndex { candidate in
        right[candidate].nodes.count == wanted.count && zip(right[candidate].nodes, wanted).allSatisfy { $0 == $1 }
      }
      return difference(part, place.map { right[free.remove(at: $0)] })
    }
    differences += free.map { difference(nil, right[$0]) }
    return differences
  }
}

extension Box {
  /// Intersection over union; 0 where both are empty.
  func overlap(with other: Box) -> Double {
    let both =
      max(0, min(x + width, other.x + other.width) - max(x, other.x))
      * max(0, min(y + height, other.y + other.height) - max(y, other.y))
    let either = width * height + other.width * other.height - both
    return either > 0 ? Double(both) / Double(either) : 0
  }
}
