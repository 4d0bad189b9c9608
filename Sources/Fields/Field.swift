import JSON

/// One field of a record: its name, what it accepts, and where it is kept. Everything that is said of it is said here
/// once: from it come reading, writing, the published schema, the stored form and the part of a recipe.
package struct Field<Record: Sendable>: Sendable {
  package let name: String
  /// Whether it may be missing from what is written.
  let isOptional: Bool
  /// The schema; given the record that holds the defaults, with its default.
  let schema: @Sendable (_ defaults: Record?) -> Schema
  /// The value on the wire; nil where it is left out.
  let write: @Sendable (Record) -> JSONValue?
  /// Takes the value out of what is read; nil for a field that is only written.
  let read: (@Sendable (FieldReader, inout Record) throws -> Void)?
  /// Writes the value to an archive, or reads it; nil for a field that is not stored.
  let archive: (@Sendable (inout Archive, inout Record) throws -> Void)?
  /// Its name in recipes.
  let recipeName: String
  /// Whether it decides anything, as the record's other fields are.
  let isRelevant: @Sendable (Record) -> Bool
}

extension Field {
  private typealias Archiving = @Sendable (inout Archive, inout Record) throws -> Void

  /// How the value at `path` is stored; nil where its type is not.
  private static func archiving<Value>(
    _ type: FieldType<Value>, _ path: WritableKeyPath<Record, Value> & Sendable
  ) -> Archiving? {
    guard let storage = type.storage else { return nil }
    return { archive, record in try storage.archive(&archive, &record[keyPath: path]) }
  }

  private init<Value>(
    _ name: String, _ path: WritableKeyPath<Record, Value> & Sendable, _ type: FieldType<Value>, _ meaning: String,
    isOptional: Bool, recipeName: String? = nil, isRelevant: @escaping @Sendable (Record) -> Bool = { _ in true },
    read: @escaping @Sendable (FieldReader, inout Record) throws -> Void
  ) {
    self.init(
      name: name, isOptional: isOptional,
      schema: { defaults in
        type.schema.described(meaning).withDefault(defaults.flatMap { type.write?($0[keyPath: path]) })
      },
      write: { type.write?($0[keyPath: path]) }, read: read,
      archive: Self.archiving(type, path),
      recipeName: recipeName ?? name, isRelevant: isRelevant)
  }

  /// An option: a field that takes its default where it is not given. The default is the value of a new record.
  ///
  /// - Parameters:
  ///   - recipe: Its name in recipes; its own where nil.
  ///   - isRelevant: Whether it decides anything, as the record's other options are.
  package static func option<Value>(
    _ name: String, _ path: WritableKeyPath<Record, Value> & Sendable, _ type: FieldType<Value>, _ meaning: String,
    recipe: String? = nil, when isRelevant: @escaping @Sendable (Record) -> Bool = { _ in true }
  ) -> Field {
    Field(name, path, type, meaning, isOptional: true, recipeName: recipe, isRelevant: isRelevant) { reader, record in
      if let value = try reader.optional(name, type, meaning) { record[keyPath: path] = value }
    }
  }

  /// A field that is always there.
  package static func field<Value>(
    _ name: String, _ path: WritableKeyPath<Record, Value> & Sendable, _ type: FieldType<Value>, _ meaning: String = ""
  ) -> Field {
    Field(name, path, type, meaning, isOptional: false) { reader, record in
      record[keyPath: path] = try reader.value(name, type)
    }
  }

  /// A field that is left out where it is nil.
  package static func optional<Value>(
    _ name: String, _ path: WritableKeyPath<Record, Value?> & Sendable, _ type: FieldType<Value>, _ meaning: String = ""
  ) -> Field {
    var store: Archiving?
    if let storage = type.storage {
      store = { archive, record in
        try archive.optional(&record[keyPath: path], blank: storage.blank, storage.archive)
      }
    }
    return Field(
      name: name, isOptional: true, schema: { _ in type.schema.described(meaning) },
      write: { record in record[keyPath: path].flatMap { type.write?($0) } },
      read: { reader, record in record[keyPath: path] = try reader.optional(name, type, meaning) },
      archive: store, recipeName: name, isRelevant: { _ in true })
  }

