import Concepts
import Foundation
import Images
import Structure
import Tensors

/// Concepts of plain ACE, without the attention filter, by class of the reasoning network.
struct ACEOrder {
  var concepts: [[Concept]]

  /// Nodes by the rank of the concept of ACE that their patch is nearest to, of equals the nearest first.
  func order(of nodes: [Int], in graph: ConceptGraph, at position: Int) -> [Int] {
    func place(_ node: Int) -> (rank: Int, distance: Float) {
      concepts[position].map { concept in
        let distance = LinearAlgebra.norm(zip(graph.nodes[node].embedding, concept.center).map { $0 - $1 })
        return (concept.rank, distance)
      }.min { $0.distance < $1.distance } ?? (.max, .infinity)
    }
    let places = Dictionary(uniqueKeysWithValues: nodes.map { ($0, place($0)) })
    func key(_ node: Int) -> (Int, Float, Int) {
      let place = places[node] ?? (.max, .infinity)
      return (place.rank, place.distance, node)
    }
    return nodes.sorted { key($0) < key($1) }
  }
}

/// The curves of one image by order; several where the order is drawn.
typealias ImageCurves = [EvaluationCurve.Order: [ConceptCurve]]

/// Curves of the images of a run.
struct CurveTally {
  private var images: [ImageCurves] = []

  mutating func add(_ curves: ImageCurves?) { if let curves { images.append(curves) } }

  private typealias Values = KeyPath<ConceptCurve, [Double]>

  /// Means, gains with their tests, and the curves themselves.
  func add(to outcome: inout EvaluationRun.Outcome) {
    guard !images.isEmpty else { return }
    let values: [(EvaluationCurve.Kind, EvaluationCurve.Measure, Values)] = [
      (.deletion, .probability, \.deletion), (.deletion, .margin, \.deletionMargin),
      (.insertion, .probability, \.insertion), (.insertion, .margin, \.insertionMargin),
    ]
    for (kind, measure, path) in values { add(kind, measure, path, to: &outcome) }
    let own = images.compactMap { $0[.foretold]?.first }
    outcome.values["concepts.lost"] = .init(sharesOf: own.map { [$0.smallestDestroying != nil] })
    let lost = own.filter { $0.smallestDestroying != nil }
    for (name, counts) in [
      ("destroying", lost.compactMap(\.smallestDestroying)), ("sufficient", lost.compactMap(\.smallestSufficient)),
    ] {
      guard let mean = Statistics.mean(counts.map(Double.init)) else { continue }
      outcome.values["concepts.\(name)"] = .init(value: mean, count: counts.count)
    }
  }

  private func add(
    _ kind: EvaluationCurve.Kind, _ measure: EvaluationCurve.Measure, _ path: Values,
    to outcome: inout EvaluationRun.Outcome
  ) {
    if measure == .probability, let mean = Statistics.mean(areas(path, .foretold)) {
      outcome.values[MeasureDescription.area(of: kind)] = .init(value: mean, count: images.count)
    }
    for gain in MeasureDescription.CurveGain.all {
      let gains = zip(areas(path, gain.order), areas(path, gain.other)).map { kind == .deletion ? $1 - $0 : $0 - $1 }
      outcome.values[gain.name(kind, measure)] = .init(
        value: Statistics.mean(gains) ?? 0, count: gains.count, pValue: Statistics.signedRankTest(gains))
    }
    for order in EvaluationCurve.Order.allCases {
      outcome.curves[.init(kind: kind, measure: measure, order: order)] = images.map { image in
        let curves = (image[order] ?? []).map {
          ConceptCurve.resampled($0[keyPath: path], count: EvaluationRun.places)
        }
        return (0..<EvaluationRun.places).map { place in Statistics.mean(curves.map { $0[place] }) ?? 0 }
      }
    }
  }

  /// The area under each image's curve in some order; the mean where there are several such.
  private func areas(_ path: Values, _ order: EvaluationCurve.Order) -> [Double] {
    images.map { image in
      Statistics.mean((image[order] ?? []).map { ConceptCurve.area(under: $0[keyPath: path]) ?? 0 }) ?? 0
    }
  }
}

