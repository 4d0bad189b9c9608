import JSON
import Testing

@testable import Fields

/// One list of fields reads, writes, describes and stores a record, and makes its part of a recipe.
@Suite struct FieldListTests {
  private struct Inner: Sendable, Equatable {
    var depth = 3
    var ratio = 0.5
    static let fields = FieldList<Inner>([
      .option("depth", \.depth, .int(in: 1...9), "How deep."),
      .option("ratio", \.ratio, .number(.between(0, 1)), "How much.", recipe: "share", when: { $0.depth > 1 }),
    ])
  }

  private struct Outer: Sendable, Equatable {
    var inner = Inner()
    var names = ["a"]
    static let fields = FieldList<Outer>(joining: [
      Inner.fields.within(\Outer.inner),
      FieldList<Outer>([.option("names", \.names, .list(of: .string), "What.")]) { outer in
        if outer.names.count > outer.inner.depth {
          throw FieldError("names", given: nil, accepted: "at most as many as depth says")
        }
      },
    ])
  }

  private func read<Record>(_ list: FieldList<Record>, _ members: [String: JSONValue], _ start: Record) throws -> Record
  {
    var record = start
    try list.readOptions(FieldReader(.object(members), path: "options"), into: &record)
    return record
  }

  @Test func optionsTakeTheirDefaults() throws {
    #expect(try read(Outer.fields, [:], Outer()) == Outer())
    let given = try read(Outer.fields, ["depth": .int(5), "names": .array([.string("b")])], Outer())
    #expect(given == Outer(inner: Inner(depth: 5), names: ["b"]))
    #expect(try read(Outer.fields, ["depth": .null], Outer()) == Outer(), "null stands for nothing")
    guard case .object(let written) = Outer.fields.json(of: given) else {
      Issue.record("options are written as an object")
      return
    }
    #expect(try read(Outer.fields, written, Outer()) == given)
  }

