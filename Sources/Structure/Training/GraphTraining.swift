import Base

/// Distils a classifier's outputs for m classes into a reasoning network (METHOD section 3).
///
/// The result depends only on options, samples and their order; at a fixed number of BLAS threads it is the same bit by
/// bit.
package struct GraphTraining: Sendable {
  package var options: TrainingOptions
  /// Whether a network without relations is fitted as a control as well, to measure the value of relations.
  package var comparesNodesOnly = false

  package init(options: TrainingOptions) { self.options = options }

  /// Fits a network to `samples`: images as they are, and masked variants of them.
  ///
  /// - Parameters:
  ///   - measuring: samples of other images that measure fidelity. All images that are held out of fitting then decide
  ///     when to stop; without `measuring`, half of them measure fidelity.
  ///   - monitor: asked before every step; receives "training" after every pass.
  ///   - onEpoch: receives each pass's number from 1, mean loss on fitted images, and on those that decide when to
  ///     stop.
  /// - Throws: `StructureError` where samples do not fit each other, are too few, or an option is out of range;
  ///   `CancellationError`.
  package func run(
    _ samples: [TrainingSample], measuring: [TrainingSample] = [], monitor: WorkMonitor,
    onEpoch: (TrainingEpoch) -> Void = { _ in }
  ) throws -> TrainingResult {
    try TrainingOptions.fields.validate(options)
    var split = try TrainingSplit(samples, holdout: options.fitting.holdout, seed: options.run.seed)
    if !measuring.isEmpty { split.measure(samples.count..<samples.count + measuring.count) }
    let samples = samples + Self.numbering(measuring, behind: samples)
    let shape = try shape(of: samples)
    let set = TrainingSet(
      graphs: samples.map(\.graphs), logits: samples.map(\.logits), shape: shape, split: split,
      images: samples.map(\.imageIndex), originals: Self.originals(of: samples), dummyValue: options.variants.dummyValue
    )
    let planned = plannedControls(samples, shape: shape)
    let controls = SideWork(count: planned.count, monitor: monitor) { index, monitor in
      try fitControl(planned[index].kind, refit: planned[index].refit, set: set, samples: samples, monitor: monitor)
    }
    let (fitted, fits) = try controls.run(stage: "fitting controls") {
      try set.fit(options: options, monitor: monitor, onEpoch: onEpoch)
    }

    let measured = Self.measured(samples, split)
    let (clean, masked) = (
      set.outputs(of: fitted.network, at: measured.clean), set.outputs(of: fitted.network, at: measured.masked)
    )
    var network = fitted.network
    set.standardization.fold(into: &network)
    func fidelity(_ outputs: [[Float]], _ indices: [Int]) -> Fidelity {
      Fidelity(outputs: outputs, logits: indices.map { samples[$0].logits })
    }
    return TrainingResult(
      network: network, loss: options.fitting.loss, history: fitted.fitting.history,
      epochs: fitted.fitting.history.count, bestEpoch: fitted.fitting.bestEpoch,
      heldOut: fidelity(clean, measured.clean),
      masked: fidelity(masked, measured.masked),
      effects: effects(of: samples, split),
      controls: Self.controls(fits, clean: clean, masked: masked, samples: samples, split: split),
      notes: notes(samples, split, fitted.fitting))
  }

  /// Fitted on all images but those that measure fidelity: nothing of it decides when to stop.
  private func effects(of samples: [TrainingSample], _ split: TrainingSplit) -> EffectModel? {
    func evidence(_ indices: [Int]) -> [ConceptEvidence] { indices.flatMap { samples[$0].evidence } }
    return EffectModel(
      fitted: evidence(split.fitted + split.stopping), held: evidence(split.measured),
      concepts: samples.first?.graphs.map(\.nodes.count) ?? [])
  }

  /// By sample, the sample of the same image as it is; itself where the image has no such sample.
  private static func originals(of samples: [TrainingSample]) -> [Int] {
    var whole: [Int: Int] = [:]
    for (index, sample) in samples.enumerated() where !sample.isMasked { whole[sample.imageIndex] = index }
    return samples.enumerated().map { index, sample in sample.isMasked ? whole[sample.imageIndex] ?? index : index }
  }

  /// The samples with image numbers that differ from those of `others`.
  private static func numbering(_ samples: [TrainingSample], behind others: [TrainingSample]) -> [TrainingSample] {
    let first = (others.map(\.imageIndex).max() ?? -1) + 1
    let numbers = Dictionary(
      uniqueKeysWithValues: Set(samples.map(\.imageIndex)).sorted().enumerated().map { ($1, first + $0) })
    return samples.map { sample in
      var sample = sample
      sample.imageIndex = numbers[sample.imageIndex] ?? sample.imageIndex
      return sample
    }
  }

  /// The network's extents, from the samples', which must agree.
  private func shape(of samples: [TrainingSample]) throws -> NetworkShape {
    guard let first = samples.first, let nodes = first.graphs.first?.nodes, let node = nodes.first else {
      throw StructureError.tooFewImages(
        found: samples.isEmpty ? 0 : Set(samples.map(\.imageIndex)).count, needed: TrainingSplit.fewestImages)
    }
    guard first.graphs.count >= 2 else {
      throw StructureError.shape("graphs of \(first.graphs.count) class given: at least 2 classes are needed")
    }
    let shape = try NetworkShape(
      classes: first.graphs.count, nodes: nodes.count, embeddingWidth: node.embedding.count,
      nodeWidths: options.network.nodeWidths, edgeWidth: options.network.edgeWidth)
    for sample in samples {
      try shape.check(sample.graphs)
      guard sample.logits.count == shape.classes, sample.logits.allSatisfy(\.isFinite) else {
        throw StructureError.shape("every sample needs \(shape.classes) finite logits, one per class")
      }
    }
    return shape
  }

  private func notes(_ samples: [TrainingSample], _ split: TrainingSplit, _ fitting: GraphFitting) -> [String] {
    func images(_ indices: [Int]) -> Int { Set(indices.map { samples[$0].imageIndex }).count }
    var notes = [
      "fitted on \(images(split.fitted)) images; \(images(split.stopping)) decided when to stop, "
        + "\(images(split.measured)) measured fidelity"
    ]
    if fitting.history.count == options.fitting.maxEpochs, fitting.bestEpoch == fitting.history.count {
      notes.append("the last pass was the best: more passes (maxEpochs) may improve the fit")
    }
    let chosen = Set(
      split.fitted.filter { !samples[$0].isMasked }.compactMap { ClassChoice.position(in: samples[$0].logits) })
    if let classes = samples.first?.graphs.count, chosen.count < classes {
      notes.append("the classifier chooses only \(chosen.count) of the \(classes) classes on the fitted images")
    }
    return notes
  }
}
