import Base
import Concepts
import Fields
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
    guard Extents.product(shape) == elements.count else { throw ArchiveError.damaged }
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
