import JSON

extension FieldType {
  /// Lists of `element`, of `length` where it is given; they may not be empty unless `allowsEmpty`.
  package static func list<Element>(
    of element: FieldType<Element>, allowsEmpty: Bool = false, length: Int? = nil
  ) -> FieldType where Value == [Element] {
    let count = length.map { " of \($0)" } ?? (allowsEmpty ? "" : " that is not empty")
    let accepted = "an array\(count), each element \(element.accepted)"
    var write: (@Sendable ([Element]) -> JSONValue)?
    if let one = element.write { write = { .array($0.map(one)) } }
    var storage: Storage?
    if let one = element.storage {
      storage = Storage([]) { archive, values in try archive.list(&values, blank: one.blank, one.archive) }
    }
    return FieldType(
      accepted: accepted, schema: .array(of: element.schema, atLeast: allowsEmpty ? 0 : 1, length: length),
      example: .array([JSONValue](repeating: element.example, count: length ?? 1)), write: write, storage: storage
    ) { value, field in
      guard case .array(let elements) = value,
        length.map({ $0 == elements.count }) ?? (allowsEmpty || !elements.isEmpty)
      else {
        throw FieldError(field, given: value, accepted: accepted)
      }
      return try elements.enumerated().map { try element.read($1, "\(field)[\($0)]") }
    }
  }

  /// Objects whose members, at least one unless `allowsEmpty`, are all `element`.
  package static func map<Element>(of element: FieldType<Element>, allowsEmpty: Bool = false) -> FieldType
  where Value == [String: Element] {
    let accepted = "an object\(allowsEmpty ? "" : " that is not empty"), each member \(element.accepted)"
    var write: (@Sendable ([String: Element]) -> JSONValue)?
    if let one = element.write { write = { .object($0.mapValues(one)) } }
    var storage: Storage?
    if let one = element.storage {
      storage = Storage([:]) { archive, values in
        var pairs: [(key: String, value: Element)] = values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        try archive.list(&pairs, blank: (key: "", value: one.blank)) { archive, pair in
          try archive.field(&pair.key)
          try one.archive(&archive, &pair.value)
        }
        values = Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
      }
    }
    return FieldType(
      accepted: accepted, schema: .map(of: element.schema, atLeast: allowsEmpty ? 0 : 1),
      example: .object(["name": element.example]), write: write, storage: storage
    ) { value, field in
      guard case .object(let members) = value, allowsEmpty || !members.isEmpty else {
        throw FieldError(field, given: value, accepted: accepted)
      }
      var result: [String: Element] = [:]
      for (name, member) in members { result[name] = try element.read(member, "\(field).\(name)") }
      return result
    }
  }

  /// `type` or null, which stands for nil.
  package static func nullable<Wrapped>(_ type: FieldType<Wrapped>) -> FieldType where Value == Wrapped? {
    var write: (@Sendable (Wrapped?) -> JSONValue)?
    if let one = type.write { write = { $0.map(one) ?? .null } }
    var storage: Storage?
    if let one = type.storage {
      storage = Storage(nil) { archive, value in try archive.optional(&value, blank: one.blank, one.archive) }
    }
    return FieldType(
      accepted: type.accepted + ", or null", schema: type.schema.orNull, example: type.example, write: write,
      storage: storage
    ) { value, field in value == .null ? nil : try type.read(value, field) }
  }

  /// Objects of the fields of `fields`.
  ///
  /// - Parameters:
  ///   - blank: What reading starts from.
  ///   - name: What the published description calls them; nil where they have no name of their own.
  ///   - archive: Writes one to an archive, or reads it.
  package static func record(
    _ fields: FieldList<Value>, blank: Value, named name: String?,
    archive: @escaping @Sendable (inout Archive, inout Value) throws -> Void
  ) -> FieldType {
    let schema = fields.schema()
    return FieldType(
      accepted: "an object", schema: name.map { .named($0, schema) } ?? schema, example: .object([:]),
      write: { fields.json(of: $0) }, storage: .init(blank, archive)
    ) { value, field in
      guard case .object = value else { throw FieldError(field, given: value, accepted: "an object") }
      var record = blank
      try fields.read(try FieldReader(value, path: field), into: &record)
      return record
    }
  }

  /// Objects of the fields of `fields`, which are only written.
  package static func written(_ fields: FieldList<Value>, named name: String? = nil) -> FieldType {
    let schema = fields.schema()
    return FieldType(
      accepted: "an object", schema: name.map { .named($0, schema) } ?? schema, write: { fields.json(of: $0) }
    ) { value, field in throw FieldError(field, given: value, accepted: "nothing: it is not read") }
  }
}

