import Foundation
import GRDB

/// A network as the workspace remembers it.
public struct ModelRow: Sendable, Equatable {
  /// Its handle.
  public var id: String
  /// SHA-256 of its file, in hexadecimal.
  public var sha256: String
  /// What it was called last.
  public var name: String
  /// Where it was read last.
  public var path: String
  /// The rest, in an archive.
  public var content: [UInt8]

  /// A row of these values.
  public init(id: String, sha256: String, name: String, path: String, content: [UInt8]) {
    self.id = id
    self.sha256 = sha256
    self.name = name
    self.path = path
    self.content = content
  }
}

/// A class's concepts as the workspace remembers them.
public struct ClassRow: Sendable {
  /// One concept; the columns are there to be read by any tool.
  public struct Concept: Sendable {
    /// Its id.
    public var id: String
    /// The name that was made up for it.
    public var name: String
    /// Patches in its cluster.
    public var size: Int
    /// Match threshold.
    public var threshold: Double
    /// Mean TCAV score.
    public var tcav: Double
    /// Held-out accuracy of its CAVs.
    public var accuracy: Double
    /// All of it, in an archive.
    public var content: [UInt8]

    /// A row of these values.
    public init(
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

  /// Handle of the model.
  public var model: String
  /// Index of the class.
  public var classIndex: Int
  /// The layer of its concepts.
  public var layer: String
  /// What determined them, in hexadecimal.
  public var recipe: String
  /// The rest, in an archive.
  public var content: [UInt8]
  /// By rank.
  public var concepts: [Concept]

  /// A row of these values.
  public init(
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

/// A trained reasoning network as the workspace remembers it.
public struct GraphRow: Sendable {
  /// Its handle.
  public var id: String
  /// Handle of the model.
  public var model: String
  /// All of it, in an archive.
  public var content: [UInt8]

  /// A row of these values.
  public init(id: String, model: String, content: [UInt8]) {
    self.id = id
    self.model = model
    self.content = content
  }
}

/// What changed in a model's part of the bank since a revision.
public struct BankChanges: Sendable {
  /// The revision that they lead to.
  public var revision: Int64
  /// Classes that were found or found again.
  public var classes: [ClassRow]
  /// Graphs that were trained, in order of training.
  public var graphs: [GraphRow]
  /// All names given by people, by concept id.
  public var names: [String: String]
}

/// What people found, trained and named. Every write is on the disk when its method returns.
extension Workspace {
  /// The network with this handle.
  public func model(_ id: String) throws -> ModelRow? {
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

  /// Remembers a network.
  public func save(_ model: ModelRow) throws {
    try durably { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO model (id, sha256, name, path, content) VALUES (?, ?, ?, ?, ?)",
        arguments: [model.id, model.sha256, model.name, model.path, Data(model.content)])
    }
  }

  /// Remembers a class's concepts in place of those it had. Returns the bank's revision after that.
  @discardableResult
  public func save(_ entry: ClassRow) throws -> Int64 {
    try durably { database in
      let revision = try Self.nextRevision(in: database)
      try database.execute(
        sql: "INSERT OR REPLACE INTO class (model, number, layer, recipe, revision, content) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [entry.model, entry.classIndex, entry.layer, entry.recipe, revision, Data(entry.content)])
      try database.execute(
        sql: "DELETE FROM concept WHERE model = ? AND class = ?", arguments: [entry.model, entry.classIndex])
      for (index, concept) in entry.concepts.enumerated() {
        try database.execute(
          sql: """
            INSERT INTO concept (model, class, rank, id, name, size, threshold, tcav, accuracy, content)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            entry.model, entry.classIndex, index + 1, concept.id, concept.name, concept.size, concept.threshold,
            concept.tcav, concept.accuracy, Data(concept.content),
          ])
      }
      return revision
    }
  }

  /// Remembers a trained reasoning network. Returns the bank's revision after that.
  @discardableResult
  public func save(_ graph: GraphRow) throws -> Int64 {
    try durably { database in
      let revision = try Self.nextRevision(in: database)
      try database.execute(
        sql: "INSERT OR REPLACE INTO graph (id, model, revision, content) VALUES (?, ?, ?, ?)",
        arguments: [graph.id, graph.model, revision, Data(graph.content)])
      return revision
    }
  }

  /// Remembers what people call a concept. Returns the bank's revision after that.
  @discardableResult
  public func name(_ concept: String, of model: String, _ name: String) throws -> Int64 {
    try durably { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO concept_name (model, concept, name) VALUES (?, ?, ?)",
        arguments: [model, concept, name])
      return try Self.nextRevision(in: database)
    }
  }

  /// A number that grows whenever any daemon changes the bank.
  public func revision() throws -> Int64 {
    try translating { try pool.read { try Self.revision(in: $0) } }
  }

  /// What changed in a model's part of the bank after `revision`; all of it after 0.
  public func changes(of model: String, after revision: Int64) throws -> BankChanges {
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

  /// What the workspace holds.
  public struct Status: Sendable, Equatable {
    /// Networks ever loaded.
    public var models = 0
    /// Classes with concepts.
    public var classes = 0
    /// Concepts of them.
    public var concepts = 0
    /// Names that people gave.
    public var names = 0
    /// Trained reasoning networks.
    public var graphs = 0
    /// Images ever decoded.
    public var images = 0
    /// Rebuildable rows.
    public var stages = 0
    /// Bytes of these.
    public var stageBytes = 0
    /// Bytes of the file, without its log.
    public var fileBytes = 0
    /// Seconds that a write waited at most for another daemon's.
    public var longestLockWait = 0.0
  }

  /// What the workspace holds now.
  public func status() throws -> Status {
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

  /// One transaction that has reached the disk, with all written before it, when this returns: it survives a loss of power, where
  /// rebuildable rows survive the end of the process only.
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

  /// The bytes of a column.
  fileprivate func bytes(_ column: String) throws -> [UInt8] { [UInt8](try decode(Data.self, forColumn: column)) }
}
