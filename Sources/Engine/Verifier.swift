import Concepts
import Images
import Networks
import Structure
import Tensors

/// Asks the classifier about the claims of an explanation: concepts are masked, replaced and moved in the image, and so are random
/// patches of the same shapes (METHOD sections 4 and 7).
struct Verifier {
  let reading: ImageReading
  /// Random patches that each claim is compared with; 0 for none.
  let controls: Int
  let engine: Engine
  let monitor: WorkMonitor

  /// Relations of a class that are tried: the strongest of those between concepts that are seen.
  private static let triedEdges = 3

  private var classIndices: [Int] { reading.trained.classIndices }

  /// By node: what masking each concept that is seen changes, what masking random patches of its shape does, and what its exemplar in its
  /// place does.
  func nodes(of position: Int, contributions: Contributions) throws -> [Int: Verification] {
    let graph = reading.graphs[position]
    let masks = graph.nodes.enumerated().compactMap { place, node in node.mask.map { (place: place, mask: $0) } }
    guard !masks.isEmpty else { return [:] }
    let masked = try changes(masking: masks.map(\.mask), output: position)
    var checks: [Int: Verification] = [:]
    for (change, (place, mask)) in zip(masked, masks) {
      try monitor.checkCancelled()
      let random = try changes(masking: controlMasks(like: mask, purpose: "masked"), output: position)
      checks[place] = Verification(
        change: change, contribution: Double(contributions.nodes[place]), controls: random.map(\.margin),
        exemplarChange: try exemplarChange(of: place, mask: mask, position: position))
    }
    return checks
  }

  /// By place in the list of directed edges: what moving the source of a relation changes, and moving random patches of its shape.
  func edges(of position: Int, contributions: Contributions) throws -> [Int: Verification] {
    guard controls > 0 else { return [:] }
    let graph = reading.graphs[position]
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

  /// How well the reasoning network foretells what masking the concepts of these classes does to the classifier.
  func localFidelity(positions: [Int]) throws -> LocalFidelity.Measured {
    let builder = reading.builder
    var options = TrainingOptions()
    options.dummyValue = reading.trained.dummyValue
    let plan = MaskedVariantPlan(options: options)
    var drawn: Set<Mask> = []
    let masks = positions.flatMap { reading.graphs[$0].nodes.compactMap(\.mask) }.filter { drawn.insert($0).inserted }
    let logits = try logits(masking: masks)
    let graphs = try masks.map { mask in
      try monitor.checkCancelled()
      return try Engine.method {
        try builder.graphs(
          of: plan.variant(of: reading.graphs, hiding: mask), of: reading.entry, monitor: monitor)
      }
    }
    let own = classIndices.map { reading.logits[$0] }
    return LocalFidelity.Measured(
      outputs: reading.trained.network.outputs(of: [reading.graphs] + graphs),
      logits: [own] + logits)
  }

  // MARK: The classifier's answers

  /// The classifier's logits of the graph's classes with each of `masks` filled with grey.
  private func logits(masking masks: [Mask]) throws -> [[Float]] {
    guard !masks.isEmpty else { return [] }
    let rows = try Engine.method { try reading.builder.logits(of: reading.entry, masks: masks, monitor: monitor) }
    return rows.map { row in classIndices.map { row[$0] } }
  }

  private func changes(masking masks: [Mask], output: Int) throws -> [LogitChange] {
    try changes(logits(masking: masks), output: output)
  }

  private func changes(showing pictures: [RGBImage], output: Int) throws -> [LogitChange] {
    guard !pictures.isEmpty else { return [] }
    let logits = try Engine.method { try reading.model.classifier.logits(of: pictures, monitor: monitor) }
    return changes(
      pictures.indices.map { row in classIndices.map { logits[row: row].elements[$0] } }, output: output)
  }

  private func changes(_ logits: [[Float]], output: Int) -> [LogitChange] {
    let before = classIndices.map { reading.logits[$0] }
    return logits.map { LogitChange(before: before, after: $0, output: output) }
  }

  // MARK: The edits

  private func exemplarChange(of node: Int, mask: Mask, position: Int) throws -> Double? {
    let concept = reading.trained.classes[position].concepts[node]
    guard controls > 0, let exemplar = engine.exemplar(of: concept, graph: position, in: reading) else { return nil }
    let edited = PatchEdit.replace(with: exemplar.picture.cropped(to: exemplar.box)).apply(
      to: reading.input, patch: mask
    ).picture
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
      target.centroid.map { PatchEdit.move(to: $0).apply(to: reading.input, patch: patch).picture }
    }
  }

  private func controlMasks(like mask: Mask, purpose: String) -> [Mask] {
    var random = SeededRandom(
      seed: 0, purpose: "\(purpose) patches of \(reading.entry.contentHash) like \(mask.hashValueOfPlace)")
    return ControlPatches.masks(like: mask, count: controls, random: &random)
  }
}

extension Mask {
  /// What tells masks of one image apart for the purpose of drawing numbers.
  fileprivate var hashValueOfPlace: String {
    let box = boundingBox ?? Box(x: 0, y: 0, width: 0, height: 0)
    return "\(box.x) \(box.y) \(box.width) \(box.height) \(area)"
  }
}

extension LogitChange {
  /// The mean of several; nil of none.
  fileprivate init?(meanOf changes: [LogitChange]) {
    guard let logit = Statistics.mean(changes.map(\.logit)), let margin = Statistics.mean(changes.map(\.margin)) else {
      return nil
    }
    self.init(logit: logit, margin: margin)
  }
}
