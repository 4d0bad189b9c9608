import Foundation
import GRDB

/// Writes rebuildable rows in batches on a thread of its own, so that computing does not wait for the disk or another
/// daemon.
final class StageWriter: @unchecked Sendable {
  struct Row {
    var recipe: Recipe
    /// Distinguishes rows of one recipe.
    var part: Int64
    var kind: String
    var content: [UInt8]
  }

  struct Image {
    var hash: String
    var width: Int
    var height: Int
    var path: String?
  }

  private struct Batch {
    var rows: [Row] = []
    var images: [Image] = []
    var touched: Set<Recipe> = []
    var bytes: Int { rows.reduce(0) { $0 + $1.content.count } }
    var isEmpty: Bool { rows.isEmpty && images.isEmpty && touched.isEmpty }
  }

  private let pool: DatabasePool
  private let path: String
  private let byteLimit: Int
  private let lockWaits: LockWaits

  // Everything below is touched only with `condition` held.
  private let condition = NSCondition()
  private var waiting = Batch()
  private var writing = Batch()
  private var waitingBytes = 0
  private var isUrgent = false
  private var isStopped = false
  private var failure: WorkspaceError?

  /// Seconds that rows wait to be written with others.
  private static let patience: TimeInterval = 0.1
  /// Bytes that are written without waiting for more; a transaction takes no more, except by its last row.
  private static let batchBytes = 4 << 20
  /// Bytes that may wait; above it, `add` blocks.
  private static let mostWaiting = 32 << 20
  /// The share of the limit that an eviction frees below it, so that evictions are rare.
  private static let headroom = 0.1
  /// Rows that one transaction evicts.
  private static let evictedAtOnce = 200
  /// Pages that one transaction gives back to the file system.
  private static let pagesReturned = 2000

  init(pool: DatabasePool, path: String, byteLimit: Int, lockWaits: LockWaits) {
    self.pool = pool
    self.path = path
    self.byteLimit = byteLimit
    self.lockWaits = lockWaits
    let thread = Thread { [weak self] in
      while let writer = self, writer.writeNext() {}
    }
    thread.name = "workspace"
    thread.start()
  }

  /// The failure that prevents writing, until `retry()`.
  var currentFailure: WorkspaceError? { withLock { failure } }

  /// Takes a row; blocks while too many bytes wait. After a failure, rows that do not fit are dropped: they can be
  /// computed again.
  func add(_ row: Row) {
    withLock {
      while waitingBytes > Self.mostWaiting, failure == nil, !isStopped { condition.wait() }
      guard waitingBytes <= Self.mostWaiting else { return }
      waiting.rows.append(row)
      waitingBytes += row.content.count
      condition.broadcast()
    }
  }

  func add(_ image: Image) {
    withLock {
      waiting.images.append(image)
      condition.broadcast()
    }
  }

  /// Notes that a row was used.
  func touch(_ recipe: Recipe) { withLock { _ = waiting.touched.insert(recipe) } }

  /// The rows of a recipe that are not written yet.
  func pending(_ recipe: Recipe) -> [Row] {
    withLock { (writing.rows + waiting.rows).filter { $0.recipe == recipe } }
  }

  /// Waits until everything taken so far is written. Throws the failure that prevents it.
  func flush() throws {
    try withLock {
      isUrgent = true
      condition.broadcast()
      while failure == nil, !isStopped, !(waiting.isEmpty && writing.isEmpty) { condition.wait() }
      if let failure { throw failure }
    }
  }

  /// Tries to write the unwritten rows again.
  func retry() {
    withLock {
      failure = nil
      condition.broadcast()
    }
  }

  /// Notes a failure of reading, which has the same consequences.
  func fail(_ error: any Error) {
    withLock {
      failure = WorkspaceError(error, path: path)
      condition.broadcast()
    }
  }

  /// Writes the waiting rows, if that takes less than `seconds`, and ends the thread.
  func stop(within seconds: TimeInterval) {
    withLock {
      let deadline = Date(timeIntervalSinceNow: seconds)
      isUrgent = true
      condition.broadcast()
      while failure == nil, !(waiting.isEmpty && writing.isEmpty), condition.wait(until: deadline) {}
      isStopped = true
      condition.broadcast()
    }
  }

