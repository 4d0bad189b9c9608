import JSON

/// A type whose fields are written on the wire: its list of fields is the one description of its shape.
package protocol WrittenRecord: Sendable {
  static var fields: FieldList<Self> { get }
  /// What the published description calls it; nil where it has no name of its own.
  static var partName: String? { get }
}

extension WrittenRecord {
  package static var partName: String? { nil }

  /// The type as that of a field that is only written.
  package static var written: FieldType<Self> { .written(fields, named: partName) }

  /// The record on the wire.
  package var json: JSONValue { Self.fields.json(of: self) }
}

/// A record that is also read: from a bank file, or from an archive, field by field as its list of fields says.
package protocol StoredRecord: WrittenRecord, Archivable {}

extension StoredRecord {
  /// The type as that of a field.
  package static var type: FieldType<Self> {
    .record(fields, blank: blank, named: partName) { try $1.archive(in: &$0) }
  }

  package mutating func archive(in archive: inout Archive) throws { try Self.fields.archive(&self, in: &archive) }
}
