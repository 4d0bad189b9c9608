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

/// The curves of one image, by order.
struct ImageCurves {
  var explanation: ConceptCurve
  var ace: ConceptCurve
  var random: [ConceptCurve]
}

/// Curves of the images of a run.
struct CurveTally {
  private var images: [ImageCurves] = []

  mutating func add(_ curves: ImageCurves?) { if let curves { images.append(curves) } }

  private typealias Values = KeyPath<ConceptCurve, [Double]>

  /// Means, gains with their tests, and the curves themselves.
  func add(to outcome: inout EvaluationRun.Outcome) {
    guard !images.isEmpty else { return }
    addKind(.deletion, probability: \.deletion, margin: \.deletionMargin, isFalling: true, to: &outcome)
    addKind(.insertion, probability: \.insertion, margin: \.insertionMargin, isFalling: false, to: &outcome)
    let lost = images.map(\.explanation).filter { $0.smallestDestroying != nil }
    outcome.values["concepts.lost"] = .init(
      value: Double(lost.count) / Double(images.count), count: images.count, successes: lost.count)
    for (name, counts) in [
      ("destroying", lost.compactMap(\.smallestDestroying)), ("sufficient", lost.compactMap(\.smallestSufficient)),
    ] {
      guard let mean = Statistics.mean(counts.map(Double.init)) else { continue }
      outcome.values["concepts.\(name)"] = .init(value: mean, count: counts.count)
    }
  }

  private func addKind(
    _ kind: EvaluationCurve.Kind, probability: Values, margin: Values, isFalling: Bool,
    to outcome: inout EvaluationRun.Outcome
  ) {
    let name = kind.rawValue
    outcome.values["\(name).area"] = .init(
      value: Statistics.mean(areas(probability).own) ?? 0, count: images.count)
    for (suffix, values) in [("", probability), (".margin", margin)] {
      let areas = areas(values)
      for (gain, others) in [("gain", areas.random), ("gainOverACE", areas.ace)] {
        let gains = zip(areas.own, others).map { isFalling ? $1 - $0 : $0 - $1 }
        outcome.values["\(name)\(suffix).\(gain)"] = .init(
          value: Statistics.mean(gains) ?? 0, count: gains.count, pValue: Statistics.signedRankTest(gains))
      }
    }
    for (measure, values) in [(EvaluationCurve.Measure.probability, probability), (.margin, margin)] {
      func resampled(_ curve: ConceptCurve) -> [Double] {
        ConceptCurve.resampled(curve[keyPath: values], count: EvaluationRun.places)
      }
      func keep(_ order: EvaluationCurve.Order, _ curves: [[Double]]) {
        outcome.curves[.init(kind: kind, measure: measure, order: order)] = curves
      }
      keep(.explanation, images.map { resampled($0.explanation) })
      keep(.ace, images.map { resampled($0.ace) })
      keep(
        .random,
        images.map { image in
          let curves = image.random.map(resampled)
          return (0..<EvaluationRun.places).map { place in Statistics.mean(curves.map { $0[place] }) ?? 0 }
        })
    }
  }

  /// The area under each image's curve, by order; in random order the mean over orders.
  private func areas(_ values: Values) -> (own: [Double], ace: [Double], random: [Double]) {
    func area(_ curve: ConceptCurve) -> Double { ConceptCurve.area(under: curve[keyPath: values]) ?? 0 }
    return (
      images.map { area($0.explanation) }, images.map { area($0.ace) },
      images.map { Statistics.mean($0.random.map(area)) ?? 0 }
    )
  }
}

extension EvaluationRun {
  /// What plain ACE finds in the same images. Where the run itself has no attention filter, its own concepts are those.
  func aceOrder(_ trained: TrainedGraph) throws -> ACEOrder {
    guard options.discovery.attention else { return ACEOrder(concepts: trained.classes.map(\.concepts)) }
    var discovery = options.discovery
    discovery.attention = false
    discovery.seed = seed
    let apart = Engine(apartFrom: engine.store, model: model)
    for (position, index) in classes.enumerated() {
      _ = try discover(position, index, discovery, in: apart, suffix: EvaluationStages.withoutAttention)
    }
    return ACEOrder(concepts: try apart.discovered(classes.map(ClassReference.index), of: model).map(\.concepts))
  }

  /// What becomes of the classifier's choice as its concepts are masked and put back; nil where it shows fewer than two.
  func curves(of reading: ImageReading, order ace: ACEOrder, number: Int) throws -> ImageCurves? {
    let own = Self.order(of: reading)
    guard own.count > 1 else { return nil }
    var random = SeededRandom(seed: seed, purpose: "random orders of held-out image \(number)")
    let orders =
      [own, ace.order(of: own.sorted(), in: reading.graphs[reading.choice], at: reading.choice)]
      + (0..<max(1, options.randomOrders)).map { _ in random.shuffled(own.sorted()) }
    let outcomes = try self.outcomes(
      of: Set(orders.flatMap { ConceptCurve.deletions($0) + ConceptCurve.insertions($0) }), in: reading)
    let curves = orders.map { order in
      ConceptCurve(order: order) { outcomes[$0] ?? ConceptCurve.Outcome(logits: [], of: 0) }
    }
    return ImageCurves(explanation: curves[0], ace: curves[1], random: Array(curves[2...]))
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
    let masks = sets.map { set -> Mask? in
      var union: Mask?
      for mask in set.sorted().compactMap({ nodes[$0].mask }) {
        var whole = union ?? Mask(width: mask.width, height: mask.height)
        mask.forEachPixel { x, y in whole[x, y] = true }
        union = whole
      }
      return union
    }
    let logits = try Engine.method {
      try reading.builder.logits(of: reading.entry, masks: masks, monitor: silent)
    }
    return Dictionary(
      uniqueKeysWithValues: zip(sets, logits).map { set, row in
        (set, ConceptCurve.Outcome(logits: reading.trained.classIndices.map { Double(row[$0]) }, of: reading.choice))
      })
  }
}
