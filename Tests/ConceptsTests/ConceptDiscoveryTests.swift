import Base
import Fields
import Images
import Synchronization
import Tensors
import Testing

@testable import Concepts

@Suite struct ConceptDiscoveryTests {
  static var options: DiscoveryOptions {
    var options = DiscoveryOptions()
    options.segmentation.segmentCounts = [16, 40]
    options.clustering.clusters = 8
    options.run.maxImages = 24
    options.significance.randomSets = 20
    options.significance.randomSetSize = 15
    options.run.batchSize = 10
    return options
  }

  private func discover(
    _ classifier: ToyClassifier = ToyClassifier(), layer: String = "features", classIndex: Int = 0,
    images: [RGBImage] = ToyScenes.classImages(40), random: [RGBImage] = ToyScenes.randomImages(300),
    options: DiscoveryOptions = Self.options, existing: [Concept] = [],
    cache: any DiscoveryCache = EmptyDiscoveryCache(), monitor: WorkMonitor = .silent,
    onConcept: (Concept) -> Void = { _ in }
  ) throws -> DiscoveryResult {
    try ConceptDiscovery(classifier: classifier, layer: layer, options: options).run(
      classIndex: classIndex, className: "toy", images: ImageProvider(images), random: ImageProvider(random),
      existing: existing, cache: cache, monitor: monitor, onConcept: onConcept)
  }

  /// The channel that a concept's centre is strongest in.
  private func channel(_ concept: Concept) -> Int? {
    concept.center.indices.max { concept.center[$0] < concept.center[$1] }
  }

  @Test func conceptsAreThePartsThatSpeakForTheClass() throws {
    var heard: [String] = []
    let result = try discover(onConcept: { heard.append($0.id) })
    #expect(!result.concepts.isEmpty && !result.facts.degenerateLayer)
    #expect(Set(result.concepts.map(channel)) == [0, 2], "red and blue squares, not green ones: \(result.facts.notes)")
    #expect(heard == result.concepts.map(\.id))
    #expect(result.facts.imageCount == 24)
    let images = ToyScenes.classImages(40)
    for (index, concept) in result.concepts.enumerated() {
      #expect(concept.rank == index + 1)
      #expect(concept.name == "toy \(index + 1)")
      #expect(concept.tcav.mean > 0.8 && concept.cavAccuracy > 0.8)
      #expect(concept.tcav.scores.count == 20 && concept.cavs.count == 20)
      #expect(concept.patches.count <= 50 && concept.patches.count <= concept.size)
      #expect(concept.patches.map(\.distance) == concept.patches.map(\.distance).sorted())
      let nearest = try #require(concept.patches.first)
      let (x, y) = nearest.box.center
      let place = (Int(y) * ToyClassifier.side + Int(x)) * 3
      let pixel = images[nearest.imageIndex].samples[place..<place + 3].map(Int.init)
      let channel = try #require(self.channel(concept))
      #expect(pixel[channel] == pixel.max(), "the nearest patch shows the concept")
      #expect(nearest.mask.boundingBox == nearest.box)
    }
    for stage in ["gradients", "segments", "embeddings", "clusters", "random", "tcav"] {
      #expect(try #require(result.facts.seconds[stage]) > 0)
    }
  }

