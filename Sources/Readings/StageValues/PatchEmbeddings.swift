import Fields
import Images
import Store

/// Embeddings of an image's patches. Every class and request adds those that were missing.
package struct PatchEmbeddings: StageValue {
  package static let kind = "patch embeddings"
  package static let isCumulative = true
  package static var blank: PatchEmbeddings { PatchEmbeddings() }

  private var masks: [Mask] = []
  private var vectors: [[Float]] = []
  private var positions: [Mask: Int] = [:]

  package subscript(mask: Mask) -> [Float]? { positions[mask].map { vectors[$0] } }

  package var isEmpty: Bool { masks.isEmpty }

  package var memoryBytes: Int {
    zip(masks, vectors).reduce(0) { $0 + $1.0.width * $1.0.height / 4 + $1.1.count * MemoryLayout<Float>.stride }
  }

  /// Adds an embedding, unless one of the patch is known.
  package mutating func add(_ vector: [Float], of mask: Mask) {
    guard positions[mask] == nil else { return }
    positions[mask] = masks.count
    masks.append(mask)
    vectors.append(vector)
  }

  package mutating func merge(_ other: PatchEmbeddings) {
    for (mask, vector) in zip(other.masks, other.vectors) { add(vector, of: mask) }
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.list(&masks)
    try archive.list(&vectors, blank: []) { try $0.field(&$1) }
    guard archive.isReading else { return }
    guard masks.count == vectors.count, Set(masks).count == masks.count else { throw ArchiveError.damaged }
    positions = Dictionary(uniqueKeysWithValues: zip(masks, masks.indices))
  }
}
