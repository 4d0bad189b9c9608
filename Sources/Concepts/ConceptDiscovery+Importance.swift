import Base
import Images
import Networks
import Tensors

extension ConceptDiscovery {
  /// How important known concepts are for their class, to this classifier and with these random sets: the mean
  /// directional derivative along their activation vectors in units of its spread over random ones, as
  /// `TCAVSummary.effect`. Insignificant concepts are kept.
  ///
  /// - Parameters:
  ///   - concepts: of one class, with their patches.
  ///   - images: of the network's input size; the concepts' patches index them.
  ///   - random: images of anything, of the network's input size.
  /// - Returns: one value per concept; nil where it has too few patches for a vector.
  package func importance(
    of concepts: [Concept], classIndex: Int, images: ImageProvider, random: ImageProvider,
    cache: any DiscoveryCache = EmptyDiscoveryCache(), monitor: WorkMonitor = .silent
  ) throws -> [Double?] {
    try DiscoveryOptions.fields.validate(options)
    let sets = try RandomSets(
      imageCount: random.count, setCount: options.significance.randomSets, size: options.significance.randomSetSize,
      minimum: options.significance.minRandomSetSize, seed: options.run.seed)
    var stages = DiscoveryStages(
      classifier: classifier, layer: layer, options: options, classIndex: classIndex, cache: cache, monitor: monitor)
    let used = images.slice(0..<min(images.count, options.run.maxImages))
    let tcav = TCAV(gradients: try stages.gradients(of: used, offset: 0, in: .discovery).pooledGradients())
    let others = try stages.randomEmbeddings(of: random, sets: sets)
    let chance = tcav.responses(to: try stages.chanceVectors(random: others, sets: sets))
    let embeddings = try embeddings(of: concepts, images: used, monitor: monitor)
    let fitting = stages
    return try embeddings.enumerated().map { number, members in
      guard members.rows > 1 else { return nil }
      let vectors = try fitting.vectors(sets.sets.count, purpose: "concept vectors \(number)") { index in
        (members, fitting.matrix(sets.sets[index], of: others))
      }
      guard !vectors.isEmpty else { return nil }
      return TCAVTest(tcav.responses(to: vectors.map(\.direction)), chance: chance, graded: true).summary.effect
    }
  }

  /// The embeddings of each concept's patches, one row per patch.
  private func embeddings(of concepts: [Concept], images: ImageProvider, monitor: WorkMonitor) throws -> [Tensor] {
    let embedder = PatchEmbedder(classifier: classifier, layer: layer, options: options)
    var rows = [[Tensor]](repeating: [], count: concepts.count)
    for image in 0..<images.count {
      try monitor.checkCancelled()
      let wanted = concepts.enumerated().flatMap { number, concept in
        concept.patches.filter { $0.imageIndex == image }.map { (number, PatchRegion(mask: $0.mask, box: $0.box)) }
      }
      guard !wanted.isEmpty else { continue }
      let patches = try embedder.patches(of: try images.image(at: image), regions: wanted.map(\.1), monitor: monitor)
      for ((number, _), patch) in zip(wanted, patches) {
        rows[number].append(Tensor(shape: [patch.embedding.count], elements: patch.embedding))
      }
    }
    return rows.map { $0.isEmpty ? Tensor(shape: [0, 0]) : Tensor.stack($0) }
  }
}