  @Test func everyConceptSaysHowSureItIs() throws {
    var options = Self.options
    options.selection.topConcepts = 10
    var results: [PValueCorrection: DiscoveryResult] = [:]
    for correction in PValueCorrection.allCases {
      options.significance.correction = correction
      let result = try discover(options: options)
      results[correction] = result
      for concept in result.concepts {
        let significance = try #require(concept.tcav.significance)
        let corrected = try #require(significance.correctedPValue)
        #expect(significance.correction == correction && corrected <= options.significance.significance)
        #expect(significance.measure == .scores)
        #expect(corrected >= (try #require(concept.tcav.pValue)))
        #expect(try #require(concept.tcav.confidenceInterval).contains(concept.tcav.mean))
      }
    }
    let bonferroni = try #require(results[.bonferroni])
    for concept in bonferroni.concepts {
      let (summary, tests) = (concept.tcav, Double(try #require(concept.tcav.significance).tests))
      let expected = min(1, (try #require(summary.pValue)) * tests)
      #expect(abs(try #require(summary.significance?.correctedPValue) - expected) < 1e-12)
    }
    // What is significant by Bonferroni's correction is so by the milder ones.
    for milder in [PValueCorrection.holm, .benjaminiHochberg] {
      let ids = Set(try #require(results[milder]).concepts.map(\.center))
      #expect(bonferroni.concepts.allSatisfy { ids.contains($0.center) })
    }
  }

  @Test(arguments: RankMeasure.allCases) func conceptsAreRankedByWhatIsAskedFor(measure: RankMeasure) throws {
    var options = Self.options
    (options.selection.topConcepts, options.selection.maxPatches, options.selection.maxCoincidence) = (20, 10_000, 1)
    options.selection.rankBy = measure
    let found = try discover(options: options)
    options.selection.rankBy = .tcav
    let byTCAV = try discover(options: options)
    let all = Set(byTCAV.concepts.map(\.center))
    #expect(all.isSuperset(of: found.concepts.map(\.center)) && found.concepts.count > 2)
    guard measure != .tcav else {
      #expect(found.concepts.allSatisfy { $0.measures.effect == nil } && found.concepts.count == all.count)
      return
    }
    // What takes no more than random regions is left out where four others are there.
    let better = found.concepts.count { ($0.measures.effect?.effect ?? 0) > ($0.measures.effect?.random ?? 0) }
    #expect(better == found.concepts.count || found.concepts.count == min(4, all.count))
    // Measured again: all of a concept's patches of an image are blurred.
    let images = ToyScenes.classImages(40)
    let toy = ToyClassifier()
    let values = try found.concepts.map { concept -> Double in
      var (changes, areas): ([Double], [Double]) = ([], [])
      for (index, patches) in Dictionary(grouping: concept.patches, by: \.imageIndex) {
        let mask = try #require(Mask(unionOf: patches.map(\.mask)))
        let hidden = images[index].replaced(in: mask, by: images[index].obscured())
        // Of two classes with opposite logits, the log odds are twice the logit.
        let logits = try toy.logits(of: [images[index], hidden], monitor: .silent)
        changes.append(2 * Double(logits[row: 0].elements[0] - logits[row: 1].elements[0]))
        areas.append(Double(mask.area) / Double(mask.width * mask.height))
      }
      let mean = try #require(Statistics.mean(changes))
      let effect = try #require(concept.measures.effect)
      #expect(abs(effect.effect - mean) < 1e-5 * max(1, abs(mean)) && effect.images == changes.count)
      #expect(effect.low <= mean && mean <= effect.high && effect.looked == options.run.maxImages)
      switch measure {
      case .tcav, .effect: return mean
      case .effectBeyondRandom: return mean - effect.random
      case .effectPerArea: return changes.reduce(0, +) / areas.reduce(0, +)
      case .effectOverError:
        let deviation = try #require(Statistics.standardDeviation(changes))
        return mean / deviation * Double(changes.count).squareRoot()
      }
    }
    // Parts come before what is most of the object.
    let isWhole = found.concepts.map { $0.measures.effect?.isMostOfObject == true }
    #expect(isWhole.firstIndex(of: true) ?? isWhole.count == isWhole.count { !$0 })
    for kind in [false, true] {
      let values = zip(values, isWhole).filter { $0.1 == kind }.map(\.0)
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 - 1e-6 * max(1, abs($1)) }, "\(values)")
    }
    #expect(try #require(found.facts.seconds["effects"]) > 0)
  }

  @Test func conceptsAgainstTheClassAreDropped() throws {
    var options = Self.options
    options.attention.attention = false
    options.selection.topConcepts = 10
    let result = try discover(options: options)
    #expect(result.concepts.allSatisfy { channel($0) != 1 })
    #expect(result.facts.notes.contains { $0.contains("speak against the class") })
    let reverse = try discover(classIndex: 1, options: options)
    #expect(reverse.concepts.contains { channel($0) == 1 })
    #expect(reverse.concepts.allSatisfy { channel($0) != 0 })
  }

  @Test func aConceptAtThePlaceOfABetterOneIsLeftOut() throws {
    var options = Self.options
    options.selection.topConcepts = 10
    options.selection.maxCoincidence = 1
    let all = try discover(options: options)
    options.selection.maxCoincidence = 0
    let apart = try discover(options: options)
    // Squares are cut at two resolutions, whole and in parts, so that several concepts show the red one.
    #expect(all.concepts.count > apart.concepts.count)
    #expect(apart.facts.notes.contains { $0.contains("same places") })
    #expect(!all.facts.notes.contains { $0.contains("same places") })
    #expect(apart.concepts.first?.center == all.concepts.first?.center)
    #expect(Set(apart.concepts.map(channel)) == [0, 2])
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    let a = try discover()
    let b = try discover()
    #expect(a.concepts.map(\.center) == b.concepts.map(\.center))
    #expect(a.concepts.map(\.cavs) == b.concepts.map(\.cavs))
    #expect(a.concepts.map(\.tcav) == b.concepts.map(\.tcav))
    #expect(a.concepts.map(\.id) == b.concepts.map(\.id))
    #expect(a.concepts.map { $0.patches.map(\.mask) } == b.concepts.map { $0.patches.map(\.mask) })
    #expect(a.facts.notes == b.facts.notes)
  }

  @Test func batchesDoNotChangeTheResult() throws {
    var options = Self.options
    options.run.batchSize = 3
    let a = try discover()
    let b = try discover(options: options)
    #expect(a.concepts.map(\.center) == b.concepts.map(\.center))
  }

  @Test func identitySurvivesAnotherSeedAndMoreImages() throws {
    var first = try discover().concepts
    try #require(!first.isEmpty)
    first[0].name = "the red thing"
    var options = Self.options
    options.run.seed = 99
    options.run.maxImages = 30
    let again = try discover(images: ToyScenes.classImages(45), options: options, existing: first).concepts
    let kept = again.filter { concept in first.contains { $0.id == concept.id } }
    #expect(kept.count >= min(first.count, again.count) - 1)
    for concept in kept {
      let before = try #require(first.first { $0.id == concept.id })
      #expect(channel(before) == channel(concept))
      #expect(before.name == concept.name)
    }
    #expect(Set(again.map(\.id)).count == again.count && Set(again.map(\.name)).count == again.count)
  }

  @Test func aLinearLayerIsFoundDegenerateAndRankedByEffect() throws {
    var options = Self.options
    options.selection.rankBy = .tcav
    let result = try discover(ToyClassifier(isLinear: true), options: options)
    #expect(result.facts.degenerateLayer)
    #expect(Set(result.concepts.map(channel)) == [0, 2], "\(result.facts.notes)")
    #expect(result.concepts.allSatisfy { $0.tcav.scores.allSatisfy { $0 == 0 || $0 == 1 } })
    let effects = result.concepts.map(\.tcav.effect)
    #expect(effects == effects.sorted(by: >))
    #expect(result.facts.notes.contains { $0.contains("linearly") })
  }

  @Test func layersWithoutSpaceUseWholeImages() throws {
    let result = try discover(layer: "pooled")
    #expect(result.facts.notes.contains { $0.contains("no spatial extents") })
    #expect(Set(result.concepts.map(channel)).isSubset(of: [0, 2]) && !result.concepts.isEmpty)
  }

  @Test func whereThereIsNothingToPoolOverPatchesAreCutOut() throws {
    var options = Self.options
    options.embedding.patchEmbedding = .maskedPooling
    let pooled = try discover(layer: "pooled", options: options)
    #expect(pooled.facts.notes.contains { $0.contains("cut out") })
    #expect(pooled.concepts.map(\.center) == (try discover(layer: "pooled")).concepts.map(\.center))
    #expect(!(try discover(options: options)).facts.notes.contains { $0.contains("cut out") })
  }

  @Test func smallSetsAreScaledAndSaySo() throws {
    var options = Self.options
    options.clustering.clusters = 25
    let result = try discover(images: ToyScenes.classImages(5), random: ToyScenes.randomImages(25), options: options)
    #expect(result.facts.notes.contains { $0.contains("clusters instead of 25") })
    #expect(result.facts.notes.contains { $0.contains("instead of more than 40") })
    #expect(result.facts.notes.contains { $0.contains("overlap") })
    #expect(result.facts.notes.contains { $0.contains("tested on the images they were found in") })
    #expect(!result.concepts.isEmpty)
  }

  @Test func wholeRandomImagesCanBeTheContrast() throws {
    var options = Self.options
    options.significance.contrast = .images
    let result = try discover(options: options)
    #expect(Set(result.concepts.map(channel)) == [0, 2], "\(result.facts.notes)")
    #expect(try discover().concepts.first?.cavs != result.concepts.first?.cavs)
  }

  @Test func whatIsKnownIsNotComputedAgain() throws {
    let cache = MemoryCache()
    let classifier = ToyClassifier()
    let first = try discover(classifier, cache: cache)
    let runs = classifier.runs.value
    let second = try discover(classifier, cache: cache)
    #expect(classifier.runs.value == runs, "every gradient and embedding was known")
    #expect(first.concepts.map(\.center) == second.concepts.map(\.center))
    #expect(first.concepts.map(\.tcav) == second.concepts.map(\.tcav))
    var options = Self.options
    options.run.maxImages = 25
    _ = try discover(classifier, options: options, cache: cache)
    let added = classifier.runs.value - runs
    #expect(added > 0 && added < runs / 4, "one more image costs one image: \(added) of \(runs)")
  }

  @Test func progressRisesToItsTotal() throws {
    let reports = Mutex<[StageProgress]>([])
    let monitor = WorkMonitor(
      isCancelled: { false }, onProgress: { progress in reports.withLock { $0.append(progress) } })
    _ = try discover(monitor: monitor)
    let all = reports.withLock { $0 }
    let stages = Dictionary(grouping: all, by: \.stage)
    for name in [
      "segmenting images", "embedding patches", "embedding random images", "clustering patches", "testing concepts",
    ] {
      let own = try #require(stages[name])
      #expect(own.map(\.done) == own.map(\.done).sorted())
      #expect(own.last?.done == own.last?.total)
    }
  }

  @Test(arguments: [1, 5, 20, 60])
  func cancellationEndsEveryStage(after asked: Int) {
    let count = Counter()
    let monitor = WorkMonitor(isCancelled: {
      count.add(1)
      return count.value > asked
    })
    #expect(throws: CancellationError.self) { try discover(monitor: monitor) }
  }

  @Test func badInputIsRefusedInWords() {
    #expect(throws: DiscoveryError.unknownLayer("nowhere")) { try discover(layer: "nowhere") }
    #expect(throws: DiscoveryError.unknownClass(7, count: 2)) { try discover(classIndex: 7) }
    #expect(throws: DiscoveryError.unknownClass(-1, count: 2)) { try discover(classIndex: -1) }
    #expect(throws: DiscoveryError.tooFewImages(found: 1, needed: 2)) { try discover(images: ToyScenes.classImages(1)) }
    #expect(throws: DiscoveryError.tooFewRandomImages(found: 3, needed: 20)) {
      try discover(random: ToyScenes.randomImages(3))
    }
    #expect(throws: DiscoveryError.wrongSize(width: 8, height: 8, neededWidth: 64, neededHeight: 64)) {
      try discover(images: ToyScenes.classImages(3) + [RGBImage(width: 8, height: 8, filledWith: (0, 0, 0))])
    }
    #expect(throws: DiscoveryError.notFinite(layer: "features")) { try discover(ToyClassifier(yieldsNaN: true)) }
    var options = Self.options
    options.attention.keepPercent = .nan
    #expect(
      throws: FieldError("keepPercent", given: .double(.nan), accepted: "a number above 0.0 and up to 100.0")
    ) { try discover(options: options) }
    options = Self.options
    options.patches.minAreaFraction = 1
    #expect(throws: DiscoveryError.noPatches) { try discover(options: options) }
  }

