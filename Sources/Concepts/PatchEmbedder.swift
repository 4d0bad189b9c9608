import Base
import Images
import Networks
import Tensors

/// Embeds patches and whole images at a layer, in batches, so that memory is bounded by the batch.
package struct PatchEmbedder: Sendable {
  private let classifier: any Classifier
  private let layer: String
  private let fillValue: UInt8
  private let batchSize: Int
  /// Where the layer's cells are, if patches are not cut out but pooled over. Of a layer without places, patches are always cut out.
  private let pooling: (layout: FeatureLayout, cells: MaskedPooling)?

  /// An embedder at `layer` of `classifier` that has `batchSize` images or patches in memory at once.
  package init(
    classifier: any Classifier, layer: String, embedding: EmbeddingOptions,
    batchSize: Int = DiscoveryRunOptions().batchSize
  ) {
    self.classifier = classifier
    self.layer = layer
    fillValue = embedding.fillValue
    self.batchSize = max(1, batchSize)
    pooling =
      switch (embedding.patchEmbedding, classifier.layout(of: layer)) {
      case (.maskedPooling, let layout?):
        layout.grid.map { (layout, MaskedPooling(rows: $0.rows, columns: $0.columns)) }
      default: nil
      }
  }

  /// An embedder by the embedding and batch options among `options`.
  package init(classifier: any Classifier, layer: String, options: DiscoveryOptions) {
    self.init(
      classifier: classifier, layer: layer, embedding: options.embedding, batchSize: options.run.batchSize)
  }

  /// Whether patches are pooled over where they stand, without being cut out.
  var poolsInPlace: Bool { pooling != nil }

  /// Embeds `regions` of an image of the network's input size, in order. What `cache` knows of its image 0 is not
  /// computed; what it does not know it is given.
  package func patches(
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
  /// Pictures are read and patches cut on worker threads while the network works on the batch before.
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
    let batches = batches(missing)
    var new: [Int: (masks: [Mask], embeddings: [[Float]])] = [:]
    try Parallel.pipeline(batches.count) { index in
      let found = try Self.regions(of: batches[index], in: regions)
      return (try pictures(of: batches[index], regions: found, images: images), found.map(\.mask))
    } consume: { index, loaded in
      let (pictures, masks) = loaded
      let places = batches[index]
      let embeddings = try embeddings(
        of: places.map(\.image), in: pictures, over: pooling == nil ? nil : masks, monitor: monitor)
      for (position, (place, embedding)) in zip(places, embeddings).enumerated() {
        try table.set(regions.rows(ofImage: place.image).lowerBound + place.region, to: embedding)
        new[place.image, default: ([], [])].masks.append(masks[position])
        new[place.image, default: ([], [])].embeddings.append(embedding)
      }
      // Patches come image by image: all but the image of the next batch's first patch are complete.
      let unfinished = index + 1 < batches.count ? batches[index + 1].first?.image : nil
      for image in new.keys.sorted() where image != unfinished {
        guard let (masks, embeddings) = new.removeValue(forKey: image) else { continue }
        cache.store(embeddings, ofPatches: masks, ofImage: image)
      }
      done += places.count
      report(done, total)
    }
    return table
  }

  /// Embeddings of the images at `indices`, whole, or where `regions` has one, of that: a vector each.
  ///
  /// - Parameter take: receives the embeddings of a batch as they come, with the images' indices.
  func examples(
    at indices: [Int], of images: ImageProvider, regions: [Int: PatchRegion], monitor: WorkMonitor,
    take: (_ indices: [Int], _ embeddings: [[Float]]) throws -> Void
  ) throws {
    let batches = Self.batches(indices, size: batchSize)
    let everything = Mask(
      width: classifier.inputWidth, height: classifier.inputHeight,
      contains: [Bool](repeating: true, count: classifier.inputWidth * classifier.inputHeight))
    try Parallel.pipeline(batches.count) { index in
      let loaded = try checked(images.images(at: batches[index]))
      guard pooling == nil else { return loaded }
      return try Parallel.map(loaded.count) { place in
        regions[batches[index][place]].map { cut($0, out: loaded[place]) } ?? loaded[place]
      }
    } consume: { index, pictures in
      let masks = pooling.map { _ in batches[index].map { regions[$0]?.mask ?? everything } }
      try take(
        batches[index], embeddings(of: Array(pictures.indices), in: pictures, over: masks, monitor: monitor))
    }
  }

  private typealias Place = (image: Int, region: Int)

  /// `places` in batches of as many pictures as may be in memory at once; of one image there is one picture where patches are not cut out.
  private func batches(_ places: [Place]) -> [[Place]] {
    guard pooling != nil else { return Self.batches(places, size: batchSize) }
    var batches: [[Place]] = []
    var pictures = 0
    for place in places {
      if batches.last?.last?.image != place.image { pictures += 1 }
      if batches.isEmpty || pictures > batchSize {
        batches.append([])
        pictures = 1
      }
      batches[batches.count - 1].append(place)
    }
    return batches
  }

  /// What the network sees of `places`, which have these regions: their patches, or each image once.
  private func pictures(of places: [Place], regions: [PatchRegion], images: ImageProvider) throws -> [RGBImage] {
    let indices = Set(places.map(\.image)).sorted()
    let loaded = try checked(images.images(at: indices))
    guard pooling == nil else { return loaded }
    let byIndex = Dictionary(uniqueKeysWithValues: zip(indices, loaded))
    return try Parallel.map(places.count) { index in
      guard let image = byIndex[places[index].image] else { throw DiscoveryError.noPatches }
      return cut(regions[index], out: image)
    }
  }

  /// The regions at `places`, which come image by image.
  private static func regions(of places: [Place], in table: RegionTable) throws -> [PatchRegion] {
    var found: [PatchRegion] = []
    var start = 0
    while start < places.count {
      let image = places[start].image
      let end = places[start...].firstIndex { $0.image != image } ?? places.count
      found += try table.regions(ofImage: image, at: places[start..<end].map(\.region))
      start = end
    }
    return found
  }

  private func cut(_ region: PatchRegion, out image: RGBImage) -> RGBImage {
    region.patch(
      of: image, fill: fillValue, width: classifier.inputWidth, height: classifier.inputHeight)
  }

  /// One vector per entry of `images`, which says what image it is of, in ascending order. `pictures` holds a picture per entry, or where
  /// `masks` has a mask per entry, one per image.
  private func embeddings(
    of images: [Int], in pictures: [RGBImage], over masks: [Mask]?, monitor: WorkMonitor
  ) throws -> [[Float]] {
    try monitor.checkCancelled()
    guard !pictures.isEmpty else { return [] }
    guard let masks, let pooling else {
      let embeddings = try classifier.embeddings(of: pictures, at: layer, monitor: monitor)
      guard embeddings.rank == 2, embeddings.rows == pictures.count, embeddings.rowStride > 0 else {
        throw DiscoveryError.unexpectedShape(layer: layer, shape: embeddings.shape)
      }
      return try finite(embeddings)
    }
    let activations = try pooling.layout.channelsFirst(
      classifier.activations(of: pictures, at: layer, monitor: monitor))
    guard activations.rank == 4, activations.rows == pictures.count, activations.rowStride > 0 else {
      throw DiscoveryError.unexpectedShape(layer: layer, shape: activations.shape)
    }
    var result: [[Float]] = []
    var (start, picture) = (0, 0)
    while start < images.count {
      let end = images[start...].firstIndex { $0 != images[start] } ?? images.count
      result += try finite(pooling.cells.means(of: activations[row: picture], over: Array(masks[start..<end])))
      (start, picture) = (end, picture + 1)
    }
    return result
  }

  private func finite(_ embeddings: Tensor) throws -> [[Float]] {
    guard embeddings.elements.allSatisfy(\.isFinite) else { throw DiscoveryError.notFinite(layer: layer) }
    return (0..<embeddings.rows).map { embeddings[row: $0].elements }
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
