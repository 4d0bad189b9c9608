import Fields
@testable import Store

/// Bytes as the result of a stage.
struct Blob: StageValue, Equatable {
  static let kind = "blob"
  static var blank: Blob { Blob(bytes: []) }
  var bytes: [UInt8]
  var memoryBytes: Int { bytes.count }
  mutating func archive(in archive: inout Archive) throws { try archive.field(&bytes) }
}

/// Numbers of which each request adds some.
struct Numbers: StageValue, Equatable {
  static let kind = "numbers"
  static let isCumulative = true
  static var blank: Numbers { Numbers(values: []) }
  var values: [Int]
  var memoryBytes: Int { values.count * 8 }
  mutating func merge(_ other: Numbers) { values = Set(values + other.values).sorted() }
  mutating func archive(in archive: inout Archive) throws {
    try archive.list(&values, blank: 0) { try $0.small(&$1) }
  }
}

func recipe(_ name: String) -> Recipe { Recipe(stage: "test", version: 1, parts: [("name", name)]) }