  /// A field that is worked out from others: it is only written.
  package static func derived<Value>(
    _ name: String, _ type: FieldType<Value>, _ meaning: String = "", _ get: @escaping @Sendable (Record) -> Value
  ) -> Field {
    Field(
      name: name, isOptional: false, schema: { _ in type.schema.described(meaning) }, write: { type.write?(get($0)) },
      read: nil, archive: nil, recipeName: name, isRelevant: { _ in true })
  }

  /// The same for one that is left out where it is nil.
  package static func derivedOptional<Value>(
    _ name: String, _ type: FieldType<Value>, _ meaning: String = "", _ get: @escaping @Sendable (Record) -> Value?
  ) -> Field {
    Field(
      name: name, isOptional: true, schema: { _ in type.schema.described(meaning) },
      write: { get($0).flatMap { type.write?($0) } }, read: nil, archive: nil, recipeName: name,
      isRelevant: { _ in true })
  }

  /// A field that is stored and not on the wire.
  package static func stored<Value>(_ path: WritableKeyPath<Record, Value> & Sendable, _ type: FieldType<Value>)
    -> Field
  {
    Field(
      name: "", isOptional: true, schema: { _ in .any }, write: { _ in nil }, read: nil,
      archive: archiving(type, path), recipeName: "", isRelevant: { _ in true })
  }

  /// Fields of the same record that stand in an object of their own; left out where `isThere` says so.
  package static func group(
    _ name: String, _ meaning: String = "", when isThere: (@Sendable (Record) -> Bool)? = nil, _ fields: [Field]
  ) -> Field {
    let list = FieldList(fields)
    var store: Archiving?
    if list.isStored { store = { archive, record in try list.archive(&record, in: &archive) } }
    return Field(
      name: name, isOptional: isThere != nil, schema: { list.schema(defaults: $0).described(meaning) },
      write: { record in isThere?(record) == false ? nil : list.json(of: record) },
      read: { reader, record in try list.read(try reader.object(name), into: &record) },
      archive: store, recipeName: name, isRelevant: { _ in true })
  }

  /// An object of options of their own. `part` is what the published description calls them.
  package static func options<Inner>(
    _ name: String, _ path: WritableKeyPath<Record, Inner> & Sendable, _ list: FieldList<Inner>, part: String,
    _ meaning: String
  ) -> Field {
    Field(
      name: name, isOptional: true,
      schema: { defaults in
        let inner = defaults?[keyPath: path]
        return Schema.named(part, list.schema(defaults: inner)).described(meaning)
          .withDefault(inner.map { list.json(of: $0) })
      },
      write: { list.json(of: $0[keyPath: path]) },
      read: { reader, record in try list.readOptions(try reader.object(name), into: &record[keyPath: path]) },
      archive: nil, recipeName: name, isRelevant: { _ in true })
  }

  /// This field as one of a record that holds its own at `path`.
  func within<Outer>(_ path: WritableKeyPath<Outer, Record> & Sendable) -> Field<Outer> {
    let (schema, write, read, archive, isRelevant) = (schema, write, read, archive, isRelevant)
    var reading: (@Sendable (FieldReader, inout Outer) throws -> Void)?
    if let read { reading = { reader, record in try read(reader, &record[keyPath: path]) } }
    var store: (@Sendable (inout Archive, inout Outer) throws -> Void)?
    if let archive { store = { try archive(&$0, &$1[keyPath: path]) } }
    return Field<Outer>(
      name: name, isOptional: isOptional, schema: { schema($0?[keyPath: path]) }, write: { write($0[keyPath: path]) },
      read: reading, archive: store, recipeName: recipeName, isRelevant: { isRelevant($0[keyPath: path]) })
  }
}
