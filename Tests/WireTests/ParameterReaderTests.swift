import Fields
import JSON
import RPC
import Testing

@testable import Wire

/// Reads a request, expecting it to be refused.
private func refusal<Request: WireRequest>(
  of type: Request.Type, _ members: [String: JSONValue], sourceLocation: SourceLocation = #_sourceLocation
) throws -> FieldError {
  try #require(throws: FieldError.self, sourceLocation: sourceLocation) {
    _ = try Request(try FieldReader(.object(members)))
  }
}

@Suite struct FieldReaderTests {
  @Test func aMissingFieldIsNamedWithWhatIsAccepted() throws {
    let error = try refusal(of: LoadModel.self, [:])
    #expect(error.description == "path: given nothing, accepted is a path, absolute or relative to rootPath")
    #expect(error.field == "path")
  }

  @Test func parametersMustBeAnObject() throws {
    let error = try #require(throws: FieldError.self) { _ = try FieldReader(.array([.int(1)])) }
    #expect(error.description == "params: given an array of 1, accepted is an object")
    #expect(try FieldReader(.null).names.isEmpty)
  }

  @Test func nullMeansAbsent() throws {
    let reader = try FieldReader(.object(["model": .null, "class": .null]))
    let request = try ListConcepts(reader)
    #expect(request.model == nil && request.classReference == nil)
    #expect(try refusal(of: GetConcept.self, ["concept": .null]).description.hasPrefix("concept: given null"))
  }

  @Test(arguments: [JSONValue.int(3), .double(3)])
  func wholeNumbersMayHaveAZeroFraction(_ number: JSONValue) throws {
    #expect(try FieldType<Int>.int(in: 1...5).read(number, "n") == 3)
    #expect(try FieldType<UInt64>.seed.read(number, "n") == 3)
  }

  @Test(arguments: [JSONValue.int(0), .int(6), .double(2.5), .double(1e300), .string("3"), .bool(true), .int(.min)])
  func otherNumbersAreRefused(_ number: JSONValue) throws {
    let error = try #require(throws: FieldError.self) { _ = try FieldType<Int>.int(in: 1...5).read(number, "n") }
    #expect(error.description.hasPrefix("n: given "))
    #expect(error.description.hasSuffix("accepted is a whole number from 1 to 5"))
  }

  @Test func anElementIsNamedByItsPlace() throws {
    let members: [String: JSONValue] = ["model": .string("m"), "images": .array([.string("a.png"), .int(4)])]
    #expect(try refusal(of: Classify.self, members).description.hasPrefix("images[1]: given 4, accepted is a path or"))
    let empty: [String: JSONValue] = ["model": .string("m"), "images": .array([])]
    #expect(try refusal(of: Classify.self, empty).description.hasPrefix("images: given an empty array"))
  }

  @Test func aFieldOfAnObjectIsNamedWithItsPath() throws {
    let members: [String: JSONValue] = [
      "path": .string("n.onnx"), "preprocessing": .object(["resize": .string("crop")]),
    ]
    #expect(
      try refusal(of: LoadModel.self, members).description
        == #"preprocessing.resize: given "crop", accepted is one of "stretch", "shortestSide""#)
  }

  @Test func aLongStringIsShortened() throws {
    let error = try refusal(
      of: LoadModel.self, ["path": .string("p"), "precision": .string(String(repeating: "x", count: 9999))])
    #expect(error.description.utf8.count < 300)
  }

  @Test func inlineImagesAreDecodedAndLimited() throws {
    let image = FieldType<WireImage>.image
    #expect(try image.read(.object(["base64": .string("AQID")]), "i") == .bytes([1, 2, 3]))
    for text in ["", "!!!", String(repeating: "A", count: 2 << 20)] {
      #expect(throws: FieldError.self) { _ = try image.read(.object(["base64": .string(text)]), "i") }
    }
    #expect(throws: FieldError.self) { _ = try image.read(.string("a\0b"), "i") }
  }

  @Test func classesAreIndicesOrLabels() throws {
    let type = FieldType<WireClass>.classReference
    #expect(try type.read(.int(3), "c") == .index(3))
    #expect(try type.read(.double(3), "c") == .index(3))
    #expect(try type.read(.string("minivan"), "c") == .label("minivan"))
    for value in [JSONValue.int(-1), .double(0.5), .string(""), .bool(false)] {
      #expect(throws: FieldError.self) { _ = try type.read(value, "c") }
    }
  }
}
