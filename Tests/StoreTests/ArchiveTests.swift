import Fields
import Testing

@testable import Store

@Suite struct ArchiveTests {
  private enum Word: String { case first, second }

  private struct Everything: Archivable, Equatable {
    var integer = 0
    var byte: UInt8 = 0
    var double = 0.0
    var float: Float = 0
    var flag = false
    var text = ""
    var floats: [Float] = []
    var number: Int?
    var numbers: [Int] = []
    var word = Word.first
    static var blank: Everything { Everything() }

    mutating func archive(in archive: inout Archive) throws {
      try archive.field(&integer)
      try archive.field(&byte)
      try archive.field(&double)
      try archive.field(&float)
      try archive.field(&flag)
      try archive.field(&text)
      try archive.field(&floats)
      try archive.optional(&number, blank: 0) { try $0.field(&$1) }
      try archive.list(&numbers, blank: 0) { try $0.small(&$1) }
      try archive.field(&word)
    }
  }

  private let full = Everything(
    integer: .min, byte: 255, double: -0.1, float: .infinity, flag: true, text: "Größe 🚒", floats: [1, -0.0, .nan],
    number: 7, numbers: [0, 127, 128, 1 << 40, .max], word: .second)

  @Test func whatIsWrittenIsRead() throws {
    let read = try Everything(archived: full.archived())
    #expect(read.integer == .min && read.byte == 255 && read.double == -0.1 && read.float == .infinity && read.flag)
    #expect(read.text == full.text && read.number == 7 && read.numbers == full.numbers && read.word == .second)
    #expect(read.floats.map(\.bitPattern) == full.floats.map(\.bitPattern))
    #expect(try Everything(archived: Everything().archived()) == Everything())
  }

  @Test func everyShorterOrLongerArchiveIsRefused() throws {
    let bytes = try full.archived()
    for count in 0..<bytes.count {
      #expect(throws: ArchiveError.self) { try Everything(archived: Array(bytes[..<count])) }
    }
    #expect(throws: ArchiveError.self) { try Everything(archived: bytes + [0]) }
  }

  @Test func countsBeyondTheBytesAreRefused() {
    // 2^62 elements, in seven bits a byte.
    let count = [UInt8](repeating: 0x80, count: 8) + [0x40]
    #expect(throws: ArchiveError.self) { try Blob(archived: count) }
    #expect(throws: ArchiveError.self) { try Numbers(archived: count) }
    #expect(throws: ArchiveError.self) { try Blob(archived: [UInt8](repeating: 0xFF, count: 12)) }
  }
}