  private func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    condition.lock()
    defer { condition.unlock() }
    return try body()
  }

  /// Waits for rows and writes a batch of them. False once stopped. Returns from time to time without rows, so that an
  /// abandoned writer ends.
  private func writeNext() -> Bool {
    let isReady = withLock { () -> Bool in
      if waiting.isEmpty || failure != nil { _ = condition.wait(until: Date(timeIntervalSinceNow: 1)) }
      guard !waiting.isEmpty, failure == nil, !isStopped else { return false }
      let deadline = Date(timeIntervalSinceNow: Self.patience)
      while !isUrgent, !isStopped, waitingBytes < Self.batchBytes, condition.wait(until: deadline) {}
      writing = takeBatch()
      return true
    }
    guard isReady else { return withLock { !isStopped } }
    let result = Result { try write(writing) }
    withLock {
      if case .failure(let error) = result {
        failure = WorkspaceError(error, path: path)
        waiting.rows = writing.rows + waiting.rows
        waiting.images = writing.images + waiting.images
        waitingBytes += writing.bytes
      }
      writing = Batch()
      if waiting.isEmpty { isUrgent = false }
      condition.broadcast()
    }
    return true
  }

  private func takeBatch() -> Batch {
    var (count, bytes) = (0, 0)
    while count < waiting.rows.count, bytes < Self.batchBytes {
      bytes += waiting.rows[count].content.count
      count += 1
    }
    let batch = Batch(rows: Array(waiting.rows.prefix(count)), images: waiting.images, touched: waiting.touched)
    waiting.rows.removeFirst(count)
    waiting.images = []
    waiting.touched = []
    waitingBytes -= bytes
    return batch
  }

  /// One short transaction, and more while the rows exceed the limit.
  private func write(_ batch: Batch) throws {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var total = try pool.writeWithoutTransaction { database in
      try lockWaits.transaction(database) { try Self.insert(batch, at: now, into: database) }
    }
    guard total > byteLimit else { return }
    let target = Int(Double(byteLimit) * (1 - Self.headroom))
    while total > target {
      let before = total
      total = try pool.writeWithoutTransaction { database in
        let total = try lockWaits.transaction(database) { try Self.evict(downTo: target, from: database) }
        try database.execute(sql: "PRAGMA incremental_vacuum(\(Self.pagesReturned))")
        return total
      }
      guard total < before else { break }
    }
  }

  /// Inserts rows and returns the bytes of all rows. An existing row is equal, and stays.
  private static func insert(_ batch: Batch, at now: Int64, into database: Database) throws -> Int {
    var (count, bytes) = (0, 0)
    let insertion = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO stage (recipe, part, kind, size, used, content) VALUES (?, ?, ?, ?, ?, ?)")
    for row in batch.rows {
      try insertion.execute(
        arguments: [row.recipe.bytes, row.part, row.kind, row.content.count, now, Data(row.content)])
      guard database.changesCount > 0 else { continue }
      count += 1
      bytes += row.content.count
    }
    let image = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO image (hash, width, height, path) VALUES (?, ?, ?, ?)")
    for entry in batch.images { try image.execute(arguments: [entry.hash, entry.width, entry.height, entry.path]) }
    let use = try database.cachedStatement(sql: "UPDATE stage SET used = ? WHERE recipe = ?")
    for recipe in batch.touched { try use.execute(arguments: [now, recipe.bytes]) }
    return try add(rows: count, bytes: bytes, in: database)
  }

  /// Deletes the least recently used rows, and returns the bytes of the others.
  private static func evict(downTo target: Int, from database: Database) throws -> Int {
    var total = try add(rows: 0, bytes: 0, in: database)
    let oldest = try GRDB.Row.fetchAll(
      database, sql: "SELECT id, size FROM stage ORDER BY used, id LIMIT ?", arguments: [evictedAtOnce])
    let deletion = try database.cachedStatement(sql: "DELETE FROM stage WHERE id = ?")
    var (count, bytes) = (0, 0)
    for row in oldest where total - bytes > target {
      try deletion.execute(arguments: [row.decode(Int64.self, forColumn: "id")])
      count += 1
      bytes += try row.decode(Int.self, forColumn: "size")
    }
    total = try add(rows: -count, bytes: -bytes, in: database)
    return total
  }

  /// Changes the totals and returns the bytes.
  private static func add(rows: Int, bytes: Int, in database: Database) throws -> Int {
    try database.execute(sql: "UPDATE total SET value = value + ? WHERE name = 'stages'", arguments: [rows])
    try database.execute(sql: "UPDATE total SET value = value + ? WHERE name = 'stageBytes'", arguments: [bytes])
    return try Int.fetchOne(database, sql: "SELECT value FROM total WHERE name = 'stageBytes'") ?? 0
  }
}
