import Base
import Images
import Tensors

/// Asks the classifier about the claims of an explanation: concepts are masked, replaced and moved in the image, and so
/// are random patches of the same shapes (METHOD sections 4 and 7).
package struct Verifier {
  private let questions: any ImageQuestions
  private let image: ExplainedImage
  /// Random patches to compare each claim with; may be 0.
  private let controls: Int
  private let monitor: WorkMonitor
  /// The masks of the seen concepts, each once, and the classifier's logits with that mask filled with grey.
  private let concepts: [(mask: Mask, logits: [Float])]
  private let maskedLogits: [Mask: [Float]]

  /// Masks each seen concept of the classes at `positions`, and runs the classifier.
  package init(_ questions: any ImageQuestions, positions: [Int], controls: Int, monitor: WorkMonitor) throws {
    self.questions = questions
    self.controls = controls
    self.monitor = monitor
    image = questions.image
    var drawn: Set<Mask> = []
    let masks = positions.flatMap { [image] in image.graphs[$0].nodes.compactMap(\.mask) }
      .filter { drawn.insert($0).inserted }
    concepts = zip(masks, try Self.logits(masking: masks, questions)).map { ($0, $1) }
    maskedLogits = Dictionary(concepts.map { ($0.mask, $0.logits) }, uniquingKeysWith: { first, _ in first })
  }

  /// Relations of a class that are tried: the strongest of those between seen concepts.
  private static let triedEdges = 3

  /// By node, for each seen concept: the change by masking it, by masking random patches of its shape, and with
  /// `exemplars` by putting an exemplar in its place.
  ///
  /// - Parameter position: one of those that the verifier was made for.
  package func nodes(
    of position: Int, contributions: Contributions, exemplars: Bool = true
  ) throws -> [Int: Verification] {
    var checks: [Int: Verification] = [:]
    for (place, node) in image.graphs[position].nodes.enumerated() {
      guard let mask = node.mask, let masked = maskedLogits[mask] else { continue }
      try monitor.checkCancelled()
      let random = try Self.logits(masking: controlMasks(like: mask, purpose: "masked"), questions)
      checks[place] = Verification(
        change: change(masked, output: position), contribution: Double(contributions.nodes[place]),
        controls: random.map { change($0, output: position).margin },
        exemplarChange: exemplars ? try exemplarChange(of: place, mask: mask, position: position) : nil)
    }
    return checks
  }

  /// By position in the list of directed edges: the change by moving the source of a relation, and by moving random
  /// patches of its shape.
  package func edges(of position: Int, contributions: Contributions) throws -> [Int: Verification] {
    guard controls > 0 else { return [:] }
    let graph = image.graphs[position]
    let all = ConceptGraph.edges(among: graph.nodes.count)
    let seen = all.indices.filter { graph.nodes[all[$0].from].mask != nil && graph.nodes[all[$0].to].mask != nil }
    let strongest = seen.sorted {
      (abs(contributions.edges[$0]), -$0) > (abs(contributions.edges[$1]), -$1)
    }.prefix(Self.triedEdges)
    var tried: [Int: (own: [LogitChange], random: [LogitChange])] = [:]
    var checks: [Int: Verification] = [:]
    for edge in strongest {
      let source = all[edge].from
      guard let mask = graph.nodes[source].mask else { continue }
      let moved = try tried[source] ?? moves(of: mask, output: position)
      tried[source] = moved
      guard let change = LogitChange(meanOf: moved.own) else { continue }
      checks[edge] = Verification(
        change: change, contribution: Double(contributions.edges[edge]), controls: moved.random.map(\.margin))
    }
    return checks
  }

  /// How well the reasoning network predicts what masking the concepts does to the classifier.
  package func localFidelity() throws -> LocalFidelity.Measured {
    let graphs = try concepts.map { mask, _ in
      try monitor.checkCancelled()
      return try questions.graphs(hiding: mask)
    }
    return LocalFidelity.Measured(
      outputs: questions.network.outputs(of: [image.graphs] + graphs), logits: [image.logits] + concepts.map(\.logits))
  }

  // MARK: The classifier's answers

  private static func logits(masking masks: [Mask], _ questions: any ImageQuestions) throws -> [[Float]] {
    try stride(from: 0, to: masks.count, by: picturesAtOnce).flatMap { start in
      try questions.logits(masking: Array(masks[start..<min(start + picturesAtOnce, masks.count)]))
    }
  }

  /// Masked pictures that are in memory together.
  private static let picturesAtOnce = 64

  private func changes(showing pictures: [RGBImage], output: Int) throws -> [LogitChange] {
    guard !pictures.isEmpty else { return [] }
    return try questions.logits(showing: pictures).map { change($0, output: output) }
  }

  private func change(_ logits: [Float], output: Int) -> LogitChange {
    LogitChange(before: image.logits, after: logits, output: output)
  }

  // MARK: The edits

  private func exemplarChange(of node: Int, mask: Mask, position: Int) throws -> Double? {
    guard controls > 0, let exemplar = questions.exemplar(of: node, graph: position) else { return nil }
    let edited = PatchEdit.replace(with: exemplar).apply(to: image.input, patch: mask).picture
    return try changes(showing: [edited], output: position).first?.margin
  }

  private func moves(of mask: Mask, output: Int) throws -> (own: [LogitChange], random: [LogitChange]) {
    let targets = controlMasks(like: mask, purpose: "moved")
    let own = pictures(moving: targets.map { (mask, $0) })
    let random = pictures(moving: Array(zip(controlMasks(like: mask, purpose: "moved at random"), targets)))
    return (try changes(showing: own, output: output), try changes(showing: random, output: output))
  }

  private func pictures(moving moves: [(patch: Mask, target: Mask)]) -> [RGBImage] {
    moves.compactMap { patch, target in
      target.centroid.map { PatchEdit.move(to: $0).apply(to: image.input, patch: patch).picture }
    }
  }

  private func controlMasks(like mask: Mask, purpose: String) -> [Mask] {
    var random = SeededRandom(seed: 0, purpose: "\(purpose) patches of \(image.identity) like \(mask.placeKey)")
    return ControlPatches.masks(like: mask, count: controls, random: &random)
  }
}

extension Mask {
  /// Seeds the random numbers for a mask: differs between the masks of one image.
  fileprivate var placeKey: String {
    let box = boundingBox ?? Box(x: 0, y: 0, width: 0, height: 0)
    return "\(box.x) \(box.y) \(box.width) \(box.height) \(area)"
  }
}

extension LogitChange {
  /// The mean; nil without changes.
  init?(meanOf changes: [LogitChange]) {
    guard let logit = Statistics.mean(changes.map(\.logit)), let margin = Statistics.mean(changes.map(\.margin)) else {
      return nil
    }
    self.init(logit: logit, margin: margin)
  }
}
