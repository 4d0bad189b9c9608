import Concepts
import Images
import Structure
import Tensors

extension EvaluationRun {
  /// The concepts of plain ACE in the same images: the run's own concepts if it has no attention filter.
  func aceOrder(_ training: TrainingOutcome) throws -> ACEOrder {
    guard options.discovery.attention.attention else { return ACEOrder(concepts: training.concepts) }
    var discovery = options.discovery
    discovery.attention.attention = false
    discovery.run.seed = seed
    let apart = method.apart()
    return ACEOrder(
      concepts: try split.fitted.indices.map { position in
        try discover(position, discovery, by: apart, suffix: EvaluationStages.withoutAttention).concepts
      })
  }

  /// The curves of the predicted class as its concepts are masked and put back; nil where fewer than two are seen.
  func curves(
    of subject: any EvaluatedImage, plan: MaskedVariantPlan, order ace: ACEOrder, number: Int
  ) throws -> ImageCurves? {
    let image = subject.image
    let position = image.choice
    let nodes = image.graphs[position].nodes
    let seen = nodes.indices.filter { nodes[$0].mask != nil }
    guard seen.count > 1 else { return nil }
    let singles = try outcomes(of: Set(seen.map { [$0] }), in: subject)
    let predicted = subject.network.maskingValues(of: image.graphs, output: position, plan: plan)
    let contributions = Contributions(image.attributions[position]).nodes
    var random = SeededRandom(seed: seed, purpose: "random orders of held-out image \(number)")
    let orders: [EvaluationCurve.Order: [[Int]]] = [
      .predicted: [Self.order(of: seen) { predicted[$0] ?? 0 }],
      .contribution: [Self.order(of: seen) { Double(contributions[$0]) }],
      .verified: [Self.order(of: seen) { -(singles[[$0]]?.margin ?? 0) }],
      .ace: [ace.order(of: seen, in: image.graphs[position], at: position)],
      .largest: [Self.order(of: seen) { Double(nodes[$0].mask?.area ?? 0) }],
      .random: (0..<max(1, options.randomOrders)).map { _ in random.shuffled(seen) },
    ]
    let all = orders.values.joined()
    let outcomes = try self.outcomes(
      of: Set(all.flatMap { ConceptCurve.deletions($0) + ConceptCurve.insertions($0) }), in: subject)
    return orders.mapValues { orders in
      orders.map { order in
        ConceptCurve(order: order) { outcomes[$0] ?? ConceptCurve.Outcome(logits: [], of: 0) }
      }
    }
  }

  /// Nodes by a value, the largest first; of equal values the first by rank.
  static func order(of nodes: [Int], by value: (Int) -> Double) -> [Int] {
    let values = Dictionary(uniqueKeysWithValues: nodes.map { ($0, value($0)) })
    return nodes.sorted { (values[$1] ?? 0, $0) < (values[$0] ?? 0, $1) }
  }

  /// The classifier's answer for an image with each of some sets of the predicted class's concepts masked.
  private func outcomes(
    of sets: Set<Set<Int>>, in subject: any EvaluatedImage
  ) throws -> [Set<Int>: ConceptCurve.Outcome] {
    let image = subject.image
    let nodes = image.graphs[image.choice].nodes
    let sets = sets.sorted {
      ($0.count, $0.sorted().map(String.init).joined(separator: " ")) < (
        $1.count, $1.sorted().map(String.init).joined(separator: " ")
      )
    }
    let masks = sets.map { set in Mask(unionOf: set.sorted().compactMap { nodes[$0].mask }) }
    let logits = try subject.logits(masking: masks)
    return Dictionary(
      uniqueKeysWithValues: zip(sets, logits).map { set, row in
        (set, ConceptCurve.Outcome(logits: row.map(Double.init), of: image.choice))
      })
  }
}
