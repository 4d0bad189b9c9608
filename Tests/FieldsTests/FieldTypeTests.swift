import JSON
import Testing

@testable import Fields

/// Types read what they write, keep what they store, and refuse the rest by name.
@Suite struct FieldTypeTests {
  private enum Colour: String, CaseIterable, Sendable { case red, green }

  /// Checks that values survive the wire and the archive, and that what does not fit is refused with the type's own
  /// words.
  private func check<Value: Sendable & Equatable>(
    _ type: FieldType<Value>, _ values: [Value], refused: [JSONValue], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let write = try #require(type.write, sourceLocation: sourceLocation)
    for value in values {
      let bytes = write(value).serialized()
      #expect(try type.read(JSONValue.parse(bytes), "x") == value, sourceLocation: sourceLocation)
      if let storage = type.storage {
        var (archive, copy) = (Archive(), value)
        try storage.archive(&archive, &copy)
        var (reading, read) = (Archive(reading: archive.bytes), storage.blank)
        try storage.archive(&reading, &read)
        #expect(read == value && reading.isAtEnd, sourceLocation: sourceLocation)
      }
    }
    for value in refused {
      let error = #expect(throws: FieldError.self, "\(value)", sourceLocation: sourceLocation) {
        try type.read(value, "x")
      }
      #expect(error?.field.hasPrefix("x") == true, sourceLocation: sourceLocation)
    }
    #expect(throws: Never.self, "the example", sourceLocation: sourceLocation) { try type.read(type.example, "x") }
  }

  private static let other: [JSONValue] = [.null, .bool(true), .object([:])]

  @Test func texts() throws {
    try check(.string, ["a", "Größe 🚒"], refused: [.string(""), .int(1)] + Self.other)
    try check(.anyString, ["", "a"], refused: [.int(1)] + Self.other)
    try check(.path, ["a/b c"], refused: [.string(""), .string("a\0b")] + Self.other)
    try check(.oneOf(["a", "b"]), ["a", "b"], refused: [.string("A"), .string("c")] + Self.other)
    try check(.word(Colour.self), [.red, .green], refused: [.string("blue"), .int(0)] + Self.other)
  }

  @Test func numbers() throws {
    try check(.bool, [true, false], refused: [.int(1), .string("true"), .null])
    try check(.int(in: -3...9), [-3, 0, 9], refused: [.int(-4), .int(10), .double(0.5), .double(1e300)] + Self.other)
    try check(.count, [0, .max], refused: [.int(-1)] + Self.other)
    try check(FieldType<UInt8>.grey, [0, 127, 255], refused: [.int(-1), .int(256), .double(0.5)] + Self.other)
    try check(FieldType<UInt64>.seed, [0, UInt64(Int64.max)], refused: [.int(-1), .double(0.5)] + Self.other)
    try check(FieldType<Double>.number(), [0.1, -1e300, 1e-300], refused: [.string("1")] + Self.other)
    try check(FieldType<Float>.number(.share), [0.1, 1 / 3, 1], refused: [.double(1.5)] + Self.other)
    // No more digits than it has.
    #expect(FieldType<Float>.number(.share).json(0.1) == .double(0.1))
  }

  @Test func scoresAreNullWhereTheyAreNoNumbers() throws {
    try check(FieldType<Double?>.score, [nil, 0.5], refused: [.string("x")])
    #expect(FieldType<Double>.score.json(.nan) == .null && FieldType<Float>.score.json(.infinity) == .null)
    #expect(try FieldType<Double>.score.read(.null, "x").isNaN && FieldType<Float>.score.read(.null, "x").isNaN)
    #expect(throws: FieldError.self) { try FieldType<Double>.score.read(.string("1"), "x") }
  }

  @Test func listsWithinLists() throws {
    let type = FieldType<[[Int]]>.list(of: .list(of: .int(in: 1...9), allowsEmpty: true))
    try check(type, [[[1, 2], []], [[9]]], refused: [.array([]), .int(1)] + Self.other)
    let error = #expect(throws: FieldError.self) {
      try type.read(.array([.array([.int(1)]), .array([.int(2), .int(10)])]), "x")
    }
    #expect(error?.description == "x[1][1]: given 10, accepted is a whole number from 1 to 9")
    #expect(type.schema.members["minItems"] == .int(1))
    #expect(type.schema.json["items"]?["items"]?["maximum"] == .int(9))
    try check(FieldType<[Int]>.array(of: .count), [[], [1]], refused: Self.other)
  }

  @Test func maps() throws {
    let type = FieldType<[String: [Int]]>.map(of: .list(of: .count))
    try check(type, [["a": [1], "": [2, 3]]], refused: [.object([:]), .object(["a": .array([])]), .int(1), .null])
    let error = #expect(throws: FieldError.self) { try type.read(.object(["b": .array([.int(-1)])]), "x") }
    #expect(error?.field == "x.b[0]")
    try check(.seconds, [[:], ["reading": 0.5]], refused: [.int(1)])
  }

  @Test func valuesThatMayBeNull() throws {
    try check(FieldType<Int?>.nullable(.count), [nil, 3], refused: [.int(-1), .string("")])
    #expect(FieldType<Int?>.nullable(.count).accepted == "a whole number of 0 or more, or null")
    try check(FieldType<ClosedRange<Double>>.interval, [0...1, -2...(-2)], refused: [.array([.int(2), .int(1)])])
  }

  @Test func pointsLieInTheImage() throws {
    let type = FieldType<(x: Double, y: Double)>.point
    #expect(try type.read(type.json((0.25, 1)), "x") == (0.25, 1))
    for values in [[0.5], [0.5, 1.5], [-0.1, 0], [0, 0, 0]] {
      #expect(throws: FieldError.self) { try type.read(.array(values.map(JSONValue.double)), "x") }
    }
  }

  @Test func vectorsAreOnlyStored() throws {
    let type = FieldType<[Float]>.vector
    #expect(type.write == nil)
    #expect(throws: FieldError.self) { try type.read(.array([.int(1)]), "x") }
    let storage = try #require(type.storage)
    var (archive, values) = (Archive(), [1, -0.0, Float.nan])
    try storage.archive(&archive, &values)
    var (reading, read) = (Archive(reading: archive.bytes), storage.blank)
    try storage.archive(&reading, &read)
    #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
  }
}
