import Fields
import JSON
import Testing

@testable import Networks

@Suite struct PreprocessingFieldsTests {
  @Test func whatIsNotGivenTakesTheDefault() throws {
    let defaults = try Preprocessing()
    #expect(try Preprocessing(PreprocessingFields()) == defaults)
    var fields = PreprocessingFields()
    fields.size = [96]
    fields.channelOrder = .bgr
    fields.layout = .nhwc
    let given = try Preprocessing(fields)
    #expect(given.width == 96 && given.height == 96 && given.channelOrder == .bgr && given.layout == .nhwc)
    #expect(given.mean == defaults.mean && given.resize == defaults.resize)
    fields.size = [32, 64]
    #expect(try Preprocessing(fields).width == 32 && Preprocessing(fields).height == 64)
  }

  @Test func whatMakesNoSenseIsNamed() {
    func refused(_ name: String, _ change: (inout PreprocessingFields) -> Void) {
      var fields = PreprocessingFields()
      change(&fields)
      let error = #expect(throws: NetworkError.self) { try Preprocessing(fields) }
      #expect(error?.kind == .preprocessing && error?.message.contains("preprocessing.\(name)") == true)
    }
    refused("size") { $0.size = [1, 2, 3] }
    refused("size") { $0.size = [] }
  }

  @Test func whatIsGivenIsReadInSmallAndCapitalLetters() throws {
    func read(_ members: [String: JSONValue]) throws -> PreprocessingFields {
      try FieldReader(.object(["preprocessing": .object(members)]))
        .record("preprocessing", PreprocessingFields.fields, into: PreprocessingFields())
    }
    let fields = try read([
      "size": .int(64), "channelOrder": .string("BGR"), "layout": .string("nhwc"),
      "mean": .array([.int(1), .int(2), .int(3)]),
    ])
    #expect(fields.size == [64] && fields.channelOrder == .bgr && fields.layout == .nhwc && fields.mean == [1, 2, 3])
    #expect(try read(["size": .array([.int(32), .int(64)])]).size == [32, 64])
    for (name, value) in [
      ("size", .array([.int(1)])), ("size", .int(Int64(Preprocessing.largestSide) + 1)), ("resize", .string("crop")),
      ("channelOrder", .string("grb")), ("layout", .string("chw")), ("mean", .array([.int(1)])),
      ("std", .array([.int(1), .int(1), .int(0)])), ("scale", .string("2")),
    ] as [(String, JSONValue)] {
      let error = #expect(throws: FieldError.self) { try read([name: value]) }
      #expect(error?.field.hasPrefix("preprocessing.\(name)") == true)
    }
  }
}
