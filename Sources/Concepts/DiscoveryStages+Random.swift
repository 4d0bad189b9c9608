import Foundation
import Images
import Tensors

extension DiscoveryStages {
  /// Embeddings of the random images that the sets draw on, whole or one patch of each as `contrast` asks, by index.
  mutating func randomEmbeddings(of images: ImageProvider, sets: RandomSets) throws -> [Int: [Float]] {
    try timed("random") { stages in
      let stage = "embedding random images"
      let used = Set((sets.sets + sets.controls.flatMap { [$0.positives, $0.negatives] }).joined()).sorted()
      let regions = stages.options.contrast == .patches ? try stages.randomRegions(of: images, indices: used) : [:]
      var known: [Int: [Float]] = [:]
      for image in used { known[image] = stages.cache.embedding(ofRandomImage: image, patch: regions[image]?.mask) }
      let batches = PatchEmbedder.batches(used.filter { known[$0] == nil }, size: stages.options.batchSize)
      stages.monitor.report(stage, done: known.count, total: used.count)
      let embedder = stages.embedder
      try Parallel.pipeline(batches.count) { index in
        try embedder.examples(at: batches[index], of: images, regions: regions)
      } consume: { index, batch in
        let embeddings = try embedder.embeddings(ofImages: batch, monitor: stages.monitor)
        for (image, embedding) in zip(batches[index], embeddings) {
          known[image] = embedding
          stages.cache.store(embedding, ofRandomImage: image, patch: regions[image]?.mask)
        }
        stages.monitor.report(stage, done: known.count, total: used.count)
      }
      return known
    }
  }

  /// One patch region of each image, drawn from all its candidates; none for an image without candidates, which then counts whole.
  private func randomRegions(of images: ImageProvider, indices: [Int]) throws -> [Int: PatchRegion] {
    let stage = "cutting random patches"
    let extractor = PatchExtractor(options: options)
    let embedder = embedder
    let seed = options.seed
    var regions: [Int: PatchRegion] = [:]
    for group in PatchEmbedder.batches(indices, size: max(1, ProcessInfo.processInfo.activeProcessorCount)) {
      try monitor.checkCancelled()
      let found = try Parallel.map(group.count) { index -> PatchRegion? in
        let image = try embedder.checked([images.image(at: group[index])])[0]
        let candidates = extractor.candidates(
          in: extractor.segmentations(of: image), attention: nil, rule: .touching)
        var random = SeededRandom(seed: seed, purpose: "random patch \(group[index])")
        return candidates.isEmpty ? nil : candidates[random.index(below: candidates.count)]
      }
      for (image, region) in zip(group, found) { regions[image] = region }
      monitor.report(stage, done: regions.count, total: indices.count)
    }
    return regions
  }
}
