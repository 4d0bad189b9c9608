import Foundation
import GRDB

/// A network in the workspace.
package struct ModelRow: Sendable, Equatable {
  package var id: String
  /// SHA-256 of its file, in hexadecimal.
  package var sha256: String
  /// Its latest name.
  package var name: String
  /// Where it was read the last time.
  package var path: String
  /// The rest, in an archive.
  package var content: [UInt8]

  package init(id: String, sha256: String, name: String, path: String, content: [UInt8]) {
    self.id = id
    self.sha256 = sha256
    self.name = name
    self.path = path
    self.content = content
  }
}

/// A class's concepts in the workspace.
package struct ClassRow: Sendable {
  /// One concept; any tool can read the columns.
  package struct Concept: Sendable {
    package var id: String
    /// Its generated name.
    package var name: String
    /// Patches in its cluster.
    package var size: Int
    /// Match threshold.
    package var threshold: Double
    /// Mean TCAV score.
    package var tcav: Double
    /// Held-out accuracy of its CAVs.
    package var accuracy: Double
    /// All of it, in an archive.
    package var content: [UInt8]

    package init(
      id: String, name: String, size: Int, threshold: Double, tcav: Double, accuracy: Double, content: [UInt8]
    ) {
      self.id = id
      self.name = name
      self.size = size
      self.threshold = threshold
      self.tcav = tcav
      self.accuracy = accuracy
      self.content = content
    }
  }

  package var model: String
  package var classIndex: Int
  package var layer: String
  /// What determined them, in hexadecimal.
  package var recipe: String
  /// The rest, in an archive.
  package var content: [UInt8]
  /// By rank.
  package var concepts: [Concept]

  package init(
    model: String, classIndex: Int, layer: String, recipe: String, content: [UInt8], concepts: [Concept]
  ) {
    self.model = model
    self.classIndex = classIndex
    self.layer = layer
    self.recipe = recipe
    self.content = content
    self.concepts = concepts
  }
}

/// A trained reasoning network in the workspace.
package struct GraphRow: Sendable {
  package var id: String
  package var model: String
  /// All of it, in an archive.
  package var content: [UInt8]

  package init(id: String, model: String, content: [UInt8]) {
    self.id = id
    self.model = model
    self.content = content
  }
}

/// Rows to write to the bank in one step.
package struct BankWrite: Sendable {
  /// Each replaces the earlier concepts of its class.
  package var classes: [ClassRow]
  /// Each replaces the reasoning network with its handle.
  package var graphs: [GraphRow]
  package var names: [NameRow]

  package init(classes: [ClassRow] = [], graphs: [GraphRow] = [], names: [NameRow] = []) {
    self.classes = classes
    self.graphs = graphs
    self.names = names
  }

  /// Whether there is nothing to write.
  package var isEmpty: Bool { classes.isEmpty && graphs.isEmpty && names.isEmpty }
}

/// A name that people gave to a concept.
package struct NameRow: Sendable {
  /// Handle of the concept's model.
  package var model: String
  package var concept: String
  package var name: String

  package init(model: String, concept: String, name: String) {
    self.model = model
    self.concept = concept
    self.name = name
  }
}

/// What changed in the bank of a model since a revision.
package struct BankChanges: Sendable {
  /// The revision after these changes.
  package var revision: Int64
  /// Classes that were found or found again.
  package var classes: [ClassRow]
  /// Graphs that were trained, in order of training.
  package var graphs: [GraphRow]
  /// All names given by people, by concept id.
  package var names: [String: String]
}

/// What people found, trained and named. Every write is on the disk when its method returns.
extension Workspace {
  /// The network with this handle.
  package func model(_ id: String) throws -> ModelRow? {
    try translating {
      try pool.read { database in
        try Row.fetchOne(database, sql: "SELECT * FROM model WHERE id = ?", arguments: [id]).map {
          ModelRow(
            id: try $0.value("id"), sha256: try $0.value("sha256"), name: try $0.value("name"),
            path: try $0.value("path"), content: try $0.bytes("content"))
        }
      }
    }
  }

