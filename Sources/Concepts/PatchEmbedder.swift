import Images
import Networks
import Tensors

/// Embeds patches and whole images at a layer, in batches, so that memory is bounded by the batch.
public struct PatchEmbedder: Sendable {
  private let classifier: any Classifier
  private let layer: String
  private let extractor: PatchExtractor
  private let batchSize: Int

  /// An embedder at `layer` of `classifier`, by the patch and batch options among `options`.
  public init(classifier: any Classifier, layer: String, options: DiscoveryOptions) {
    self.classifier = classifier
    self.layer = layer
    extractor = PatchExtractor(options: options)
    batchSize = max(1, options.batchSize)
  }

  /// Cuts `regions` out of an image of the network's input size and embeds them, in order. What `cache` knows of its image 0 is not
  /// computed; what it does not know it is given.
  public func patches(
    of image: RGBImage, regions: [PatchRegion], cache: any DiscoveryCache = EmptyDiscoveryCache(), monitor: WorkMonitor
  ) throws -> [EmbeddedPatch] {
    let embeddings = try embeddings(
      of: RegionTable([regions]), images: ImageProvider([image]), cache: cache, monitor: monitor,
      report: { _, _ in })
    return try regions.indices.map {
      EmbeddedPatch(box: regions[$0].box, mask: regions[$0].mask, embedding: try embeddings.row($0))
    }
  }

  /// Embeddings of the images' regions, in order, a row each. What `cache` knows is not computed; what it does not know it is
  /// given.
  ///
  /// Patches are cut on worker threads while the network works on the batch before.
  ///
  /// - Parameters:
  ///   - regions: those of each image of `images`.
  ///   - report: hears how many patches are done, and of how many.
  func embeddings(
    of regions: RegionTable, images: ImageProvider, cache: any DiscoveryCache, monitor: WorkMonitor,
    report: (_ done: Int, _ total: Int) -> Void
  ) throws -> EmbeddingTable {
    let total = regions.count
    var table = EmbeddingTable(count: total, layer: layer)
    var missing: [(image: Int, region: Int)] = []
    for image in 0..<regions.imageCount {
      let known = cache.embeddings(ofPatches: try regions.regions(ofImage: image).map(\.mask), ofImage: image)
      for (region, embedding) in known.enumerated() {
        if let embedding {
          try table.set(regions.rows(ofImage: image).lowerBound + region, to: embedding)
        } else {
          missing.append((image, region))
        }
      }
    }
    var done = total - missing.count
    report(done, total)
    let batches = Self.batches(missing, size: batchSize)
    try Parallel.pipeline(batches.count) { index in
      try cut(batches[index], regions: regions, images: images)
    } consume: { index, patches in
      let embeddings = try embeddings(ofImages: patches, monitor: monitor)
      for (place, embedding) in zip(batches[index], embeddings) {
        try table.set(regions.rows(ofImage: place.image).lowerBound + place.region, to: embedding)
      }
      // Patches come image by image: all but the image of the next batch's first patch are complete.
      let unfinished = index + 1 < batches.count ? batches[index + 1].first?.image : nil
      for image in Set(batches[index].map(\.image)).sorted() where image != unfinished {
        cache.store(
          try regions.rows(ofImage: image).map { try table.row($0) },
          ofPatches: try regions.regions(ofImage: image).map(\.mask), ofImage: image)
      }
      done += patches.count
      report(done, total)
    }
    return table
  }

  private func cut(
    _ places: [(image: Int, region: Int)], regions: RegionTable, images: ImageProvider
  ) throws -> [RGBImage] {
    let indices = Set(places.map(\.image)).sorted()
    let loaded = Dictionary(uniqueKeysWithValues: zip(indices, try checked(images.images(at: indices))))
    let lists = Dictionary(uniqueKeysWithValues: zip(indices, try indices.map(regions.regions(ofImage:))))
    return try Parallel.map(places.count) { index in
      let place = places[index]
      guard let image = loaded[place.image], let list = lists[place.image] else { throw DiscoveryError.noPatches }
      return extractor.patch(
        of: list[place.region], from: image, width: classifier.inputWidth,
        height: classifier.inputHeight)
    }
  }

  /// Embeddings of whole images of the network's input size: [n, d] as n vectors. Images are split into batches by the caller.
  func embeddings(ofImages images: [RGBImage], monitor: WorkMonitor) throws -> [[Float]] {
    try monitor.checkCancelled()
    guard !images.isEmpty else { return [] }
    let embeddings = try classifier.embeddings(of: images, at: layer, monitor: monitor)
    guard embeddings.rank == 2, embeddings.rows == images.count, embeddings.rowStride > 0 else {
      throw DiscoveryError.unexpectedShape(layer: layer, shape: embeddings.shape)
    }
    guard embeddings.elements.allSatisfy(\.isFinite) else { throw DiscoveryError.notFinite(layer: layer) }
    return images.indices.map { embeddings[row: $0].elements }
  }

  /// The images at `indices`, or of each that has a region, its patch.
  func examples(
    at indices: [Int], of images: ImageProvider, regions: [Int: PatchRegion]
  ) throws -> [RGBImage] {
    let loaded = try checked(images.images(at: indices))
    return try Parallel.map(indices.count) { index in
      guard let region = regions[indices[index]] else { return loaded[index] }
      return extractor.patch(
        of: region, from: loaded[index], width: classifier.inputWidth, height: classifier.inputHeight)
    }
  }

  /// `images`, or an error where one does not have the network's input size.
  func checked(_ images: [RGBImage]) throws -> [RGBImage] {
    for image in images where image.width != classifier.inputWidth || image.height != classifier.inputHeight {
      throw DiscoveryError.wrongSize(
        width: image.width, height: image.height, neededWidth: classifier.inputWidth,
        neededHeight: classifier.inputHeight)
    }
    return images
  }

  /// `items` in runs of at most `size`.
  static func batches<Item>(_ items: [Item], size: Int) -> [[Item]] {
    stride(from: 0, to: items.count, by: size).map { Array(items[$0..<min($0 + size, items.count)]) }
  }
}