extension FieldType where Value == FieldReader {
  /// An object, whose members are read from it.
  package static var record: FieldType {
    FieldType(accepted: "an object", schema: .map(of: .any), example: .object([:])) { value, field in
      guard case .object = value else { throw FieldError(field, given: value, accepted: "an object") }
      return try FieldReader(value, path: field)
    }
  }
}

extension FieldType {
  /// Objects that `make` reads member by member; the schema is made of what it reads.
  package static func members(
    _ accepted: String, example: [String: JSONValue], _ make: @escaping @Sendable (FieldReader) throws -> Value
  ) -> FieldType {
    let recorder = FieldRecorder()
    _ = try? make(FieldReader(recording: recorder))
    return FieldType(accepted: accepted, schema: .object(recorder.members), example: .object(example)) {
      value, field in
      guard case .object = value else { throw FieldError(field, given: value, accepted: accepted) }
      return try make(try FieldReader(value, path: field))
    }
  }
}

extension FieldType {
  /// Lists of `element`, empty ones among them.
  package static func array<Element>(of element: FieldType<Element>) -> FieldType where Value == [Element] {
    .list(of: element, allowsEmpty: true)
  }

  /// Options of `fields`, kept by name.
  ///
  /// - Parameters:
  ///   - blank: holds the defaults.
  ///   - earlier: the values of those that are missing where it was written; the defaults where nil.
  package static func options(
    _ fields: FieldList<Value>, blank: Value, earlier: Value? = nil, named name: String
  ) -> FieldType {
    FieldType(
      accepted: "an object of options", schema: .named(name, fields.schema(defaults: blank)), example: .object([:]),
      write: { fields.json(of: $0) }, storage: Storage(options: fields, blank: earlier ?? blank)
    ) { value, field in
      var options = earlier ?? blank
      try fields.readOptions(try FieldReader(value, path: field), into: &options)
      return options
    }
  }
}

extension FieldType.Storage {
  /// Options by name: one that comes later takes its default where an earlier version wrote.
  package init(options fields: FieldList<Value>, blank: Value) {
    self.init(blank) { archive, options in
      var bytes = archive.isReading ? [] : fields.json(of: options).serialized()
      try archive.field(&bytes)
      guard archive.isReading else { return }
      guard let json = try? JSONValue.parse(bytes) else { throw ArchiveError.damaged }
      options = blank
      try fields.readOptions(try FieldReader(json), into: &options)
    }
  }
}

extension FieldType where Value == (x: Double, y: Double) {
  /// [x, y] in [0, 1] of the image.
  package static var point: FieldType {
    FieldType<[Double]>.list(of: .number(.share), length: 2).mapped(schema: .point) {
      ($0[0], $0[1])
    } from: {
      [$0.x, $0.y]
    }
  }
}

extension FieldType where Value == ClosedRange<Double> {
  /// [low, high].
  package static var interval: FieldType {
    FieldType<[Double]>.list(of: .score, length: 2).mapped {
      $0[0] <= $0[1] ? $0[0]...$0[1] : nil
    } from: {
      [$0.lowerBound, $0.upperBound]
    }
  }
}

extension FieldType where Value == [String: Double] {
  /// Seconds by the name of a stage.
  package static var seconds: FieldType { .map(of: .score, allowsEmpty: true).named("SecondsByStage") }
}

extension FieldType {
  /// This type under a name of its own in the published description.
  package func named(_ name: String) -> FieldType {
    FieldType(
      accepted: accepted, schema: .named(name, schema), example: example, write: write, storage: storage, read: read)
  }
}

extension FieldType {
  /// An object of one member.
  package static func member(_ name: String, _ type: FieldType<Value>, _ meaning: String = "") -> FieldType {
    var write: (@Sendable (Value) -> JSONValue)?
    if let one = type.write { write = { .object([name: one($0)]) } }
    return FieldType(
      accepted: "an object", schema: .object([.init(name, type.schema, meaning)]), write: write
    ) { value, field in try type.read(value[name] ?? .null, "\(field).\(name)") }
  }

  /// The value on the wire.
  package func json(_ value: Value) -> JSONValue { write?(value) ?? .null }
}

extension FieldType where Value == JSONValue {
  /// Any value.
  package static var any: FieldType { FieldType("any value", write: { $0 }) { $0 } }
}

extension FieldType {
  /// A value of the first form, or where it is an array, of the second.
  package static func either(_ one: FieldType, or list: FieldType) -> FieldType {
    let accepted = "\(one.accepted), or \(list.accepted)"
    return FieldType(accepted: accepted, schema: .anyOf([one.schema, list.schema]), example: one.example) {
      if case .array = $0 { try list.read($0, $1) } else { try one.read($0, $1) }
    }
  }
}
