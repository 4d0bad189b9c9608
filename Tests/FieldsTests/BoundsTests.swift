import JSON
import Testing

@testable import Fields

@Suite struct BoundsTests {
  private struct Case: Sendable {
    var bounds: Bounds
    var inside: [Double]
    var outside: [Double]
    var words: String
    var schema: [String: JSONValue]
  }

  private static let cases = [
    Case(
      bounds: .share, inside: [0, 0.5, 1], outside: [-0.001, 1.001], words: " from 0.0 to 1.0",
      schema: ["minimum": .double(0), "maximum": .double(1)]),
    Case(
      bounds: .from(2), inside: [2, 1e300], outside: [1.999], words: " of 2.0 or more", schema: ["minimum": .double(2)]),
    Case(
      bounds: .from(0, below: 1), inside: [0, 0.999], outside: [-0.1, 1], words: " from 0.0 to below 1.0",
      schema: ["minimum": .double(0), "exclusiveMaximum": .double(1)]),
    Case(
      bounds: .above(0), inside: [1e-300, 1e300], outside: [0, -1], words: " above 0.0",
      schema: ["exclusiveMinimum": .double(0)]),
    Case(
      bounds: .above(0, to: 0.25), inside: [0.25], outside: [0, 0.26], words: " above 0.0 and up to 0.25",
      schema: ["exclusiveMinimum": .double(0), "maximum": .double(0.25)]),
    Case(
      bounds: .between(-1, 1), inside: [0, -0.999], outside: [-1, 1], words: " between -1.0 and 1.0, neither included",
      schema: ["exclusiveMinimum": .double(-1), "exclusiveMaximum": .double(1)]),
    Case(
      bounds: .from(-.greatestFiniteMagnitude, to: 3), inside: [-1e300, 3], outside: [3.1], words: " of 3.0 or less",
      schema: ["maximum": .double(3)]),
    Case(
      bounds: .from(-.greatestFiniteMagnitude, below: 3), inside: [2.9], outside: [3], words: " below 3.0",
      schema: ["exclusiveMaximum": .double(3)]),
    Case(bounds: .finite, inside: [-1e308, 0, 1e308], outside: [], words: "", schema: [:]),
  ]

  @Test(arguments: cases.indices) func anIntervalIsWhatItSays(number: Int) throws {
    let (tested, type) = (Self.cases[number], FieldType<Double>.number(Self.cases[number].bounds))
    for value in tested.inside {
      #expect(tested.bounds.contains(value), "\(value)")
      #expect(try type.read(.double(value), "x") == value)
    }
    for value in tested.outside + [.nan, .infinity, -.infinity] {
      #expect(!tested.bounds.contains(value), "\(value)")
      let error = #expect(throws: FieldError.self) { try type.read(.double(value), "x") }
      #expect(error?.accepted == "a number" + tested.words && error?.field == "x")
    }
    #expect(type.schema.members == tested.schema.merging(["type": .string("number")]) { $1 })
  }

  /// What is published as an example is taken, by the bounds and by the type.
  @Test(arguments: cases.indices) func examplesAreAccepted(number: Int) throws {
    let bounds = Self.cases[number].bounds
    #expect(bounds.contains(bounds.example))
    let type = FieldType<Double>.number(bounds)
    #expect(try type.read(type.example, "x") == bounds.example)
  }
}
