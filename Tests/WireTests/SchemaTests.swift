import Fields
import JSON
import RPC
import Testing

@testable import Wire

@Suite struct SchemaTests {
  private struct Sample: WireRequest {
    static let method = "sample/ask"
    static let ordering = Ordering.read
    static let lane = Lane.short
    static let summary = "A sample."
    typealias Result = Done

    init(_ reader: FieldReader) throws {
      _ = try reader.required("images", .list(of: .image), "The images.")
      _ = try reader.optional("topK", .int(in: 1...9), default: 5, "How many.")
      _ = try reader.object("inner", "More.").optional("flag", .bool, "A flag.")
    }
  }

  @Test func parametersAreWhatTheRequestReads() throws {
    let members = try Sample.parameters()
    #expect(members.map(\.name) == ["images", "topK", "inner"])
    #expect(members.map(\.isRequired) == [true, false, false])
    #expect(members[1].schema.json["default"] == .int(5))
    #expect(members[1].schema.json["maximum"] == .int(9))
    #expect(members[2].schema.json["properties"]?["flag"]?["type"] == .string("boolean"))
    #expect(members[0].schema.parts.keys.contains("Image"))
  }

  @Test func everyRequestCanBeDescribed() throws {
    for request in WireRequests.all { #expect(throws: Never.self, "\(request.method)") { try request.parameters() } }
  }

  @Test func everyReferenceOfTheDocumentLeadsSomewhere() throws {
    let document = try OpenRPCDocument.make(errors: [(code: 1, kind: "one", meaning: "One.")])
    var references: Set<String> = []
    func collect(_ value: JSONValue) {
      switch value {
      case .array(let elements): elements.forEach(collect)
      case .object(let members):
        if case .string(let reference)? = members["$ref"] { references.insert(reference) }
        members.values.forEach(collect)
      default: break
      }
    }
    collect(document)
    #expect(!references.isEmpty)
    for reference in references {
      let target = reference.split(separator: "/").dropFirst().reduce(document as JSONValue?) { $0?[String($1)] }
      #expect(target != nil, "\(reference)")
    }
  }

  @Test func optionsHaveTheirDefaults() {
    let schema = Toy.fields.schema(defaults: Toy()).json["properties"]?["clusters"]
    #expect(schema?["default"] == .int(25) && schema?["description"] == .string("Clusters."))
  }
}
