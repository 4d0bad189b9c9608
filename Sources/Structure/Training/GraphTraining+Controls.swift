import Base
import Tensors

extension GraphTraining {
  /// The fit of one control.
  struct ControlFit: Sendable {
    var kind: TrainingControlKind
    /// Outputs for the measured samples as they are, and masked.
    var clean: [[Float]]
    var masked: [[Float]]
  }

  /// All kinds of controls that the samples allow, each `options.controls.controls` times.
  func plannedControls(_ samples: [TrainingSample], shape: NetworkShape) -> [(kind: TrainingControlKind, refit: Int)] {
    TrainingControlKind.allCases.filter { kind in
      switch kind {
      case .shuffledTargets: true
      case .shuffledEdges: shape.edges > 0 && options.network.relations
      case .randomConcepts: samples.allSatisfy { (try? shape.check($0.randomGraphs)) != nil }
      case .nodesOnly: comparesNodesOnly && shape.edges > 0 && options.network.relations
      }
    }.flatMap { kind in (0..<options.controls.controls).map { (kind, $0) } }
  }

  /// Fits one control.
  func fitControl(
    _ kind: TrainingControlKind, refit: Int, set: TrainingSet, samples: [TrainingSample], monitor: WorkMonitor
  ) throws -> ControlFit {
    var set = set
    var random = SeededRandom(seed: options.run.seed, purpose: "control \(kind.rawValue) \(refit)")
    switch kind {
    case .shuffledTargets:
      set.logits = Self.partners(of: samples, split: set.split, random: &random).map { samples[$0].logits }
    case .shuffledEdges:
      set.graphs = set.graphs.takingEdges(from: Self.partners(of: samples, split: set.split, random: &random))
    case .randomConcepts:
      set = TrainingSet(
        graphs: samples.map(\.randomGraphs), logits: set.logits, shape: set.shape,
        // What concepts are worth says nothing of random patches.
        split: set.split.without { samples[$0].isMeasured }, images: set.images, originals: set.originals,
        dummyValue: options.variants.dummyValue)
    case .nodesOnly: break
    }
    var options = options
    options.run.seed = random.next()
    options.network.relations = options.network.relations && kind != .nodesOnly
    let network = try set.fit(options: options, monitor: monitor, onEpoch: { _ in }).network
    let measured = Self.measured(samples, set.split)
    return ControlFit(
      kind: kind, clean: set.outputs(of: network, at: measured.clean),
      masked: set.outputs(of: network, at: measured.masked))
  }

  /// The fits of each kind together, compared with the training's own outputs.
  static func controls(
    _ fits: [ControlFit], clean: [[Float]], masked: [[Float]], samples: [TrainingSample], split: TrainingSplit
  ) -> [TrainingControl] {
    let measured = measured(samples, split)
    func logits(_ indices: [Int]) -> [[Float]] { indices.map { samples[$0].logits } }
    func images(_ indices: [Int]) -> [Int] { indices.map { samples[$0].imageIndex } }
    func test(_ own: [[Float]], _ others: [[[Float]]], _ indices: [Int]) -> PairedComparison {
      func fidelity(_ outputs: [[Float]]) -> ImageFidelity {
        ImageFidelity(outputs: outputs, logits: logits(indices), images: images(indices))
      }
      return fidelity(own).compared(with: ImageFidelity(mean: others.map(fidelity)))
    }
    func mean(_ outputs: [[[Float]]], _ indices: [Int]) -> Fidelity {
      Fidelity(mean: outputs.map { Fidelity(outputs: $0, logits: logits(indices)) })
    }
    return TrainingControlKind.allCases.compactMap { kind in
      let own = fits.filter { $0.kind == kind }
      guard !own.isEmpty else { return nil }
      return TrainingControl(
        kind: kind, refits: own.count, heldOut: mean(own.map(\.clean), measured.clean),
        masked: mean(own.map(\.masked), measured.masked),
        heldOutTest: test(clean, own.map(\.clean), measured.clean),
        maskedTest: test(masked, own.map(\.masked), measured.masked))
    }
  }

  /// The samples that measure fidelity.
  static func measured(_ samples: [TrainingSample], _ split: TrainingSplit) -> (clean: [Int], masked: [Int]) {
    let pictures = split.measured.filter { !samples[$0].isMeasured }
    return (pictures.filter { !samples[$0].isMasked }, pictures.filter { samples[$0].isMasked })
  }

  /// For each sample, a sample of another image on the same side of the split: a masked one for a masked one, if
  /// possible.
  static func partners(
    of samples: [TrainingSample], split: TrainingSplit, random: inout SeededRandom
  ) -> [Int] {
    var partners = Array(samples.indices)
    for side in [split.fitted, split.stopping, split.measured] {
      let groups = Dictionary(grouping: side) { samples[$0].imageIndex }
      // A cyclic shift of a random order leaves no image with itself, unless it is alone.
      let order = random.shuffled(groups.keys.sorted())
      for (place, image) in order.enumerated() {
        let other = groups[order[(place + 1) % order.count]] ?? []
        for isMasked in [false, true] {
          let own = (groups[image] ?? []).filter { samples[$0].isMasked == isMasked }
          let alike = other.filter { samples[$0].isMasked == isMasked }
          let source = alike.isEmpty ? other : alike
          for (position, sample) in own.enumerated() { partners[sample] = source[position % source.count] }
        }
      }
    }
    return partners
  }
}
