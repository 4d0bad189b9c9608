import Bank
import Base
import Concepts
import Images
import Structure

extension GraphBuilder {
  /// What a reasoning network is trained on: images as they are, with concepts masked, and without each concept that is
  /// measured; by the image's position.
  package func samples(
    of images: [CatalogueEntry], options: TrainingOptions, monitor: WorkMonitor
  ) throws -> [TrainingSample] {
    var samples: [TrainingSample] = []
    for (position, image) in images.enumerated() {
      monitor.report("building graphs", done: position, total: images.count)
      try monitor.checkCancelled()
      samples += try EngineError.mapped {
        try self.samples(of: image, at: position, options: options, monitor: monitor)
      }
    }
    monitor.report("building graphs", done: images.count, total: images.count)
    return samples
  }

  private func samples(
    of image: CatalogueEntry, at position: Int, options: TrainingOptions, monitor: WorkMonitor
  ) throws -> [TrainingSample] {
    let plan = MaskedVariantPlan(options: options)
    let isMeasured = options.variants.measuredConcepts > 0
    let graphs = try graphs(of: image, monitor: monitor)
    let random =
      options.controls.controls > 0
      ? try randomGraphs(of: image, apartFrom: graphs, seed: options.run.seed, monitor: monitor) : []
    let variants = plan.variants(of: graphs, imageIndex: image.number)
    let logits = try logits(
      of: image, masks: [nil] + variants.map(\.mask), isBlurred: isMeasured, monitor: monitor)
    let masked = try variants.map { variant in
      var variant = variant
      variant.graphs += random.map { plan.hide(variant.mask, in: $0) }
      return try self.graphs(of: variant, of: image, seed: options.run.seed, monitor: monitor)
    }
    var pictures = ([graphs + random] + masked).enumerated().map { row, all in
      TrainingSample(
        graphs: Array(all.prefix(graphs.count)), logits: classes.map { logits[row][$0.classIndex] },
        imageIndex: position, isMasked: row > 0, randomGraphs: Array(all.dropFirst(graphs.count)))
    }
    guard isMeasured, let whole = pictures.first, let choice = ClassChoice.position(in: whole.logits) else {
      return pictures
    }
    let evidence = try evidence(
      of: image, graphs: graphs, logits: whole.logits, at: choice, mostConcepts: options.variants.measuredConcepts,
      monitor: monitor)
    let relevances = try relevances(of: image, monitor: monitor)
    pictures[0].evidence = evidence.parts.enumerated().compactMap { node, part in
      guard let part,
        let removed = relevances.removal(of: part.region, at: choice, against: evidence.against)
      else { return nil }
      return ConceptEvidence(position: choice, node: node, effect: part.effect, removed: removed)
    }
    return pictures + whole.withoutEach(of: evidence, at: choice, dummyValue: options.variants.dummyValue)
  }
}

extension CatalogueEntry {
  /// A number of the image's own, wherever it stands among others.
  var number: Int { Int(contentHash.prefix(15), radix: 16) ?? 0 }
}
