import JSON

extension FieldType {
  /// Lists of `element`, which may not be empty unless `allowsEmpty`.
  package static func list<Element>(of element: FieldType<Element>, allowsEmpty: Bool = false) -> FieldType
  where Value == [Element] {
    let accepted = "an array\(allowsEmpty ? "" : " that is not empty"), each element \(element.accepted)"
    var write: (@Sendable ([Element]) -> JSONValue)?
    if let one = element.write { write = { .array($0.map(one)) } }
    var storage: Storage?
    if let one = element.storage {
      storage = Storage([]) { archive, values in try archive.list(&values, blank: one.blank, one.archive) }
    }
    return FieldType(
      accepted: accepted, schema: .array(of: element.schema, atLeast: allowsEmpty ? 0 : 1),
      example: .array([element.example]), write: write, storage: storage
    ) { value, field in
      guard case .array(let elements) = value, allowsEmpty || !elements.isEmpty else {
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

  /// Options of `fields`, kept by name: an option that comes later takes its default where an earlier version wrote.
  package static func options(_ fields: FieldList<Value>, blank: Value, named name: String) -> FieldType {
    let read: @Sendable (JSONValue, String) throws -> Value = { value, field in
      var options = blank
      try fields.readOptions(try FieldReader(value, path: field), into: &options)
      return options
    }
    return FieldType(
      accepted: "an object of options", schema: .named(name, fields.schema(defaults: blank)), example: .object([:]),
      write: { fields.json(of: $0) },
      storage: .init(blank) { archive, options in
        var bytes = archive.isReading ? [] : fields.json(of: options).serialized()
        try archive.field(&bytes)
        if archive.isReading { options = try read(JSONValue.parse(bytes), "options") }
      }, read: read)
  }
}

extension FieldType where Value == (x: Double, y: Double) {
  /// [x, y] in [0, 1] of the image.
  package static var point: FieldType {
    FieldType(
      "an array of two numbers, x and y in [0, 1] of the image", schema: .point,
      example: .array([.double(0), .double(0)]), write: { .array([.finite($0.x), .finite($0.y)]) }
    ) { value in
      guard case .array(let elements) = value, elements.count == 2, let x = elements[0].number,
        let y = elements[1].number, (0...1).contains(x), (0...1).contains(y)
      else { return nil }
      return (x, y)
    }
  }
}

extension FieldType where Value == ClosedRange<Double> {
  /// [low, high].
  package static var interval: FieldType {
    FieldType(
      "an array of two numbers, low and high", schema: .array(of: .score, length: 2),
      example: .array([.double(0), .double(1)]), write: { .array([.finite($0.lowerBound), .finite($0.upperBound)]) }
    ) { value in
      guard case .array(let elements) = value, elements.count == 2, let low = elements[0].number,
        let high = elements[1].number, low <= high
      else { return nil }
      return low...high
    }
  }
}

extension FieldType where Value == [String: Double] {
  /// Seconds by the name of a stage.
  package static var seconds: FieldType {
    let map = FieldType.map(of: .score, allowsEmpty: true)
    return FieldType(
      accepted: map.accepted, schema: .named("SecondsByStage", map.schema), example: map.example, write: map.write,
      storage: map.storage, read: map.read)
  }
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
