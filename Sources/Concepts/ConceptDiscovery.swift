import Base
import Foundation
import Images
import Networks
import Tensors

/// Finds the visual concepts of a class: attended superpixels that look alike to the network, tested for their
/// importance to the class (METHOD section 1; VRX, Ge et al. 2021; ACE, Ghorbani et al. 2019; TCAV, Kim et al. 2018).
///
/// A pure function of images, classifier and options: the same input gives the same result, bit by bit, on one machine
/// at a fixed number of threads.
package struct ConceptDiscovery: Sendable {
  package let classifier: any Classifier
  /// The layer whose activations, averaged over space, are the embedding.
  package let layer: String
  package let options: DiscoveryOptions

  /// Discovery needs at least this many images of the class.
  package static let fewestImages = 2

  package init(classifier: any Classifier, layer: String, options: DiscoveryOptions = DiscoveryOptions()) {
    (self.classifier, self.layer, self.options) = (classifier, layer, options)
  }

  /// Finds the concepts of one class.
  ///
  /// - Parameters:
  ///   - className: generated names start with it.
  ///   - images: images of the class, of the network's input size. The first `maxImages` yield the concepts; the rest
  ///     test them where `heldOut` is nil.
  ///   - random: images of anything, of the network's input size.
  ///   - heldOut: images of the class, of the network's input size, to test concepts on.
  ///   - existing: concepts that the class has already. One that is found again keeps its id and name.
  ///   - knownCenters: centres of the class's earlier clusters, [k, d], of embeddings by the same options. Where k
  ///     clusters are sought, clustering starts from them, so that a few images more or less change the clusters
  ///     little.
  ///   - cache: keeps results of the stages; indices are those of `images`, `random` and `heldOut`. Images left over
  ///     from discovery are looked up as `discovery` images at their own index.
  ///   - monitor: asked at least every half second; receives progress after every batch.
  ///   - onConcept: receives each significant concept, by rank.
  /// - Throws: `DiscoveryError` for what the caller can fix, `CancellationError`, and the classifier's errors.
  package func run(
    classIndex: Int, className: String, images: ImageProvider, random: ImageProvider, heldOut: ImageProvider? = nil,
    existing: [Concept] = [], knownCenters: Tensor? = nil, cache: any DiscoveryCache = EmptyDiscoveryCache(),
    monitor: WorkMonitor = .silent, onConcept: (Concept) -> Void = { _ in }
  ) throws -> DiscoveryResult {
    try checkRequest(classIndex: classIndex, images: images)
    let sets = try RandomSets(
      imageCount: random.count, setCount: options.significance.randomSets, size: options.significance.randomSetSize,
      minimum: options.significance.minRandomSetSize, seed: options.run.seed)
    var stages = DiscoveryStages(
      classifier: classifier, layer: layer, options: options, classIndex: classIndex, cache: cache, monitor: monitor)
    if let note = sets.note { stages.facts.notes.append(note) }
    if options.embedding.patchEmbedding == .maskedPooling, !stages.embedder.poolsInPlace {
      stages.facts.notes.append(
        "layer \(layer) has no spatial extents to pool over, so patches were cut out as with patchEmbedding crop; for maskedPooling, "
          + "choose a layer with spatial extents")
    }

    let used = images.slice(0..<min(images.count, options.run.maxImages))
    let summaries = options.attention.attention ? try stages.gradients(of: used, offset: 0, in: .discovery) : nil
    let regions = try stages.regions(of: used, gradients: summaries)
    let patches = try stages.patches(of: used, regions: regions)
    let candidates = try stages.cluster(patches, imageCount: used.count, known: knownCenters)
    guard !candidates.isEmpty else {
      return stages.result(concepts: [], images: used.count, segments: patches.images.count, degenerate: false)
    }
    let tested = try stages.testGradients(images: images, used: used, summaries: summaries, heldOut: heldOut)
    let randomEmbeddings = try stages.randomEmbeddings(of: random, sets: sets)
    let ranking = try stages.rank(
      candidates, patches: patches, of: used, random: randomEmbeddings, sets: sets, gradients: tested)
    let identity = ConceptIdentity(existing: existing, classIndex: classIndex, className: className, layer: layer)
    let names = identity.assign(
      ranking.concepts.map {
        .init(
          center: $0.candidate.center, threshold: $0.candidate.threshold, isMostOfObject: $0.effect?.isMostOfObject)
      })
    let detections = try stages.detections(of: ranking.concepts.map(\.candidate), in: patches, random: random)
    let concepts = try zip(ranking.concepts, names).enumerated().map { index, pair in
      var concept = try concept(
        pair.0, id: pair.1.id, name: pair.1.name, rank: index + 1, classIndex: classIndex, patches: patches)
      concept.measures.detection = detections[index]
      return concept
    }
    let dictionary = try stages.components.map { components in
      try ConceptDictionary(
        components: components,
        concepts: zip(concepts, ranking.concepts).map { concept, ranked in
          (
            concept.id, ranked.candidate.cluster,
            try patches.embeddings.rows(at: ranked.candidate.members.map(\.patch))
          )
        }, monitor: monitor)
    }
    concepts.forEach(onConcept)
    return stages.result(
      concepts: concepts, images: used.count, segments: patches.images.count, dictionary: dictionary,
      randomEmbeddings: randomEmbeddings.count, degenerate: ranking.isDegenerate)
  }

  private func checkRequest(classIndex: Int, images: ImageProvider) throws {
    try DiscoveryOptions.fields.validate(options)
    guard classifier.layers.contains(where: { $0.name == layer }) else { throw DiscoveryError.unknownLayer(layer) }
    guard (0..<classifier.classCount).contains(classIndex) else {
      throw DiscoveryError.unknownClass(classIndex, count: classifier.classCount)
    }
    guard images.count >= Self.fewestImages else {
      throw DiscoveryError.tooFewImages(found: images.count, needed: Self.fewestImages)
    }
  }

  private func concept(
    _ ranked: RankedConcept, id: String, name: String, rank: Int, classIndex: Int, patches: EmbeddedPatches
  ) throws -> Concept {
    let members = try ranked.candidate.members.prefix(options.selection.maxPatches).map { member in
      let region = try patches.region(of: member.patch)
      return ConceptPatch(
        imageIndex: patches.images[member.patch], box: region.box, mask: region.mask, distance: member.distance)
    }
    return Concept(
      id: id, name: name, classIndex: classIndex, rank: rank, center: ranked.candidate.center,
      threshold: ranked.candidate.threshold, patches: members, size: ranked.candidate.members.count,
      tcav: ranked.test.summary, cavAccuracy: ranked.accuracy, cavs: ranked.vectors,
      measures: ConceptMeasures(effect: ranked.effect))
  }
}

/// All patches of the class's images, flat.
struct EmbeddedPatches {
  let images: [Int]
  let regions: RegionTable
  let embeddings: EmbeddingTable

  init(regions: RegionTable, embeddings: EmbeddingTable) {
    images = regions.images
    self.regions = regions
    self.embeddings = embeddings
  }

  func region(of patch: Int) throws -> PatchRegion {
    let first = regions.rows(ofImage: images[patch]).lowerBound
    guard let region = try regions.regions(ofImage: images[patch], at: [patch - first]).first else {
      throw DiscoveryError.noPatches
    }
    return region
  }
}

/// A candidate with its vectors and its test.
struct RankedConcept {
  var candidate: ConceptCandidate
  var vectors: [[Float]]
  var accuracy: Double
  var test: TCAVTest
  /// Nil where nothing was measured.
  var effect: ConceptEffect?
}
