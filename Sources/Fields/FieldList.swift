import JSON

/// The fields of a record, in order: the one description of its shape.
package struct FieldList<Record: Sendable>: Sendable {
  private let fields: [Field<Record>]
  /// How many fields every archive holds; those behind came later and are missing from older ones.
  private let firstCount: Int
  /// What several fields together must fulfil.
  private let rules: [@Sendable (Record) throws -> Void]

  /// - Parameters:
  ///   - since: Fields that came later: archives written before end without them.
  ///   - rule: Throws `FieldError` where fields that fit by themselves do not fit each other.
  package init(
    _ fields: [Field<Record>], since later: [Field<Record>] = [],
    rule: (@Sendable (Record) throws -> Void)? = nil
  ) {
    self.init(fields: fields + later, firstCount: fields.count, rules: rule.map { [$0] } ?? [])
  }

  private init(fields: [Field<Record>], firstCount: Int, rules: [@Sendable (Record) throws -> Void]) {
    self.fields = fields
    self.firstCount = firstCount
    self.rules = rules
  }

  /// This list as part of that of a record that holds its own at `path`.
  package func within<Outer>(_ path: WritableKeyPath<Outer, Record> & Sendable) -> FieldList<Outer> {
    FieldList<Outer>(
      fields: fields.map { $0.within(path) }, firstCount: firstCount,
      rules: rules.map { rule in { try rule($0[keyPath: path]) } })
  }

  /// The fields of all these lists, in order.
  package init(joining lists: [FieldList]) {
    self.init(
      fields: lists.flatMap(\.fields),
      firstCount: lists.dropLast().reduce(lists.last?.firstCount ?? 0) { $0 + $1.fields.count },
      rules: lists.flatMap(\.rules))
  }

  /// Names of all fields on the wire.
  package var names: [String] { fields.map(\.name).filter { !$0.isEmpty } }

  var isStored: Bool { fields.contains { $0.archive != nil } }

  /// All fields as a schema; with their defaults where a record holds these.
  package func schema(defaults: Record? = nil) -> Schema {
    .object(
      fields.filter { !$0.name.isEmpty }.map {
        Schema.Member($0.name, $0.schema(defaults), isOptional: $0.isOptional)
      })
  }

  /// The record on the wire.
  package func json(of record: Record) -> JSONValue {
    .object(
      Dictionary(
        fields.compactMap { field in field.write(record).map { (field.name, $0) } }, uniquingKeysWith: { $1 }))
  }

  /// Puts what `reader` holds into `record`. Throws `FieldError` for the first field that is missing or does not fit;
  /// fields that came later may be missing.
  package func read(_ reader: FieldReader, into record: inout Record) throws {
    for (position, field) in fields.enumerated() where position < firstCount || reader.has(field.name) {
      try field.read?(reader, &record)
    }
    for rule in rules { try rule(record) }
  }

  /// The same for options: an unknown name is refused.
  package func readOptions(_ reader: FieldReader, into record: inout Record) throws {
    if let unknown = reader.names.first(where: { !names.contains($0) }) {
      throw reader.failure(unknown, accepted: "no such option; there are " + names.joined(separator: ", "))
    }
    try read(reader, into: &record)
  }

  /// Throws `FieldError` for the first field whose value is out of its range.
  package func validate(_ record: Record) throws {
    var copy = record
    try read(try FieldReader(json(of: record)), into: &copy)
  }

  /// Writes the stored fields in order, or reads them.
  package func archive(_ record: inout Record, in archive: inout Archive) throws {
    for (position, field) in fields.enumerated() {
      guard let store = field.archive else { continue }
      guard position < firstCount || archive.hasMore else { return }
      try store(&archive, &record)
    }
  }

  /// The same for the fields of these names alone, in the order of the names: the form of an earlier version.
  package func archive(_ record: inout Record, in archive: inout Archive, only names: [String]) throws {
    for name in names {
      guard let store = fields.first(where: { $0.name == name })?.archive else { throw ArchiveError.damaged }
      try store(&archive, &record)
    }
  }

  /// What decides a result that is made by this record: name and value of every field that is relevant.
  package func recipeParts(of record: Record) -> [(name: String, value: String)] {
    fields.filter { $0.isRelevant(record) }.compactMap { field in
      field.write(record).map { (field.recipeName, $0.recipeText) }
    }
  }
}

extension FieldList {
  /// Name and value of every field that is not as in `other`.
  package func differences(of record: Record, from other: Record) -> [(name: String, value: String)] {
    fields.compactMap { field in
      let value = field.write(record)
      return value == field.write(other) ? nil : (field.name, (value ?? .null).recipeText)
    }
  }

  /// The record as Swift prints a value of type `type` with members of these names, words as cases of `wordTypes`: what
  /// version 1 put into identities. Options that came later stand behind, unless they are as they are by default:
  /// nothing that version 1 made was made with them.
  package func swiftText(
    of record: Record, defaults: Record, type: String, names: [String], wordTypes: [String: String]
  ) -> String {
    let values = json(of: record)
    let later = differences(of: record, from: defaults).map(\.name).filter { !names.contains($0) }
    let members = (names + later).map { "\($0): \((values[$0] ?? .null).swiftText(wordType: wordTypes[$0] ?? ""))" }
    return "\(type)(\(members.joined(separator: ", ")))"
  }
}

extension JSONValue {
  /// The value as a part of a recipe.
  fileprivate var recipeText: String {
    switch self {
    case .null: ""
    case .bool(let flag): String(flag)
    case .int(let number): String(number)
    case .double(let number): String(number)
    case .string(let text): text
    case .array(let elements): elements.map(\.recipeText).joined(separator: " ")
    case .object: String(decoding: serialized(), as: UTF8.self)
    }
  }

  fileprivate func swiftText(wordType: String) -> String {
    switch self {
    case .string(let word): "\(wordType).\(word)"
    case .array(let elements):
      "[" + elements.map { $0.swiftText(wordType: wordType) }.joined(separator: ", ") + "]"
    default: recipeText
    }
  }
}
