import Testing

@testable import Base

/// Digests that FIPS 180-4's examples give.
@Suite struct ContentHashTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]) func isSHA256(text: String, digest: String) {
    #expect(ContentHash.hexadecimal(of: Array(text.utf8)) == digest)
  }

  @Test func piecesAddUp() {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    let hash = ContentHash()
    for start in stride(from: 0, to: bytes.count, by: 777) { hash.add(bytes[start..<min(start + 777, bytes.count)]) }
    #expect(hash.digest() == ContentHash.digest(of: bytes))
  }
}