  /// Handles of the networks that were read from bytes of this digest.
  package func models(sha256: String) throws -> [String] {
    try translating {
      try pool.read {
        try String.fetchAll($0, sql: "SELECT id FROM model WHERE sha256 = ? ORDER BY id", arguments: [sha256])
      }
    }
  }

  /// Merges networks that turned out to be the same: all rows of `others` now belong to `model`. Where both have a
  /// class or a name, that of `model` stays.
  package func merge(_ others: [String], into model: String) throws {
    guard !others.isEmpty else { return }
    try durably { database in
      let revision = try Self.nextRevision(in: database)
      for other in others {
        for sql in [
          """
          UPDATE concept SET model = :model WHERE model = :other AND class IN
          (SELECT number FROM class WHERE model = :other AND number NOT IN (SELECT number FROM class WHERE model = :model))
          """,
          """
          UPDATE class SET model = :model, revision = :revision WHERE model = :other
          AND number NOT IN (SELECT number FROM class WHERE model = :model)
          """,
          "UPDATE OR IGNORE graph SET model = :model, revision = :revision WHERE model = :other",
          "UPDATE OR IGNORE concept_name SET model = :model WHERE model = :other",
          "DELETE FROM model WHERE id = :other",
        ] {
          let statement = try database.makeStatement(sql: sql)
          let known: [String: (any DatabaseValueConvertible)?] = [
            "model": model, "other": other, "revision": revision,
          ]
          statement.arguments = StatementArguments(known.filter { sql.contains(":" + $0.key) })
          try statement.execute()
        }
      }
    }
  }

