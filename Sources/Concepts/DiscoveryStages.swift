import Base
import Foundation
import Images
import Networks
import Tensors

/// The stages of one discovery, with the seconds they take and notes for people.
struct DiscoveryStages {
  let classifier: any Classifier
  let layer: String
  let options: DiscoveryOptions
  let classIndex: Int
  let cache: any DiscoveryCache
  let monitor: WorkMonitor
  /// What there is to say of it so far.
  var facts = DiscoveryFacts()
  /// Centres of all clusters, once there are any.
  private(set) var centers = Tensor(shape: [0, 0])
  /// The components of a factorisation, once they are known.
  private(set) var components: Tensor?

  /// Patches of random images in which concepts were sought.
  var detectionPatches = 0

  /// There are at most so many clusters that each has this many patches on average.
  static let fewestPatchesPerCluster = 10

  init(
    classifier: any Classifier, layer: String, options: DiscoveryOptions, classIndex: Int,
    cache: any DiscoveryCache, monitor: WorkMonitor
  ) {
    (self.classifier, self.layer, self.options, self.classIndex) = (classifier, layer, options, classIndex)
    (self.cache, self.monitor) = (cache, monitor)
  }

  var embedder: PatchEmbedder { PatchEmbedder(classifier: classifier, layer: layer, options: options) }

  /// Attention and pooled gradient of each image; `offset` is the index of the first in its set.
  mutating func gradients(
    of images: ImageProvider, offset: Int, in set: ClassImageSet
  ) throws -> GradientTable {
    try timed("gradients") { stages in
      let stage = "finding attended regions"
      var table = GradientTable(count: images.count)
      var missing: [Int] = []
      for image in 0..<images.count {
        if let known = stages.cache.gradients(ofImage: offset + image, in: set) {
          try table.set(image, to: known)
        } else {
          missing.append(image)
        }
      }
      let batches = PatchEmbedder.batches(missing, size: stages.options.run.batchSize)
      var done = images.count - missing.count
      stages.monitor.report(stage, done: done, total: images.count)
      let embedder = stages.embedder
      try Parallel.pipeline(batches.count) { index in
        try embedder.checked(images.images(at: batches[index]))
      } consume: { index, batch in
        try stages.monitor.checkCancelled()
        let summaries = try GradientSummary.summaries(
          of: batch, classIndex: stages.classIndex, layer: stages.layer, classifier: stages.classifier,
          keepPercent: stages.options.attention.keepPercent, rectify: stages.options.attention.rectify,
          monitor: stages.monitor)
        for (image, summary) in zip(batches[index], summaries) {
          try table.set(image, to: summary)
          stages.cache.store(summary, ofImage: offset + image, in: set)
        }
        done += batch.count
        stages.monitor.report(stage, done: done, total: images.count)
      }
      return table
    }
  }

  /// The patch regions of each image: those that `gradients` attends to, or all.
  mutating func regions(of images: ImageProvider, gradients: GradientTable?) throws -> RegionTable {
    if gradients?.hasAttention == false {
      facts.notes.append("layer \(layer) has no spatial extents: patches come from whole images, without attention")
    }
    return try timed("segments") { stages in
      let stage = "segmenting images"
      let extractor = PatchExtractor(options: stages.options)
      let embedder = stages.embedder
      var regions = RegionTable(imageCount: images.count)
      // As many images as there are cores, so that cancelling waits for one image.
      let groups = PatchEmbedder.batches(Array(0..<images.count), size: ThreadBudget.cores)
      for group in groups {
        try stages.monitor.checkCancelled()
        stages.monitor.report(stage, done: regions.imageCount, total: images.count)
        let known = group.map { stages.cache.segmentations(ofImage: $0) }
        let found = try Parallel.map(group.count) { index in
          let segmentations =
            try known[index]
            ?? extractor.segmentations(of: embedder.checked([images.image(at: group[index])])[0])
          let mask = try gradients?.attention(ofImage: group[index])
          let candidates = extractor.candidates(in: segmentations, attention: mask, rule: .inside)
          return (segmentations, candidates)
        }
        for (index, image) in group.enumerated() {
          if known[index] == nil { stages.cache.store(found[index].0, ofImage: image) }
          try regions.append(found[index].1)
        }
      }
      stages.monitor.report(stage, done: images.count, total: images.count)
      return regions
    }
  }

  /// Every region cut out and embedded.
  mutating func patches(of images: ImageProvider, regions: RegionTable) throws -> EmbeddedPatches {
    try timed("embeddings") { stages in
      guard regions.count > 0 else { throw DiscoveryError.noPatches }
      let embeddings = try stages.embedder.embeddings(
        of: regions, images: images, cache: stages.cache, monitor: stages.monitor
      ) { stages.monitor.report("embedding patches", done: $0, total: $1) }
      return EmbeddedPatches(regions: regions, embeddings: embeddings)
    }
  }

