import Concepts
import Images
import Store
import Tensors

extension Tensor: Archivable {
  package static var blank: Tensor { Tensor(shape: [0]) }

  package mutating func archive(in archive: inout Archive) throws {
    var (shape, elements) = (shape, elements)
    try archive.list(&shape, blank: 0) { try $0.small(&$1) }
    try archive.field(&elements)
    guard archive.isReading else { return }
    var size = 1
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw ArchiveError.damaged }
      size = product
    }
    guard size == elements.count else { throw ArchiveError.damaged }
    self = Tensor(shape: shape, elements: elements)
  }
}

extension GradientSummary: StageValue {
  package static var kind: String { "gradients" }
  package static var blank: GradientSummary { GradientSummary(attention: nil, pooledGradient: []) }
  package var memoryBytes: Int {
    (attention.map { $0.width * $0.height / 8 } ?? 0) + pooledGradient.count * MemoryLayout<Float>.stride
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.optional(&attention, blank: .blank) { try $0.field(&$1) }
    try archive.field(&pooledGradient)
  }
}

extension PatchRegion: Archivable {
  package static var blank: PatchRegion { PatchRegion(mask: .blank, box: .blank) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&mask)
    try archive.field(&box)
  }
}

extension DrawnRegion: StageValue {
  package static var kind: String { "random region" }
  package static var blank: DrawnRegion { DrawnRegion(nil) }
  package var memoryBytes: Int { region.map { $0.mask.width * $0.mask.height / 8 } ?? 1 }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.optional(&region, blank: .blank) { try $0.field(&$1) }
  }
}

/// The embedding of a whole image, or of one patch of it.
struct Embedding: StageValue {
  static let kind = "embedding"
  static var blank: Embedding { Embedding(values: []) }

  var values: [Float]

  var memoryBytes: Int { values.count * MemoryLayout<Float>.stride }

  mutating func archive(in archive: inout Archive) throws { try archive.field(&values) }
}

/// Embeddings of an image's patches. Every class and request adds those that were missing.
struct PatchEmbeddings: StageValue {
  static let kind = "patch embeddings"
  static let isCumulative = true
  static var blank: PatchEmbeddings { PatchEmbeddings() }

  private var masks: [Mask] = []
  private var vectors: [[Float]] = []
  private var positions: [Mask: Int] = [:]

  subscript(mask: Mask) -> [Float]? { positions[mask].map { vectors[$0] } }

  var isEmpty: Bool { masks.isEmpty }

  var memoryBytes: Int {
    zip(masks, vectors).reduce(0) { $0 + $1.0.width * $1.0.height / 4 + $1.1.count * MemoryLayout<Float>.stride }
  }

  /// Adds an embedding, unless one of the patch is known.
  mutating func add(_ vector: [Float], of mask: Mask) {
    guard positions[mask] == nil else { return }
    positions[mask] = masks.count
    masks.append(mask)
    vectors.append(vector)
  }

  mutating func merge(_ other: PatchEmbeddings) {
    for (mask, vector) in zip(other.masks, other.vectors) { add(vector, of: mask) }
  }

  mutating func archive(in archive: inout Archive) throws {
    try archive.list(&masks)
    try archive.list(&vectors, blank: []) { try $0.field(&$1) }
    guard archive.isReading else { return }
    guard masks.count == vectors.count, Set(masks).count == masks.count else { throw ArchiveError.damaged }
    positions = Dictionary(uniqueKeysWithValues: zip(masks, masks.indices))
  }
}

extension TCAVSummary: Archivable {
  package static var blank: TCAVSummary {
    TCAVSummary(mean: 0, standardDeviation: 0, pValue: nil, effect: 0, scores: [])
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&mean)
    try archive.field(&standardDeviation)
    // One byte says which of two values there are: the first version had one of them, and wrote 0 or 1.
    let (hasPValue, hasSignificance): (UInt8, UInt8) = (1, 2)
    var there = (pValue == nil ? 0 : hasPValue) | (significance == nil ? 0 : hasSignificance)
    try archive.field(&there)
    guard there <= hasPValue | hasSignificance else { throw ArchiveError.damaged }
    if there & hasPValue != 0 {
      var value = pValue ?? 0
      try archive.field(&value)
      pValue = value
    }
    try archive.field(&effect)
    try archive.list(&scores, blank: 0) { try $0.field(&$1) }
    if there & hasSignificance != 0 {
      var value = significance ?? .blank
      try archive.field(&value)
      significance = value
    }
  }
}

extension TCAVSignificance: Archivable {
  package static var blank: TCAVSignificance {
    TCAVSignificance(measure: .scores, correctedPValue: nil, correction: .bonferroni, tests: 0)
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&measure)
    try archive.optional(&correctedPValue, blank: 0) { try $0.field(&$1) }
    try archive.field(&correction)
    try archive.field(&tests)
  }
}

extension ConceptPatch: Archivable {
  package static var blank: ConceptPatch { ConceptPatch(imageIndex: 0, box: .blank, mask: .blank, distance: 0) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&imageIndex)
    try archive.field(&box)
    try archive.field(&mask)
    try archive.field(&distance)
  }
}

extension Concept: Archivable {
  package static var blank: Concept {
    Concept(
      id: "", name: "", classIndex: 0, rank: 0, center: [], threshold: 0, patches: [], size: 0, tcav: .blank,
      cavAccuracy: 0, cavs: [])
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&id)
    try archive.field(&name)
    try archive.field(&classIndex)
    try archive.field(&rank)
    try archive.field(&center)
    try archive.field(&threshold)
    try archive.list(&patches)
    try archive.field(&size)
    try archive.field(&tcav)
    try archive.field(&cavAccuracy)
    try archive.list(&cavs, blank: []) { try $0.field(&$1) }
  }
}

extension DiscoveryOptions: Archivable {
  package static var blank: DiscoveryOptions { DiscoveryOptions() }

  /// Writes the fields, or reads them in the same order. An option that is added comes last, behind `if archive.hasMore`, so that it
  /// takes its default where an earlier version wrote.
  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&maxImages)
    try archive.field(&attention)
    try archive.field(&keepPercent)
    try archive.list(&segmentCounts, blank: 0) { try $0.field(&$1) }
    try archive.field(&compactness)
    try archive.field(&sigma)
    try archive.field(&minAreaFraction)
    try archive.field(&maxOverlap)
    try archive.field(&fillValue)
    try archive.field(&clusters)
    try archive.field(&restarts)
    try archive.field(&minSize)
    try archive.field(&maxPatches)
    try archive.field(&randomSets)
    try archive.field(&randomSetSize)
    try archive.field(&contrast)
    try archive.field(&cavMethod)
    try archive.field(&cavL2)
    try archive.field(&cavHoldout)
    try archive.field(&significance)
    try archive.field(&topConcepts)
    try archive.field(&maxCoincidence)
    try archive.field(&minRandomSetSize)
    try archive.field(&minTestImages)
    try archive.field(&maxTestImages)
    try archive.field(&batchSize)
    try archive.field(&seed)
    if archive.hasMore {
      try archive.field(&patchEmbedding)
      try archive.field(&segmenter)
      try archive.list(&felzenszwalbScales, blank: 0) { try $0.field(&$1) }
      try archive.field(&felzenszwalbSigma)
      try archive.field(&felzenszwalbMinSize)
      try archive.list(&quickshiftMaxDistances, blank: 0) { try $0.field(&$1) }
      try archive.field(&quickshiftKernelSize)
      try archive.field(&quickshiftRatio)
      try archive.field(&watershedCompactness)
      try archive.field(&clustering)
      try archive.field(&correction)
    }
  }
}
