import Base
import Images
import Networks
import Tensors

/// Embeds patches and whole images at a layer, in batches that bound the memory.
package struct PatchEmbedder: Sendable {
  private let classifier: any Classifier
  private let layer: String
  private let fillValue: UInt8
  private let batchSize: Int
  /// The layer's cells, where patches are pooled in place; nil where they are cut out, as for every layer without
  /// spatial extents.
  private let pooling: (layout: FeatureLayout, cells: MaskedPooling)?

  /// - Parameter batchSize: images or patches in memory at once.
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

  package init(classifier: any Classifier, layer: String, options: DiscoveryOptions) {
    self.init(
      classifier: classifier, layer: layer, embedding: options.embedding, batchSize: options.run.batchSize)
  }

  /// Whether patches are pooled in the whole image instead of being cut out.
  var poolsInPlace: Bool { pooling != nil }

  /// Embeds `regions` of an image of the network's input size, in order. `cache` has it as image 0; what it knows is
  /// not computed, and it receives the rest.
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

  /// Embeddings of the images' regions, in order, one per row. What `cache` knows is not computed; it receives the
  /// rest.
  ///
  /// Worker threads read images and cut patches while the network works on the batch before.
  ///
  /// - Parameters:
  ///   - regions: of each image of `images`.
  ///   - report: receives how many patches are done, and of how many.
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
      return (try inputs(of: batches[index], regions: found, images: images), found.map(\.mask))
    } consume: { index, loaded in
      let (inputs, masks) = loaded
      let places = batches[index]
      let embeddings = try embeddings(
        of: places.map(\.image), in: inputs, over: pooling == nil ? nil : masks, monitor: monitor)
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

  /// One vector for each of the images at `indices`: of its region in `regions`, or of the whole image where it has
  /// none.
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
    } consume: { index, inputs in
      let masks = pooling.map { _ in batches[index].map { regions[$0]?.mask ?? everything } }
      try take(
        batches[index], embeddings(of: Array(inputs.indices), in: inputs, over: masks, monitor: monitor))
    }
  }

  private typealias Place = (image: Int, region: Int)

  /// `places` in batches of as many network inputs as may be in memory at once: one per patch, or one per image where
  /// patches are pooled.
  private func batches(_ places: [Place]) -> [[Place]] {
    guard pooling != nil else { return Self.batches(places, size: batchSize) }
    var batches: [[Place]] = []
    var inputs = 0
    for place in places {
      if batches.last?.last?.image != place.image { inputs += 1 }
      if batches.isEmpty || inputs > batchSize {
        batches.append([])
        inputs = 1
      }
      batches[batches.count - 1].append(place)
    }
    return batches
  }

  /// The network's inputs for `places`, which have these regions: one per patch, or one per image where patches are
  /// pooled.
  private func inputs(of places: [Place], regions: [PatchRegion], images: ImageProvider) throws -> [RGBImage] {
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

  /// One vector per patch. `images` has the image of each patch, ascending; `inputs` one input per patch or, where
  /// `masks` has the patches' masks, one per image.
  private func embeddings(
    of images: [Int], in inputs: [RGBImage], over masks: [Mask]?, monitor: WorkMonitor
  ) throws -> [[Float]] {
    try monitor.checkCancelled()
    guard !inputs.isEmpty else { return [] }
    guard let masks, let pooling else {
      let embeddings = try classifier.embeddings(of: inputs, at: layer, monitor: monitor)
      guard embeddings.rank == 2, embeddings.rows == inputs.count, embeddings.rowStride > 0 else {
        throw DiscoveryError.unexpectedShape(layer: layer, shape: embeddings.shape)
      }
      return try finite(embeddings)
    }
    let activations = try pooling.layout.channelsFirst(
      classifier.activations(of: inputs, at: layer, monitor: monitor))
    guard activations.rank == 4, activations.rows == inputs.count, activations.rowStride > 0 else {
      throw DiscoveryError.unexpectedShape(layer: layer, shape: activations.shape)
    }
    var result: [[Float]] = []
    var (start, input) = (0, 0)
    while start < images.count {
      let end = images[start...].firstIndex { $0 != images[start] } ?? images.count
      result += try finite(pooling.cells.means(of: activations[row: input], over: Array(masks[start..<end])))
      (start, input) = (end, input + 1)
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