  @Test func anUnknownOptionIsRefused() throws {
    let error = #expect(throws: FieldError.self) { try read(Outer.fields, ["dept": .int(5)], Outer()) }
    #expect(
      error?.description == "options.dept: given 5, accepted is no such option; there are depth, ratio, names")
  }

  @Test func optionsOutOfRangeAreRefused() throws {
    for (name, value) in [("depth", JSONValue.int(0)), ("ratio", .int(0)), ("ratio", .int(1)), ("names", .array([]))] {
      let error = #expect(throws: FieldError.self) { try read(Outer.fields, [name: value], Outer()) }
      #expect(error?.field == "options.\(name)")
    }
    // The same ranges hold for options that no request gave.
    #expect(throws: FieldError.self) { try Outer.fields.validate(Outer(inner: Inner(depth: 10))) }
    #expect(throws: FieldError.self) { try Outer.fields.validate(Outer(inner: Inner(ratio: .nan))) }
    #expect(throws: Never.self) { try Outer.fields.validate(Outer()) }
  }

  @Test func rulesHoldOfSeveralFieldsTogether() throws {
    let names = JSONValue.array([.string("a"), .string("b")])
    #expect(try read(Outer.fields, ["depth": .int(2), "names": names], Outer()).names.count == 2)
    let error = #expect(throws: FieldError.self) {
      try read(Outer.fields, ["depth": .int(1), "names": names], Outer())
    }
    #expect(error?.field == "names")
    #expect(throws: FieldError.self) { try Outer.fields.validate(Outer(inner: Inner(depth: 1), names: ["a", "b"])) }
  }

  @Test func recipesHoldWhatDecides() {
    func parts(_ outer: Outer) -> [String] { Outer.fields.recipeParts(of: outer).map { "\($0.name)=\($0.value)" } }
    #expect(parts(Outer()) == ["depth=3", "share=0.5", "names=a"])
    #expect(parts(Outer(inner: Inner(depth: 1), names: ["a", "b"])) == ["depth=1", "names=a b"])
  }

  @Test func schemasHoldRangesTextsAndDefaults() {
    let schema = Outer.fields.schema(defaults: Outer()).json
    #expect(schema["properties"]?["depth"]?["default"] == .int(3))
    #expect(schema["properties"]?["ratio"]?["exclusiveMinimum"] == .double(0))
    #expect(schema["properties"]?["names"]?["description"] == .string("What."))
    #expect(schema["required"] == nil)
    #expect(Outer.fields.names == ["depth", "ratio", "names"])
  }

  // What is kept.

  private struct Kept: StoredRecord, Equatable {
    var text = ""
    var number: Int?
    var scores: [Double] = []
    var hidden = 0
    /// Came later.
    var note: String?
    var inner = Inner()

    static var blank: Kept { Kept() }
    static let partName: String? = "Kept"
    static let fields = FieldList<Kept>(
      [
        .field("text", \.text, .anyString, "A text."),
        .optional("number", \.number, .count, "A number."),
        .group("measures", "Measured.", when: { !$0.scores.isEmpty }, [.field("scores", \.scores, .array(of: .score))]),
        .stored(\.hidden, .count),
        .derived("length", .count, "Of the text.") { $0.text.count },
        .derivedOptional("half", .count) { $0.number.map { $0 / 2 } },
      ],
      since: [
        .optional("note", \.note, .string),
        .field("inner", \.inner, .options(Inner.fields, blank: Inner(), named: "Inner")),
      ])
  }

  private let full = Kept(
    text: "word", number: 8, scores: [0.5], hidden: 7, note: "later", inner: Inner(depth: 9, ratio: 0.25))

  @Test func fieldsAreWrittenWhereTheyAre() {
    #expect(
      full.json
        == .object([
          "text": .string("word"), "number": .int(8), "measures": .object(["scores": .array([.double(0.5)])]),
          "length": .int(4), "half": .int(4), "note": .string("later"),
          "inner": .object(["depth": .int(9), "ratio": .double(0.25)]),
        ]))
    let bare = Kept.blank.json
    #expect(bare["number"] == nil && bare["measures"] == nil && bare["half"] == nil && bare["length"] == .int(0))
    let schema = Kept.fields.schema().json
    #expect(schema["required"] == .array([.string("text"), .string("length"), .string("inner")]))
    #expect(Kept.type.schema.members["$ref"] == .string("#/components/schemas/Kept"))
    #expect(Set(Kept.type.schema.parts.keys) == ["Kept", "Inner"])
  }

  @Test func whatIsWrittenIsRead() throws {
    var read = try Kept.type.read(full.json, "x")
    #expect(read.hidden == 0, "what is only stored does not travel")
    read.hidden = 7
    #expect(read == full)
    // What came later may be missing; what is derived is not read.
    let earlier = try Kept.type.read(
      .object(["text": .string("a"), "measures": .object(["scores": .array([])]), "length": .int(99)]), "x")
    #expect(earlier == Kept(text: "a"))
    let error = #expect(throws: FieldError.self) { try Kept.type.read(.object(["number": .int(1)]), "x") }
    #expect(error?.field == "x.text")
    #expect(throws: FieldError.self) { try Kept.type.read(.array([]), "x") }
  }

  @Test func archivesComeBack() throws {
    for value in [full, Kept.blank] { #expect(try Kept(archived: value.archived()) == value) }
  }

  /// Archives of the time before a field end before it.
  @Test func archivesOfThePastLackWhatCameLater() throws {
    var archive = Archive()
    var (text, number, scores, hidden) = ("word", 8, [0.5], 7)
    try archive.field(&text)
    try archive.optional(&number.asOptional, blank: 0) { try $0.field(&$1) }
    try archive.list(&scores, blank: 0) { try $0.field(&$1) }
    try archive.field(&hidden)
    let earlier = archive.bytes
    #expect(try Kept(archived: earlier) == Kept(text: "word", number: 8, scores: [0.5], hidden: 7))
    let whole = try full.archived()
    #expect(whole.starts(with: earlier))
    for count in 0..<whole.count where count != earlier.count {
      // One ends between the two that came later.
      guard let read = try? Kept(archived: Array(whole[..<count])) else { continue }
      #expect(count > earlier.count && read.note == "later" && read.inner == Inner(), "\(count) bytes")
    }
    #expect(throws: ArchiveError.self) { try Kept(archived: whole + [0]) }
  }

  @Test func fieldsMayBeKeptInAnOrderOfTheirOwn() throws {
    var (archive, value) = (Archive(), full)
    try Kept.fields.archive(&value, in: &archive, only: ["number", "text"])
    var (reading, read) = (Archive(reading: archive.bytes), Kept.blank)
    try Kept.fields.archive(&read, in: &reading, only: ["number", "text"])
    #expect(read == Kept(text: "word", number: 8) && reading.isAtEnd)
    let inOrder = archive.bytes
    (archive, value) = (Archive(), full)
    try Kept.fields.archive(&value, in: &archive, only: ["text", "number"])
    #expect(archive.bytes != inOrder && archive.bytes.count == inOrder.count)
    var unknown = Archive()
    #expect(throws: ArchiveError.self) { try Kept.fields.archive(&value, in: &unknown, only: ["length"]) }
  }

  /// Options are kept by name, so that one that comes later takes its default.
  @Test func optionsAreKeptByName() throws {
    struct Before: Sendable {
      var depth = 6
      static let fields = FieldList<Before>([.option("depth", \.depth, .count, "How deep.")])
    }
    let (before, now) = (
      FieldType<Before>.options(Before.fields, blank: Before(), named: "Inner"),
      FieldType<Inner>.options(Inner.fields, blank: Inner(), named: "Inner")
    )
    var (archive, options) = (Archive(), Before())
    try #require(before.storage).archive(&archive, &options)
    var (reading, read) = (Archive(reading: archive.bytes), Inner())
    try #require(now.storage).archive(&reading, &read)
    #expect(read == Inner(depth: 6))
    #expect(throws: FieldError.self) { try now.read(.object(["deep": .int(1)]), "x") }
  }
}

extension Int {
  /// The number where one may be missing.
  fileprivate var asOptional: Int? {
    get { self }
    set { self = newValue ?? 0 }
  }
}
