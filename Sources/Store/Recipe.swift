import Base
import Foundation

/// The identity of a stage's result: a SHA-256 over everything that determines it (ARCHITECTURE, invariant 7).
///
/// Two recipes are equal exactly if they were built from the same named parts in the same order.
package struct Recipe: Sendable, Hashable {
  /// The 32 bytes of the digest.
  private let digest: [UInt8]

  /// The recipe of `stage` at `version` of its algorithm, from named parts.
  package init(stage: String, version: Int, parts: [(name: String, value: String)]) {
    let hash = ContentHash()
    func add(_ text: String) {
      let bytes = Array(text.utf8)
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.add(Array($0)) }
      hash.add(bytes)
    }
    add(stage)
    add(String(version))
    for part in parts {
      add(part.name)
      add(part.value)
    }
    digest = hash.digest()
  }

  /// The recipe with the digest `hexadecimal`; nil where the text is not a digest.
  package init?(hexadecimal: String) {
    let digits = hexadecimal.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 2 * ContentHash.byteCount else { return nil }
    var digest: [UInt8] = []
    for pair in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[pair], let low = digits[pair + 1] else { return nil }
      digest.append(UInt8(high << 4 | low))
    }
    self.digest = digest
  }

  /// The digest's 32 bytes.
  var bytes: Data { Data(digest) }

  /// The digest in hexadecimal.
  package var hexadecimal: String { ContentHash.hexadecimal(digest) }

  /// Distinguishes contents of one recipe.
  static func part(of content: [UInt8]) -> Int64 {
    ContentHash.digest(of: content).prefix(MemoryLayout<Int64>.size).reduce(0) { $0 << 8 | Int64($1) }
  }
}
