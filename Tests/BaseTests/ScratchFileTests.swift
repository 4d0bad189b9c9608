import Testing

@testable import Base

@Suite struct ScratchFileTests {
  @Test(arguments: [0, 40, 1000]) func bytesComeBackFromMemoryAndFromAFile(memoryBytes: Int) throws {
    let file = ScratchFile(memoryBytes: memoryBytes)
    let blocks: [(offset: Int, bytes: [UInt8])] = [
      (30, [7, 8, 9]), (0, [1, 2, 3, 4]), (100, Array(0..<200)), (33, [5]), (2, [6]),
    ]
    var expected = [UInt8](repeating: 0, count: 300)
    for (offset, bytes) in blocks {
      try bytes.withUnsafeBytes { try file.write($0, at: offset) }
      expected.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
    var read = [UInt8](repeating: 255, count: 300)
    try read.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    #expect(read == expected)
    var part = [UInt8](repeating: 255, count: 5)
    try part.withUnsafeMutableBytes { try file.read(into: $0, at: 30) }
    #expect(part == [7, 8, 9, 5, 0])
    #expect(throws: FileError.self) { try part.withUnsafeMutableBytes { try file.read(into: $0, at: 299) } }
  }
}