  @Test func theLatestInformativeLayerIsChosen() throws {
    let images = ToyScenes.classImages(3)
    let layer = try LayerChoice.latestInformativeLayer(
      of: ToyClassifier(), classIndex: 0, images: images, monitor: .silent)
    #expect(layer == "features")
    let none = try LayerChoice.latestInformativeLayer(
      of: ToyClassifier(isLinear: true), classIndex: 0, images: images, monitor: .silent)
    #expect(none == nil)
    #expect(try LayerChoice.defaultLayer(of: ToyClassifier(), monitor: .silent) == "features")
    // Where every layer is degenerate, the last one stands in.
    let linear = ToyClassifier(isLinear: true)
    #expect(try LayerChoice.defaultLayer(of: linear, monitor: .silent) == linear.layers.last?.name)
  }

  @Test func patchesOfAnImageAreEmbeddedInOrder() throws {
    let image = ToyScenes.classImages(1)[0]
    let extractor = PatchExtractor(options: Self.options)
    let regions = extractor.candidates(in: extractor.segmentations(of: image), attention: nil, rule: .touching)
    let classifier = ToyClassifier()
    let patches = try PatchEmbedder(classifier: classifier, layer: "features", options: Self.options)
      .patches(of: image, regions: regions, monitor: .silent)
    #expect(patches.map(\.mask) == regions.map(\.mask))
    for (patch, region) in zip(patches, regions) {
      let pixels = region.patch(
        of: image, fill: Self.options.embedding.fillValue, width: 64, height: 64)
      let expected = Tensor.stack([classifier.features(pixels)]).averagedOverSpace().elements
      #expect(patch.embedding == expected)
    }
  }
}

