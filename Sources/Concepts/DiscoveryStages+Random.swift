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
    let seed = options.run.seed
    var drawn: [Int: DrawnRegion] = [:]
    for index in indices { drawn[index] = cache.drawnRegion(ofRandomImage: index) }
    let missing = indices.filter { drawn[$0] == nil }
    try cut(missing, of: images) { image, candidates in
      var random = SeededRandom(seed: seed, purpose: "random patch \(image)")
      let region = DrawnRegion(candidates.isEmpty ? nil : candidates[random.index(below: candidates.count)])
      cache.store(region, ofRandomImage: image)
      drawn[image] = region
    }
    return drawn.compactMapValues(\.region)
  }

  /// Cuts random images into patches wherever they lie: calls `body` with each of `indices`, in order.
  func cut(
    _ indices: [Int], of images: ImageProvider, _ body: (_ image: Int, _ candidates: [PatchRegion]) throws -> Void
  ) throws {
    let stage = "cutting random patches"
    let extractor = PatchExtractor(options: options)
    let embedder = embedder
    var done = 0
    for group in PatchEmbedder.batches(indices, size: ThreadBudget.cores) {
      try monitor.checkCancelled()
      let known = group.map { cache.segmentations(ofRandomImage: $0) }
      let found = try Parallel.map(group.count) { index in
        let segmentations =
          try known[index] ?? extractor.segmentations(of: embedder.checked([images.image(at: group[index])])[0])
        return (segmentations, extractor.candidates(in: segmentations, attention: nil, rule: .touching))
      }
      for (index, image) in group.enumerated() {
        if known[index] == nil { cache.store(found[index].0, ofRandomImage: image) }
        try body(image, found[index].1)
      }
      done += group.count
      monitor.report(stage, done: done, total: indices.count)
    }
  }
}