  /// The clusters that are large and common enough. Clustering starts from the centres `known` if their number is
  /// right.
  mutating func cluster(
    _ patches: EmbeddedPatches, imageCount: Int, known: Tensor? = nil
  ) throws -> [ConceptCandidate] {
    try timed("clusters") { stages in
      let options = stages.options
      let count = patches.images.count
      let clusters = min(
        options.clustering.clusters,
        max(min(options.selection.topConcepts, options.clustering.clusters), count / Self.fewestPatchesPerCluster))
      let rule = ClusterRule(
        requested: options.selection.minSize, imageCount: imageCount, patchCount: count, clusters: clusters)
      stages.monitor.report("clustering patches", done: 0, total: count)
      let clustering = try stages.clusters(of: patches.embeddings, count: clusters, known: known)
      if let note = clustering.note { stages.facts.notes.append(note) }
      stages.centers = clustering.centers
      stages.components = clustering.dictionary
      let candidates = try ConceptCandidate.candidates(
        in: clustering, points: patches.embeddings, images: patches.images, rule: rule)
      stages.monitor.report("clustering patches", done: count, total: count)
      if clusters < options.clustering.clusters {
        stages.facts.notes.append(
          "\(count) patches were put into \(clusters) clusters instead of \(options.clustering.clusters)")
      }
      if rule.minSize < options.selection.minSize {
        stages.facts.notes.append(
          "with \(count) patches of \(imageCount) images, clusters of more than \(rule.minSize) patches were "
            + "considered instead of more than \(options.selection.minSize)")
      }
      if candidates.isEmpty {
        stages.facts.notes.append(
          "none of \(clustering.centers.rows) clusters has more than \(rule.minSize) patches and is common to enough "
            + "images; give more images, or lower minSize or clusters")
      }
      return candidates
    }
  }

  /// Embeddings put into `count` clusters as `clustering` asks.
  ///
  /// k-means reads the embeddings block by block; a factorisation holds all of them in memory.
  private func clusters(of embeddings: EmbeddingTable, count: Int, known: Tensor?) throws -> PatchClusters {
    switch options.clustering.clustering {
    case .kMeans:
      PatchClusters(
        try KMeans.fit(
          embeddings, clusters: count, restarts: options.clustering.restarts, seed: options.run.seed, known: known,
          monitor: monitor))
    case .nmf:
      try PatchClusters.factorizing(
        try embeddings.rows(0..<embeddings.count), clusters: count, restarts: options.clustering.restarts,
        seed: options.run.seed, known: known, monitor: monitor)
    }
  }

  /// Pooled gradients of the images that concepts are tested on, one per row: held-out images where there are enough.
  mutating func testGradients(
    images: ImageProvider, used: ImageProvider, summaries: GradientTable?, heldOut: ImageProvider?
  ) throws -> Tensor {
    let leftOver = images.count - used.count
    let found: GradientTable
    if let heldOut, heldOut.count >= options.significance.minTestImages {
      found = try gradients(
        of: heldOut.slice(0..<min(heldOut.count, options.significance.maxTestImages)), offset: 0, in: .heldOut)
    } else if heldOut == nil, leftOver >= options.significance.minTestImages {
      let tested = images.slice(used.count..<used.count + min(leftOver, options.significance.maxTestImages))
      found = try gradients(of: tested, offset: used.count, in: .discovery)
    } else {
      facts.notes.append(
        "concepts were tested on the images they were found in, because \(heldOut?.count ?? leftOver) held-out images are "
          + "fewer than \(options.significance.minTestImages)")
      found = try summaries ?? gradients(of: used, offset: 0, in: .discovery)
    }
    return try found.pooledGradients()
  }

  /// Runs a stage and adds up the seconds it takes.
  mutating func timed<Result>(_ name: String, _ body: (inout DiscoveryStages) throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try body(&self)
    facts.seconds[name, default: 0] += (ContinuousClock.now - start) / .seconds(1)
    return result
  }

  func result(
    concepts: [Concept], images: Int, segments: Int, dictionary: ConceptDictionary? = nil, randomEmbeddings: Int = 0,
    degenerate: Bool
  ) -> DiscoveryResult {
    var facts = self.facts
    facts.imageCount = images
    facts.segmentCount = segments
    facts.degenerateLayer = degenerate
    return DiscoveryResult(
      concepts: concepts, centers: centers, dictionary: dictionary,
      embeddingCount: segments + randomEmbeddings + detectionPatches,
      facts: facts)
  }
}