/// A cache that keeps everything.
final class MemoryCache: DiscoveryCache {
  private struct Patch: Hashable {
    var image: Int
    var mask: Mask?
  }
  private let segments = Mutex<[Int: [Superpixels]]>([:])
  private let summaries = Mutex<[Int: GradientSummary]>([:])
  private let patches = Mutex<[Patch: [Float]]>([:])
  private let random = Mutex<[Patch: [Float]]>([:])
  private let hidden = Mutex<[[Mask]: [Double]]>([:])

  func segmentations(ofImage index: Int) -> [Superpixels]? { segments.withLock { $0[index] } }
  func store(_ segmentations: [Superpixels], ofImage index: Int) { segments.withLock { $0[index] = segmentations } }
  func gradients(ofImage index: Int, in set: ClassImageSet) -> GradientSummary? { summaries.withLock { $0[index] } }
  func store(_ gradients: GradientSummary, ofImage index: Int, in set: ClassImageSet) {
    summaries.withLock { $0[index] = gradients }
  }
  func embeddings(ofPatches masks: [Mask], ofImage index: Int) -> [[Float]?] {
    patches.withLock { patches in masks.map { patches[Patch(image: index, mask: $0)] } }
  }
  func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofImage index: Int) {
    patches.withLock { patches in
      for (embedding, mask) in zip(embeddings, masks) { patches[Patch(image: index, mask: mask)] = embedding }
    }
  }
  func changes(hiding masks: [Mask], inImage index: Int) -> [Double]? { hidden.withLock { $0[masks] } }
  func store(_ changes: [Double], hiding masks: [Mask], inImage index: Int) {
    hidden.withLock { $0[masks] = changes }
  }
  func embeddings(ofPatches masks: [Mask], ofRandomImage index: Int) -> [[Float]?] {
    masks.map { embedding(ofRandomImage: index, patch: $0) }
  }
  func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofRandomImage index: Int) {
    for (embedding, mask) in zip(embeddings, masks) { store(embedding, ofRandomImage: index, patch: mask) }
  }
  func embedding(ofRandomImage index: Int, patch mask: Mask?) -> [Float]? {
    random.withLock { $0[Patch(image: index, mask: mask)] }
  }
  func store(_ embedding: [Float], ofRandomImage index: Int, patch mask: Mask?) {
    random.withLock { $0[Patch(image: index, mask: mask)] = embedding }
  }
}
