import RPC

/// The options of a request by name: what each accepts, and where it goes.
package struct OptionTable<Options>: Sendable {
  /// One option.
  package struct Entry: Sendable {
    /// Its name on the wire.
    package let name: String
    let apply: @Sendable (ParameterReader, inout Options) throws -> Void
    /// The schema, given the options that hold the defaults.
    let schema: @Sendable (Options) -> Schema
    /// The value; nil where the options do not hold it.
    let value: @Sendable (Options) -> JSONValue?

    /// The option `name` of a type, kept at `path`. `meaning` says what it does, for the published description.
    package init<Value>(
      _ name: String, _ type: FieldType<Value>, _ path: WritableKeyPath<Options, Value> & Sendable,
      _ meaning: String = ""
    ) {
      self.init(name, type, meaning, get: { $0[keyPath: path] }) { $0[keyPath: path] = $1 }
    }

    /// The option `name` of a type, kept by `set`; `get` gives its default.
    package init<Value>(
      _ name: String, _ type: FieldType<Value>, _ meaning: String = "",
      get: (@Sendable (Options) -> Value)? = nil, set: @escaping @Sendable (inout Options, Value) -> Void
    ) {
      self.name = name
      apply = { reader, options in
        if let value = try reader.optional(name, type) { set(&options, value) }
      }
      let value: @Sendable (Options) -> JSONValue? = { options in get.flatMap { type.write?($0(options)) } }
      self.value = value
      schema = { defaults in type.schema.described(meaning).withDefault(value(defaults)) }
    }

    /// The option `name`, an object of options of their own, kept at `path`. `part` is what the published description calls them.
    package init<Inner>(
      _ name: String, _ table: OptionTable<Inner>, part: String, _ path: WritableKeyPath<Options, Inner> & Sendable,
      _ meaning: String
    ) {
      self.name = name
      apply = { reader, options in try table.read(reader.object(name), into: &options[keyPath: path]) }
      let value: @Sendable (Options) -> JSONValue? = { table.json(of: $0[keyPath: path]) }
      self.value = value
      schema = { defaults in
        Schema.named(part, table.schema(defaults: defaults[keyPath: path])).described(meaning)
          .withDefault(value(defaults))
      }
    }
  }

  /// All options as a schema, with their defaults.
  package func schema(defaults: Options) -> Schema {
    .object(entries.map { Schema.Member($0.name, $0.schema(defaults), isOptional: true) })
  }

  /// The options as `read` takes them.
  package func json(of options: Options) -> JSONValue {
    .object(
      Dictionary(
        entries.compactMap { entry in entry.value(options).map { (entry.name, $0) } }, uniquingKeysWith: { $1 }))
  }

  private let entries: [Entry]

  /// The table of these options.
  package init(_ entries: [Entry]) { self.entries = entries }

  /// Names of all options.
  package var names: [String] { entries.map(\.name) }

  /// Puts what `reader` holds into `options`. Throws `RPCError` −32602 for the first option that is unknown or does not
  /// fit.
  package func read(_ reader: ParameterReader, into options: inout Options) throws {
    if let unknown = reader.names.first(where: { !names.contains($0) }) {
      throw reader.failure(unknown, accepted: "no such option; there are " + names.joined(separator: ", "))
    }
    for entry in entries { try entry.apply(reader, &options) }
  }
}
