import GRDB

/// The workspace's tables, version by version.
enum WorkspaceTables {
  /// "VRXw" in SQLite's header: whose file it is.
  static let applicationID = 0x5652_5877
  /// The version that this code writes. A file of a higher one is refused.
  static let version = 1

  /// Every step from an empty file to `version`. A step that has been released is never changed.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: models, images, stages, concepts, graphs") { database in
      try database.execute(sql: firstTables)
      try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
    }
    return migrator
  }

  /// `content` is an `Archive`, the last column because it is large. `stage` holds what can be computed again and may
  /// go; all the rest stays.
  private static let firstTables = """
    CREATE TABLE model (
      id TEXT PRIMARY KEY NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, content BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE image (
      hash TEXT PRIMARY KEY NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, path TEXT
    ) WITHOUT ROWID;
    CREATE TABLE stage (
      id INTEGER PRIMARY KEY, recipe BLOB NOT NULL, part INTEGER NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL,
      used INTEGER NOT NULL, content BLOB NOT NULL, UNIQUE (recipe, part)
    );
    CREATE INDEX stage_by_use ON stage (used, size);
    CREATE TABLE class (
      model TEXT NOT NULL, number INTEGER NOT NULL, layer TEXT NOT NULL, recipe TEXT NOT NULL, revision INTEGER NOT NULL,
      content BLOB NOT NULL, PRIMARY KEY (model, number)
    );
    CREATE TABLE concept (
      model TEXT NOT NULL, class INTEGER NOT NULL, rank INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
      size INTEGER NOT NULL, threshold REAL NOT NULL, tcav REAL NOT NULL, accuracy REAL NOT NULL, content BLOB NOT NULL,
      PRIMARY KEY (model, class, rank)
    );
    CREATE TABLE concept_name (
      model TEXT NOT NULL, concept TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (model, concept)
    ) WITHOUT ROWID;
    CREATE TABLE graph (
      id TEXT NOT NULL, model TEXT NOT NULL, revision INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (model, id)
    );
    CREATE TABLE total (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO total VALUES ('stages', 0), ('stageBytes', 0), ('revision', 0);
    """
}
