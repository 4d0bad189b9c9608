import CCrypto
import Foundation

/// SHA-256 of bytes that are added in chunks, by libcrypto.
package struct ContentHash {
  /// Bytes of a digest.
  package static let byteCount = 32

  /// A context of libcrypto; it is freed with the last value that uses it.
  private final class Context {
    let pointer = EVP_MD_CTX_new()

    deinit { EVP_MD_CTX_free(pointer) }
  }

  private let context = Context()

  package init() {
    EVP_DigestInit_ex(context.pointer, EVP_sha256(), nil)
  }

  package func add(_ bytes: some DataProtocol) {
    for region in bytes.regions {
      region.withUnsafeBytes { _ = EVP_DigestUpdate(context.pointer, $0.baseAddress, $0.count) }
    }
  }

  /// The digest of all that was added: 32 bytes. Nothing may be added after it.
  package func digest() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
      EVP_DigestFinal_ex(context.pointer, buffer.baseAddress, nil)
      count = Self.byteCount
    }
  }

  package static func digest(of bytes: some DataProtocol) -> [UInt8] {
    let hash = ContentHash()
    hash.add(bytes)
    return hash.digest()
  }

  /// The digest of `bytes` in hexadecimal: the identity of a file's content.
  package static func hexadecimal(of bytes: some DataProtocol) -> String { hexadecimal(digest(of: bytes)) }

  /// Bytes as lower-case hexadecimal digits.
  package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
