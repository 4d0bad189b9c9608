import Bank
import Base
import Concepts
import Readings
import Reports
import Structure

extension EngineSnapshot {
  /// What accounts for the difference between two scores: of two classes on an image ("why A rather than B"), of a
  /// class on two images, or of two models (METHOD section 5).
  ///
  /// With one reasoning network on both sides, every concept and relation of either class's graph is held against
  /// itself: what it adds to the left output less what it adds to the right one. With two, concepts are paired where
  /// they lie on the same place of the same image; those that have no partner stand alone.
  ///
  /// - Parameter measuring: how many concepts of each side's class the classifier is asked about, one by one; nil for
  ///   none. Two classes are measured against each other, one class against all others.
  package func compare(
    _ left: ComparisonSide, _ right: ComparisonSide, measuring concepts: Int? = nil, monitor: WorkMonitor
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
    let isOneNetwork = first.trained.id == second.trained.id
    let isOneClass = !isOneNetwork || firstPosition == secondPosition
    func evidence(_ reading: ImageReading, _ position: Int, _ other: Int) throws -> MeasuredEvidence? {
      try concepts.flatMap {
        try reading.evidence(at: isOneClass ? [position] : [position, other], mostConcepts: $0, monitor: monitor)[
          position]
      }
    }
    let measured = (
      left: try evidence(first, firstPosition, secondPosition),
      right: try evidence(second, secondPosition, firstPosition)
    )
    let sides = (
      Self.side(first, position: firstPosition, measured: measured.left),
      Self.side(second, position: secondPosition, measured: measured.right)
    )
    let graphs = isOneNetwork ? Set([firstPosition, secondPosition]).sorted() : []
    let pairs: [GraphPart.Pair]
    if isOneNetwork {
      pairs = zip(
        first.parts(of: graphs, output: firstPosition), second.parts(of: graphs, output: secondPosition)
      ).map { ($0, $1) }
    } else {
      pairs = GraphPart.paired(
        first.parts(of: [firstPosition], output: firstPosition),
        second.parts(of: [secondPosition], output: secondPosition),
        isSameImage: first.entry.contentHash == second.entry.contentHash)
    }
    func effect(of part: GraphPart?, _ evidence: MeasuredEvidence?, at position: Int) -> Double? {
      guard let part, let evidence, part.graph == position, part.nodes.count == 1,
        evidence.parts.indices.contains(part.nodes[0])
      else { return nil }
      return evidence.parts[part.nodes[0]]?.effect
    }
    var differences = pairs.map { pair in
      var difference = Self.difference(pair, first, second)
      difference.measured = .init(
        left: effect(of: pair.left, measured.left, at: firstPosition),
        right: effect(of: pair.right, measured.right, at: secondPosition))
      return difference
    }
    differences.sort { abs($0.delta) > abs($1.delta) }
    let asked = differences.filter { $0.measured != nil }.sorted {
      abs($0.measured?.delta ?? 0) > abs($1.measured?.delta ?? 0)
    }
    differences = asked + differences.filter { $0.measured == nil }
    var report = ComparisonReport(
      left: sides.0, right: sides.1, differences: differences,
      remainder: (
        sides.0.score - differences.reduce(0) { $0 + ($1.left ?? 0) },
        sides.1.score - differences.reduce(0) { $0 + ($1.right ?? 0) }
      ), summary: "")
    report.summary = ComparisonSummary.text(for: report)
    return report
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
        "\(field).class: \(model.labels[wanted[0]]) is not among the classes of reasoning network \(trained.id): "
          + trained.classIndices.map { model.labels[$0] }.joined(separator: ", "))
    }
    return (reading, position)
  }

  private static func position(of side: ComparisonSide, in reading: ImageReading) throws -> Int? {
    reading.trained.classIndices.firstIndex(of: try reading.model.labels.resolve(side.className))
  }

  private static func side(
    _ reading: ImageReading, position: Int, measured: MeasuredEvidence?
  ) -> ComparisonReport.Side {
    let indices = reading.trained.classIndices
    return ComparisonReport.Side(
      model: reading.model.id, graphModel: reading.trained.id, image: reading.entry.source.displayName,
      className: reading.model.labels[indices[position]], score: reading.attributions[position].score,
      prediction: predictions(indices.map { reading.logits[$0] }, of: indices, labels: reading.model.labels)[position],
      fidelity: reading.trained.report.heldOut,
      measured: measured.map { evidence in
        MeasuredReasons(evidence: evidence, classes: indices.map { reading.model.labels[$0] })
      })
  }

  /// A pair of parts with the names of what they are of.
  private static func difference(
    _ pair: GraphPart.Pair, _ first: ImageReading, _ second: ImageReading
  ) -> ComparisonReport.Difference {
    let (left, right) = (pair.left.map(first.identities), pair.right.map(second.identities))
    var concepts = left?.concepts ?? right?.concepts ?? []
    if let left, let right, zip(left.concepts, right.concepts).contains(where: { $0.id != $1.id }) {
      concepts = zip(left.concepts, right.concepts).map { ("\($0.id) / \($1.id)", "\($0.name) / \($1.name)") }
    }
    return ComparisonReport.Difference(
      className: left?.className ?? right?.className ?? "", concepts: concepts,
      isSeen: (pair.left?.isSeen, pair.right?.isSeen), left: pair.left?.contribution, right: pair.right?.contribution)
  }
}

extension ImageReading {
  /// The nodes and edges of some of the graphs with what they add to `output`.
  fileprivate func parts(of positions: [Int], output: Int) -> [GraphPart] {
    positions.flatMap { position in
      GraphPart.parts(
        of: graphs[position], at: position, attribution: attributions[output].graphs[position],
        geometry: entry.geometry)
    }
  }

  /// What a part is called: its class, and its concepts.
  fileprivate func identities(of part: GraphPart) -> (className: String, concepts: [(id: String, name: String)]) {
    let entry = trained.classes[part.graph]
    return (model.labels[entry.classIndex], part.nodes.map { (entry.concepts[$0].id, entry.concepts[$0].name) })
  }
}