  /// Inserts or replaces a network.
  package func save(_ model: ModelRow) throws {
    try durably { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO model (id, sha256, name, path, content) VALUES (?, ?, ?, ?, ?)",
        arguments: [model.id, model.sha256, model.name, model.path, Data(model.content)])
    }
  }

  /// Writes all of `write`, or nothing. Returns the bank's revision after that.
  ///
  /// - Parameter seen: the revision that `write` is based on; nil where it depends on nothing in the bank.
  /// - Throws: `WorkspaceError`, of kind `changed` where the bank is no longer at `seen`.
  @discardableResult
  package func save(_ write: BankWrite, expecting seen: Int64?) throws -> Int64 {
    try durably { database in
      if let seen, try Self.revision(in: database) != seen {
        throw WorkspaceError(
          .changed, path: path, "another daemon changed the bank at the same time; ask again: nothing was written")
      }
      let revision = try Self.nextRevision(in: database)
      for row in write.classes { try Self.insert(row, revision, into: database) }
      for row in write.graphs {
        try database.execute(
          sql: "INSERT OR REPLACE INTO graph (id, model, revision, content) VALUES (?, ?, ?, ?)",
          arguments: [row.id, row.model, revision, Data(row.content)])
      }
      for row in write.names {
        try database.execute(
          sql: "INSERT OR REPLACE INTO concept_name (model, concept, name) VALUES (?, ?, ?)",
          arguments: [row.model, row.concept, row.name])
      }
      return revision
    }
  }

  private static func insert(_ row: ClassRow, _ revision: Int64, into database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO class (model, number, layer, recipe, revision, content) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [row.model, row.classIndex, row.layer, row.recipe, revision, Data(row.content)])
    try database.execute(
      sql: "DELETE FROM concept WHERE model = ? AND class = ?", arguments: [row.model, row.classIndex])
    for (index, concept) in row.concepts.enumerated() {
      try database.execute(
        sql: """
          INSERT INTO concept (model, class, rank, id, name, size, threshold, tcav, accuracy, content)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          row.model, row.classIndex, index + 1, concept.id, concept.name, concept.size, concept.threshold,
          concept.tcav, concept.accuracy, Data(concept.content),
        ])
    }
  }

  /// A number that grows whenever any daemon changes the bank.
  package func revision() throws -> Int64 {
    try translating { try pool.read { try Self.revision(in: $0) } }
  }

  /// What changed in the bank of a model after `revision`; 0 gives everything.
  package func changes(of model: String, after revision: Int64) throws -> BankChanges {
    try translating {
      try pool.read { database in
        let classes = try Row.fetchAll(
          database, sql: "SELECT * FROM class WHERE model = ? AND revision > ? ORDER BY number",
          arguments: [model, revision])
        let graphs = try Row.fetchAll(
          database, sql: "SELECT * FROM graph WHERE model = ? AND revision > ? ORDER BY revision",
          arguments: [model, revision])
        let names = try Row.fetchAll(
          database, sql: "SELECT concept, name FROM concept_name WHERE model = ?", arguments: [model])
        return BankChanges(
          revision: try Self.revision(in: database),
          classes: try classes.map { row in
            let number: Int = try row.value("number")
            return ClassRow(
              model: model, classIndex: number, layer: try row.value("layer"), recipe: try row.value("recipe"),
              content: try row.bytes("content"), concepts: try Self.concepts(of: model, number, in: database))
          },
          graphs: try graphs.map { GraphRow(id: try $0.value("id"), model: model, content: try $0.bytes("content")) },
          names: Dictionary(
            try names.map { (try $0.value("concept"), try $0.value("name")) }, uniquingKeysWith: { $1 }))
      }
    }
  }

  package struct Status: Sendable, Equatable {
    /// Networks ever loaded.
    package var models = 0
    /// Classes with concepts.
    package var classes = 0
    package var concepts = 0
    /// Names that people gave.
    package var names = 0
    /// Trained reasoning networks.
    package var graphs = 0
    /// Images ever decoded.
    package var images = 0
    /// Rebuildable rows.
    package var stages = 0
    /// Bytes of these.
    package var stageBytes = 0
    /// Bytes of the file, without its log.
    package var fileBytes = 0
    /// The longest wait of a write for another daemon, in seconds.
    package var longestLockWait = 0.0
  }

  package func status() throws -> Status {
    try translating {
      try pool.read { database in
        func number(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql) ?? 0 }
        return Status(
          models: try number("SELECT COUNT(*) FROM model"), classes: try number("SELECT COUNT(*) FROM class"),
          concepts: try number("SELECT COUNT(*) FROM concept"), names: try number("SELECT COUNT(*) FROM concept_name"),
          graphs: try number("SELECT COUNT(*) FROM graph"), images: try number("SELECT COUNT(*) FROM image"),
          stages: try number("SELECT value FROM total WHERE name = 'stages'"),
          stageBytes: try number("SELECT value FROM total WHERE name = 'stageBytes'"),
          fileBytes: try number("PRAGMA page_count") * number("PRAGMA page_size"),
          longestLockWait: lockWaits.longest)
      }
    }
  }

  private static func concepts(of model: String, _ classIndex: Int, in database: Database) throws -> [ClassRow.Concept]
  {
    try Row.fetchAll(
      database, sql: "SELECT * FROM concept WHERE model = ? AND class = ? ORDER BY rank",
      arguments: [model, classIndex]
    ).map {
      ClassRow.Concept(
        id: try $0.value("id"), name: try $0.value("name"), size: try $0.value("size"),
        threshold: try $0.value("threshold"), tcav: try $0.value("tcav"), accuracy: try $0.value("accuracy"),
        content: try $0.bytes("content"))
    }
  }

  private static func revision(in database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "SELECT value FROM total WHERE name = 'revision'") ?? 0
  }

  private static func nextRevision(in database: Database) throws -> Int64 {
    try database.execute(sql: "UPDATE total SET value = value + 1 WHERE name = 'revision'")
    return try revision(in: database)
  }

  /// One transaction that is on the disk, with everything written before it, when this returns: it survives a loss of
  /// power. Rebuildable rows survive only the end of the process.
  private func durably<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try translating {
      writer.retry()
      try writer.flush()
      return try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        defer { try? database.execute(sql: "PRAGMA synchronous = NORMAL") }
        let result = try lockWaits.transaction(database) { try body(database) }
        syncFolder()
        return result
      }
    }
  }

  private func translating<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw WorkspaceError(error, path: path) }
  }
}

extension Row {
  /// The value of a column. Throws where it is of another type: the file may have been tampered with.
  fileprivate func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
    try decode(forColumn: column)
  }

  fileprivate func bytes(_ column: String) throws -> [UInt8] { [UInt8](try decode(Data.self, forColumn: column)) }
}
