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

  /// Makes what is there older than what comes, as times are kept to the millisecond.
  private func age(_ workspace: Workspace) throws {
    try workspace.pool.write { try $0.execute(sql: "UPDATE stage SET used = used - 10") }
  }

  @Test func theLeastRecentlyUsedGoFirstAndNamesStay() throws {
    try withPath { path in
      let (store, workspace) = try store(path, byteLimit: 1_000_000)
      try workspace.save(
        BankWrite(names: [NameRow(model: "model", concept: "concept", name: "wheel")]), expecting: nil)
      for index in 0..<9 {
        store.keep(Blob(bytes: [UInt8](repeating: UInt8(index), count: 100_000)), for: recipe("\(index)"))
        try workspace.flush()
        try age(workspace)
      }
      #expect(store.stage(recipe("0"), as: Blob.self) != nil)
      try workspace.flush()
      try age(workspace)
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
        #expect(try workspace.save(BankWrite(classes: [entry]), expecting: nil) == 1)
        let name = NameRow(model: "m", concept: "c", name: "wheel")
        #expect(try workspace.save(BankWrite(names: [name]), expecting: nil) == 2)
        let graph = GraphRow(id: "g", model: "m", content: [4])
        #expect(try workspace.save(BankWrite(graphs: [graph]), expecting: nil) == 3)
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

  /// A class with one concept.
  private func row(_ classIndex: Int, recipe: String = "r", bytes: Int = 1) -> ClassRow {
    let concept = ClassRow.Concept(
      id: "\(recipe)-\(classIndex)", name: "car", size: 9, threshold: 2, tcav: 0.5, accuracy: 0.9, content: [1])
    return ClassRow(
      model: "m", classIndex: classIndex, layer: "l", recipe: recipe, content: [UInt8](repeating: 7, count: bytes),
      concepts: [concept])
  }

  @Test func whatRestsOnAnEarlierRevisionIsNotWritten() throws {
    try withPath { path in
      let (first, second) = (try Workspace(path: path), try Workspace(path: path))
      let seen = try first.save(BankWrite(classes: [row(1)]), expecting: 0)
      #expect(try second.revision() == seen)
      let name = NameRow(model: "m", concept: "r-1", name: "wheel")
      #expect(try second.save(BankWrite(names: [name]), expecting: seen) == seen + 1)
      // The first has not seen the name: its class would be without it.
      let stale = BankWrite(classes: [row(1, recipe: "other"), row(2)])
      let error = #expect(throws: WorkspaceError.self) { try first.save(stale, expecting: seen) }
      #expect(error?.kind == .changed && error?.isRetryable == true)
      #expect(error?.message.contains("another daemon") == true)
      let bank = try second.changes(of: "m", after: 0)
      #expect(bank.revision == seen + 1 && bank.classes.map(\.recipe) == ["r"] && bank.names == ["r-1": "wheel"])
      // Having looked again, it may; and what rests on nothing always may.
      #expect(try first.save(stale, expecting: first.revision()) == seen + 2)
      #expect(try second.save(BankWrite(classes: [row(3)]), expecting: nil) == seen + 3)
      #expect(try first.changes(of: "m", after: seen + 1).classes.map(\.classIndex) == [1, 2, 3])
    }
  }

  @Test func ofTwoThatRestOnOneRevisionOneIsWritten() throws {
    try withPath { path in
      let workspaces = try (0..<2).map { _ in try Workspace(path: path) }
      let rounds = 50
      // Each counts in a name, by what it has read; no step is lost.
      DispatchQueue.concurrentPerform(iterations: 2) { number in
        for _ in 0..<rounds {
          while true {
            guard let bank = try? workspaces[number].changes(of: "m", after: 0) else { continue }
            let count = (bank.names["count"].flatMap(Int.init) ?? 0) + 1
            let row = NameRow(model: "m", concept: "count", name: String(count))
            if (try? workspaces[number].save(BankWrite(names: [row]), expecting: bank.revision)) != nil { break }
          }
        }
      }
      #expect(try workspaces[0].changes(of: "m", after: 0).names["count"] == String(2 * rounds))
      #expect(try workspaces[0].revision() == Int64(2 * rounds))
    }
  }

  @Test func aWriteThatDoesNotFitOnTheDiskLeavesNothingBehind() throws {
    try withPath { path in
      let workspace = try Workspace(path: path)
      try workspace.save(BankWrite(classes: [row(1)]), expecting: nil)
      let graph = GraphRow(id: "g", model: "m", content: [UInt8](repeating: 3, count: 1_000_000))
      let names = [NameRow(model: "m", concept: "r-1", name: "wheel")]
      let write = BankWrite(classes: [row(1, recipe: "new"), row(2, bytes: 20_000)], graphs: [graph], names: names)
      // The classes fit, the graph does not.
      func limit(_ pages: String) throws {
        try workspace.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
      }
      let pages = try workspace.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
      try limit(String(pages + 20))
      let error = #expect(throws: WorkspaceError.self) { try workspace.save(write, expecting: 1) }
      #expect(error?.kind == .full && error?.isRetryable == true)
      for each in [workspace, try Workspace(path: path)] {
        let bank = try each.changes(of: "m", after: 0)
        #expect(bank.revision == 1 && bank.classes.map(\.recipe) == ["r"] && bank.graphs.isEmpty && bank.names.isEmpty)
      }
      try limit("1000000")
      #expect(try workspace.save(write, expecting: 1) == 2)
      let bank = try workspace.changes(of: "m", after: 1)
      #expect(bank.classes.count == 2 && bank.graphs.map(\.id) == ["g"] && bank.names == ["r-1": "wheel"])
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
      try workspace.save(BankWrite(classes: [row(1)]), expecting: nil)
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
