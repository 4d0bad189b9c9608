import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct WorkspaceTests {
  /// Runs `body` with a path for a workspace in a folder of its own.
  private func withPath(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("bank.sqlite").path)
  }

  private func refusal(_ path: String) -> WorkspaceError? {
    do {
      _ = try Workspace(path: path)
      return nil
    } catch { return error as? WorkspaceError }
  }

  /// A store in front of the workspace at `path`.
  private func store(_ path: String, byteLimit: Int = .max) throws -> (StageStore, Workspace) {
    let store = StageStore(byteLimit: 0)
    let workspace = try Workspace(path: path, byteLimit: byteLimit)
    store.attach(workspace, byteLimit: 0)
    return (store, workspace)
  }

  @Test func whatOneDaemonKeepsAnotherFinds() throws {
    try withPath { path in
      let (first, workspace) = try store(path)
      let (second, _) = try store(path)
      first.keep(Blob(bytes: [1, 2, 3]), for: recipe("a"))
      #expect(first.stage(recipe("a"), as: Blob.self)?.bytes == [1, 2, 3], "before it is written")
      try workspace.flush()
      #expect(second.stage(recipe("a"), as: Blob.self)?.bytes == [1, 2, 3])
      #expect(second.stage(recipe("b"), as: Blob.self) == nil)
      #expect(second.statistics.hits == 1 && second.statistics.misses == 1)
      first.keepImage("hash", width: 30, height: 20, path: "x.png")
      try workspace.flush()
      #expect(second.imageExtents("hash")?.width == 30 && second.imageExtents("other") == nil)
    }
  }

  @Test func theLongestWaitForALockIsTold() throws {
    try withPath { path in
      let workspace = try Workspace(path: path)
      try workspace.save(ModelRow(id: "m", sha256: "", name: "", path: "", content: []))
      #expect(try workspace.status().longestLockWait < 0.2)
      let other = try DatabaseQueue(path: path)
      let (taken, held) = (DispatchSemaphore(value: 0), 0.4)
      Thread {
        try? other.writeWithoutTransaction { database in
          try database.inTransaction(.immediate) {
            taken.signal()
            Thread.sleep(forTimeInterval: held)
            return .commit
          }
        }
      }.start()
      taken.wait()
      try workspace.save(ModelRow(id: "n", sha256: "", name: "", path: "", content: []))
      let wait = try workspace.status().longestLockWait
      #expect(wait > held / 2 && wait < 5)
      #expect(try workspace.model("n") != nil)
    }
  }

  @Test func anotherThatOpensItStartsNoNewLog() throws {
    try withPath { path in
      let first = try Workspace(path: path)
      try first.save(ModelRow(id: "m", sha256: "", name: "", path: "", content: []))
      let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
      let second = try Workspace(path: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path + "-wal")).prefix(log.count) == log)
      #expect(try second.model("m") != nil)
      // Neither is left as it was while the log began: NORMAL, which commits that must last raise.
      for workspace in [first, second] {
        #expect(try workspace.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 1)
      }
    }
  }

  @Test func cumulativeResultsAddUpAcrossDaemons() throws {
    try withPath { path in
      let (first, one) = try store(path)
      let (second, two) = try store(path)
      first.keep(Numbers(values: [1, 2]), for: recipe("a"))
      second.keep(Numbers(values: [3]), for: recipe("a"))
      second.keep(Numbers(values: [3]), for: recipe("a"))
      try one.flush()
      try two.flush()
      #expect(first.stage(recipe("a"), as: Numbers.self)?.values == [1, 2, 3])
      #expect(try one.status().stages == 2, "equal parts are one row")
    }
  }

  @Test func theLeastRecentlyUsedGoFirstAndNamesStay() throws {
    try withPath { path in
      let (store, workspace) = try store(path, byteLimit: 1_000_000)
      try workspace.name("concept", of: "model", "wheel")
      for index in 0..<9 {
        store.keep(Blob(bytes: [UInt8](repeating: UInt8(index), count: 100_000)), for: recipe("\(index)"))
        try workspace.flush()
        usleep(3000)
      }
      #expect(store.stage(recipe("0"), as: Blob.self) != nil)
      try workspace.flush()
      usleep(3000)
      for index in 9..<12 {
        store.keep(Blob(bytes: [UInt8](repeating: UInt8(index), count: 100_000)), for: recipe("\(index)"))
        try workspace.flush()
      }
      let left = (0..<12).filter { store.stage(recipe("\($0)"), as: Blob.self) != nil }
      #expect(left.contains(0) && !left.contains(1) && left.contains(11), "\(left)")
      let status = try workspace.status()
      #expect(status.stageBytes <= 1_000_000 && status.stages == left.count && status.names == 1)
      #expect(status.fileBytes < 1_500_000, "pages of what went are given back")
    }
  }

  @Test func aLowerLimitEmptiesAndShrinksTheFile() throws {
    try withPath { path in
      do {
        let (store, workspace) = try store(path)
        for index in 0..<40 {
          store.keep(Blob(bytes: [UInt8](repeating: UInt8(index), count: 100_000)), for: recipe("\(index)"))
        }
        try workspace.flush()
        #expect(try workspace.status().fileBytes > 4_000_000)
      }
      let (store, workspace) = try store(path, byteLimit: 500_000)
      store.keep(Blob(bytes: [1]), for: recipe("new"))
      try workspace.flush()
      let status = try workspace.status()
      #expect(status.stageBytes <= 500_000 && status.fileBytes < 1_000_000, "\(status)")
      #expect(store.stage(recipe("new"), as: Blob.self) != nil)
    }
  }

  @Test func theBankSurvivesAndTellsWhatChanged() throws {
    try withPath { path in
      let concept = ClassRow.Concept(
        id: "c", name: "car 1", size: 9, threshold: 2, tcav: 0.5, accuracy: 0.9, content: [1])
      let entry = ClassRow(
        model: "m", classIndex: 3, layer: "l", recipe: "r", content: [2], concepts: [concept, concept])
      do {
        let workspace = try Workspace(path: path)
        try workspace.save(ModelRow(id: "m", sha256: "s", name: "net", path: "/net.onnx", content: [3]))
        #expect(try workspace.save(entry) == 1)
        #expect(try workspace.name("c", of: "m", "wheel") == 2)
        #expect(try workspace.save(GraphRow(id: "g", model: "m", content: [4])) == 3)
      }
      let workspace = try Workspace(path: path)
      #expect(try workspace.model("m")?.content == [3] && workspace.model("n") == nil)
      let all = try workspace.changes(of: "m", after: 0)
      #expect(all.revision == 3 && all.classes.map(\.classIndex) == [3] && all.graphs.map(\.id) == ["g"])
      #expect(all.classes[0].concepts.map(\.id) == ["c", "c"] && all.classes[0].concepts[0].content == [1])
      #expect(all.names == ["c": "wheel"])
      let later = try workspace.changes(of: "m", after: 1)
      #expect(later.classes.isEmpty && later.graphs.count == 1)
      #expect(try workspace.changes(of: "other", after: 0).classes.isEmpty)
      let status = try workspace.status()
      #expect(status.models == 1 && status.classes == 1 && status.concepts == 2 && status.graphs == 1)
    }
  }

  @Test func aNewerSchemaIsRefusedAndNotTouched() throws {
    try withPath { path in
      try make(path) { try $0.execute(sql: "PRAGMA user_version = 2") }
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      let error = refusal(path)
      #expect(error?.kind == .newerSchema && error?.message.contains("later version") == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent).count == 1)
    }
  }

  /// A workspace that `change` was applied to, closed and with nothing left in its log.
  private func make(_ path: String, _ change: @escaping (Database) throws -> Void) throws {
    try Workspace(path: path).close(within: 5)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { database in
      try change(database)
      try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try queue.close()
  }

  @Test func otherFilesAreRefusedAndNotTouched() throws {
    try withPath { path in
      let text = Data(
        "These are my notes, not a workspace, and long enough for a header of a hundred bytes: \(path).".utf8)
      try text.write(to: URL(fileURLWithPath: path))
      #expect(refusal(path)?.kind == .foreign)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
    }
    try withPath { path in
      let queue = try DatabaseQueue(path: path)
      try queue.write { try $0.execute(sql: "CREATE TABLE notes (text TEXT)") }
      try queue.close()
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(refusal(path)?.kind == .foreign)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
    try withPath { path in
      #expect(refusal((path as NSString).deletingLastPathComponent)?.kind == .unwritable)
      #expect(refusal(path + "/absent/bank.sqlite")?.kind == .unwritable)
    }
  }

  @Test func whatWasCutShortWhileItWasMadeIsMadeAnew() throws {
    try withPath { path in
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      #expect(refusal(path) == nil)
    }
    try withPath { path in
      let queue = try DatabaseQueue(path: path)
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL; VACUUM") }
      try queue.close()
      #expect(refusal(path) == nil)
    }
  }

  @Test func damageIsTold() throws {
    try withPath { path in
      let (first, workspace) = try store(path)
      for index in 0..<20 { first.keep(Blob(bytes: [UInt8](repeating: 7, count: 50_000)), for: recipe("\(index)")) }
      try workspace.flush()
      try workspace.save(ModelRow(id: "m", sha256: "s", name: "net", path: "/net.onnx", content: [3]))
      workspace.close(within: 5)
      let log = URL(fileURLWithPath: path + "-wal")
      #expect((try? Data(contentsOf: log))?.isEmpty != false, "closed, all of it is in one file")
      try? FileManager.default.removeItem(at: log)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      for index in 8192..<bytes.count { bytes[index] = 0xA5 }
      try bytes.write(to: URL(fileURLWithPath: path))
      let failure: WorkspaceError?
      do {
        let damaged = try Workspace(path: path)
        _ = try damaged.model("m")
        failure = nil
      } catch { failure = error as? WorkspaceError }
      #expect(
        failure?.kind == .corrupt && failure?.message.contains("damaged") == true,
        "\(String(describing: failure)), \(bytes.count) bytes")
    }
  }

  @Test func aRecordOfAnotherTypeIsTold() throws {
    try withPath { path in
      let workspace = try Workspace(path: path)
      try workspace.save(ClassRow(model: "m", classIndex: 1, layer: "l", recipe: "r", content: [], concepts: []))
      try workspace.pool.write {
        try $0.execute(sql: "UPDATE class SET number = 'one'")
      }
      let error = #expect(throws: WorkspaceError.self) { try workspace.changes(of: "m", after: 0) }
      #expect(error?.kind == .corrupt)
      #expect(workspace.imageExtents(hash: "none") == nil)
    }
  }

  @Test func aLockOfAnotherProcessIsTold() throws {
    try withPath { path in
      try Workspace(path: path).close(within: 5)
      let queue = try DatabaseQueue(path: path)
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        let error = refusal(path)
        #expect(error?.kind == .locked && error?.isRetryable == true)
        try database.execute(sql: "ROLLBACK")
      }
      try queue.close()
      #expect(refusal(path) == nil)
    }
  }

  @Test func aReadOnlyPlaceIsRefused() throws {
    try withPath { path in
      let folder = (path as NSString).deletingLastPathComponent
      try Workspace(path: path).close(within: 5)
      guard try mountReadOnly(folder) else { return }
      defer { _ = try? run("/bin/umount", [folder]) }
      let error = refusal(path)
      #expect(error?.kind == .unwritable && error?.message.contains("writ") == true, "\(String(describing: error))")
    }
  }

  /// Mounts a folder upon itself so that nobody, root included, can write there; false where that is not allowed.
  private func mountReadOnly(_ folder: String) throws -> Bool {
    guard try run("/bin/mount", ["--bind", folder, folder]) == 0 else { return false }
    guard try run("/bin/mount", ["-o", "remount,ro,bind", folder]) == 0 else {
      _ = try run("/bin/umount", [folder])
      return false
    }
    return true
  }

  private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
    guard FileManager.default.isExecutableFile(atPath: program) else { return -1 }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test func writersOfManyConnectionsTakeTurns() throws {
    try withPath { path in
      let stores = try (0..<4).map { _ in try store(path) }
      DispatchQueue.concurrentPerform(iterations: 4) { number in
        for index in 0..<50 {
          stores[number].0.keep(
            Blob(bytes: [UInt8](repeating: UInt8(index), count: 20_000)), for: recipe("\(number) \(index)"))
        }
        #expect(throws: Never.self) { try stores[number].1.flush() }
      }
      #expect(try stores[0].1.status().stages == 200)
      #expect(try stores[0].1.pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }
  }
}