extension EvaluationRun {
  /// What plain ACE finds in the same images. Where the run itself has no attention filter, its own concepts are those.
  func aceOrder(_ trained: TrainedGraph) throws -> ACEOrder {
    guard options.discovery.attention.attention else { return ACEOrder(concepts: trained.classes.map(\.concepts)) }
    var discovery = options.discovery
    discovery.attention.attention = false
    discovery.run.seed = seed
    let apart = Engine(apartFrom: engine.store, model: model)
    for (position, index) in classes.enumerated() {
      _ = try discover(position, index, discovery, in: apart, suffix: EvaluationStages.withoutAttention)
    }
    return ACEOrder(concepts: try apart.discovered(classes.map(ClassReference.index), of: model).map(\.concepts))
  }

  /// What becomes of the classifier's choice as its concepts are masked and put back; nil where it shows fewer than two.
  func curves(of reading: ImageReading, order ace: ACEOrder, number: Int) throws -> ImageCurves? {
    let position = reading.choice
    let nodes = reading.graphs[position].nodes
    let seen = nodes.indices.filter { nodes[$0].mask != nil }
    guard seen.count > 1 else { return nil }
    let singles = try outcomes(of: Set(seen.map { [$0] }), in: reading)
    let foretold = reading.trained.network.maskingValues(
      of: reading.graphs, output: position, plan: reading.trained.plan)
    let contributions = Contributions(reading.attributions[position]).nodes
    var random = SeededRandom(seed: seed, purpose: "random orders of held-out image \(number)")
    let orders: [EvaluationCurve.Order: [[Int]]] = [
      .foretold: [Self.order(of: seen) { foretold[$0] ?? 0 }],
      .contribution: [Self.order(of: seen) { Double(contributions[$0]) }],
      .verified: [Self.order(of: seen) { -(singles[[$0]]?.margin ?? 0) }],
      .ace: [ace.order(of: seen, in: reading.graphs[position], at: position)],
      .largest: [Self.order(of: seen) { Double(nodes[$0].mask?.area ?? 0) }],
      .random: (0..<max(1, options.randomOrders)).map { _ in random.shuffled(seen) },
    ]
    let all = orders.values.joined()
    let outcomes = try self.outcomes(
      of: Set(all.flatMap { ConceptCurve.deletions($0) + ConceptCurve.insertions($0) }), in: reading)
    return orders.mapValues { orders in
      orders.map { order in
        ConceptCurve(order: order) { outcomes[$0] ?? ConceptCurve.Outcome(logits: [], of: 0) }
      }
    }
  }

  /// Nodes by a value, the largest first, of equals the first by rank.
  static func order(of nodes: [Int], by value: (Int) -> Double) -> [Int] {
    let values = Dictionary(uniqueKeysWithValues: nodes.map { ($0, value($0)) })
    return nodes.sorted { (values[$1] ?? 0, $0) < (values[$0] ?? 0, $1) }
  }

  /// What the classifier makes of an image with each of some sets of the concepts of its choice masked: the choice's probability among the
  /// classes, and whether it still is the choice.
  private func outcomes(
    of sets: Set<Set<Int>>, in reading: ImageReading
  ) throws -> [Set<Int>: ConceptCurve.Outcome] {
    let nodes = reading.graphs[reading.choice].nodes
    let sets = sets.sorted {
      ($0.count, $0.sorted().map(String.init).joined(separator: " ")) < (
        $1.count, $1.sorted().map(String.init).joined(separator: " ")
      )
    }
    let masks = sets.map { set in Mask(unionOf: set.sorted().compactMap { nodes[$0].mask }) }
    let logits = try Engine.method {
      try reading.builder.logits(of: reading.entry, masks: masks, monitor: silent)
    }
    return Dictionary(
      uniqueKeysWithValues: zip(sets, logits).map { set, row in
        (set, ConceptCurve.Outcome(logits: reading.trained.classIndices.map { Double(row[$0]) }, of: reading.choice))
      })
  }
}
