import Base
import Foundation
import Images
import Tensors

extension DiscoveryStages {
  /// By index, embeddings of the random images in the sets: of the whole image, or of one patch of it, as `contrast`
  /// says.
  mutating func randomEmbeddings(of images: ImageProvider, sets: RandomSets) throws -> [Int: [Float]] {
    try timed("random") { stages in
      let stage = "embedding random images"
      let used = Set((sets.sets + sets.controls.flatMap { [$0.positives, $0.negatives] }).joined()).sorted()
      let regions =
        stages.options.significance.contrast == .patches ? try stages.randomRegions(of: images, indices: used) : [:]
      var known: [Int: [Float]] = [:]
      for image in used { known[image] = stages.cache.embedding(ofRandomImage: image, patch: regions[image]?.mask) }
      stages.monitor.report(stage, done: known.count, total: used.count)
      try stages.embedder.examples(
        at: used.filter { known[$0] == nil }, of: images, regions: regions, monitor: stages.monitor
      ) { indices, embeddings in
        for (image, embedding) in zip(indices, embeddings) {
          known[image] = embedding
          stages.cache.store(embedding, ofRandomImage: image, patch: regions[image]?.mask)
        }
        stages.monitor.report(stage, done: known.count, total: used.count)
      }
      return known
    }
  }

  /// One patch region of each image, drawn from all its candidates. An image without candidates has none and counts as
  /// a whole.
  private func randomRegions(of images: ImageProvider, indices: [Int]) throws -> [Int: PatchRegion] {
    let stage = "cutting random patches"
    let extractor = PatchExtractor(options: options)
    let embedder = embedder
    let seed = options.run.seed
    var drawn: [Int: DrawnRegion] = [:]
    for index in indices { drawn[index] = cache.drawnRegion(ofRandomImage: index) }
    let missing = indices.filter { drawn[$0] == nil }
    for group in PatchEmbedder.batches(missing, size: ThreadBudget.cores) {
      try monitor.checkCancelled()
      let known = group.map { cache.segmentations(ofRandomImage: $0) }
      let found = try Parallel.map(group.count) { index in
        let segmentations =
          try known[index] ?? extractor.segmentations(of: embedder.checked([images.image(at: group[index])])[0])
        let candidates = extractor.candidates(in: segmentations, attention: nil, rule: .touching)
        var random = SeededRandom(seed: seed, purpose: "random patch \(group[index])")
        return (
          segmentations, DrawnRegion(candidates.isEmpty ? nil : candidates[random.index(below: candidates.count)])
        )
      }
      for (index, image) in group.enumerated() {
        if known[index] == nil { cache.store(found[index].0, ofRandomImage: image) }
        cache.store(found[index].1, ofRandomImage: image)
        drawn[image] = found[index].1
      }
      monitor.report(stage, done: drawn.count, total: indices.count)
    }
    return drawn.compactMapValues(\.region)
  }
}
