import Foundation
import Testing

@testable import Base

@Suite struct FileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  @Test func aFileIsWrittenAsAWholeAndReadBack() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("new/file").path
    try AtomicFile.write([1, 2, 3], to: path)
    try AtomicFile.write([4, 5], to: path)
    #expect(try RegularFile.bytes(path: path, maxBytes: 2) == [4, 5])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new") == ["file"])
    #expect(throws: FileError.self) { try RegularFile.bytes(path: path, maxBytes: 1) }
  }

  @Test func whatIsNoFileIsNeitherReadNorReplaced() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(throws: FileError.self) { try AtomicFile.write([1], to: folder.path) }
    #expect(throws: FileError.self) { try AtomicFile.check(folder.path) }
    #expect(throws: FileError.self) { try RegularFile.bytes(path: folder.path, maxBytes: 100) }
    #expect(throws: FileError.self) { try RegularFile.bytes(path: "/dev/null", maxBytes: 100) }
  }

  @Test func workIsSharedOutInOrder() throws {
    #expect(try Parallel.map(100) { $0 * $0 } == (0..<100).map { $0 * $0 })
    #expect(throws: CancellationError.self) {
      try Parallel.map(10) { if $0 == 3 { throw CancellationError() } }
    }
  }
}
