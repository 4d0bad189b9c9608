import Synchronization

/// Hears which parameters a request reads, so that its schema is what its code does.
package final class FieldRecorder: Sendable {
  private struct Field {
    var name: String
    var schema: Schema
    var isRequired: Bool
    /// What is read of the member, where it is an object.
    var inner: FieldRecorder?
  }

  private let fields = Mutex<[Field]>([])

  package init() {}

  /// A parameter was read.
  func record(_ name: String, _ schema: Schema, isRequired: Bool) {
    fields.withLock { fields in
      guard !fields.contains(where: { $0.name == name }) else { return }
      fields.append(Field(name: name, schema: schema, isRequired: isRequired))
    }
  }

  /// An object was read; returns what hears about its members.
  func recordObject(_ name: String, _ meaning: String) -> FieldRecorder {
    fields.withLock { fields in
      if let known = fields.first(where: { $0.name == name })?.inner { return known }
      let inner = FieldRecorder()
      fields.append(Field(name: name, schema: Schema().described(meaning), isRequired: false, inner: inner))
      return inner
    }
  }

  /// The parameters in the order in which they were read.
  package var members: [Schema.Member] {
    fields.withLock { $0 }.map { field in
      var schema = field.schema
      if let inner = field.inner {
        schema = .object(inner.members)
        schema.members["description"] = field.schema.members["description"]
      }
      return Schema.Member(field.name, schema, isOptional: !field.isRequired)
    }
  }
}
