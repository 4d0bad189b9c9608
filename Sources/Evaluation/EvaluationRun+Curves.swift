import Concepts
import Images
import Structure
import Tensors

extension EvaluationRun {
  /// What plain ACE finds in the same images. Where the run itself has no attention filter, its own concepts are those.
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

  /// What becomes of the classifier's choice as its concepts are masked and put back; nil where it shows fewer than two.
  func curves(
    of subject: any EvaluatedImage, plan: MaskedVariantPlan, order ace: ACEOrder, number: Int
  ) throws -> ImageCurves? {
    let image = subject.image
    let position = image.choice
    let nodes = image.graphs[position].nodes
    let seen = nodes.indices.filter { nodes[$0].mask != nil }
    guard seen.count > 1 else { return nil }
    let singles = try outcomes(of: Set(seen.map { [$0] }), in: subject)
    let foretold = subject.network.maskingValues(of: image.graphs, output: position, plan: plan)
    let contributions = Contributions(image.attributions[position]).nodes
    var random = SeededRandom(seed: seed, purpose: "random orders of held-out image \(number)")
    let orders: [EvaluationCurve.Order: [[Int]]] = [
      .foretold: [Self.order(of: seen) { foretold[$0] ?? 0 }],
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

  /// Nodes by a value, the largest first, of equals the first by rank.
  static func order(of nodes: [Int], by value: (Int) -> Double) -> [Int] {
    let values = Dictionary(uniqueKeysWithValues: nodes.map { ($0, value($0)) })
    return nodes.sorted { (values[$1] ?? 0, $0) < (values[$0] ?? 0, $1) }
  }

  /// What the classifier makes of an image with each of some sets of the concepts of its choice masked: the choice's probability among the
  /// classes, and whether it still is the choice.
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
