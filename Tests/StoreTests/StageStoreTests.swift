import Base
import Testing

@testable import Store

@Suite struct StageStoreTests {

  @Test func returnsWhatWasInserted() {
    let store = StageStore(byteLimit: 1000)
    store.insert([1, 2, 3], bytes: 24, for: recipe("a"))
    #expect(store.value(for: recipe("a"), as: [Int].self) == [1, 2, 3])
    #expect(store.value(for: recipe("b"), as: [Int].self) == nil)
    #expect(store.statistics == .init(entries: 1, bytes: 24))
  }

  @Test func stagesAreCounted() {
    let store = StageStore(byteLimit: 1000)
    store.keep(Blob(bytes: [1, 2, 3]), for: recipe("a"))
    #expect(store.stage(recipe("a"), as: Blob.self)?.bytes == [1, 2, 3])
    #expect(store.stage(recipe("b"), as: Blob.self) == nil)
    #expect(store.statistics == .init(entries: 1, bytes: 3, hits: 1, misses: 1))
  }

  @Test func cumulativeStagesAddUp() {
    let store = StageStore(byteLimit: 1000)
    store.keep(Numbers(values: [1]), for: recipe("a"))
    store.keep(Numbers(values: [2]), for: recipe("a"))
    #expect(store.stage(recipe("a"), as: Numbers.self)?.values == [1, 2])
    #expect(store.statistics.bytes == 16)
  }

  @Test func archivesAreBehindTheValues() {
    let store = StageStore(byteLimit: 20, archiveLimit: 100)
    store.keep(Blob(bytes: [1, 2, 3]), for: recipe("a"))
    store.keep(Numbers(values: [1]), for: recipe("b"))
    // Both are pushed out by what is held as a value only.
    store.insert("large", bytes: 20, for: recipe("c"))
    #expect(store.value(for: recipe("a"), as: Blob.self) == nil)
    #expect(store.statistics.archives == 2 && store.statistics.archiveBytes > 0)
    #expect(store.stage(recipe("a"), as: Blob.self)?.bytes == [1, 2, 3])
    store.keep(Numbers(values: [2]), for: recipe("b"))
    #expect(store.stage(recipe("b"), as: Numbers.self)?.values == [1, 2])
    store.keepImage("hash", width: 70_000, height: 2, path: nil)
    store.insert("large", bytes: 20, for: recipe("c"))
    #expect(store.imageExtents("hash")?.width == 70_000 && store.imageExtents("none") == nil)
    // A value that is too large to be held as one is in the archives still, which are bounded as well.
    store.keep(Blob(bytes: [UInt8](repeating: 7, count: 60)), for: recipe("d"))
    #expect(store.stage(recipe("d"), as: Blob.self)?.bytes.count == 60)
    store.keep(Blob(bytes: [UInt8](repeating: 8, count: 60)), for: recipe("e"))
    #expect(store.stage(recipe("d"), as: Blob.self) == nil && store.statistics.archiveBytes <= 100)
  }

  @Test func aValueOfAnotherTypeIsAMiss() {
    let store = StageStore(byteLimit: 1000)
    store.insert("text", bytes: 4, for: recipe("a"))
    #expect(store.value(for: recipe("a"), as: Int.self) == nil)
  }

  @Test func leastRecentlyUsedGoesFirst() {
    let store = StageStore(byteLimit: 100)
    for name in ["a", "b", "c"] { store.insert(name, bytes: 30, for: recipe(name)) }
    #expect(store.value(for: recipe("a"), as: String.self) == "a")
    store.insert("d", bytes: 30, for: recipe("d"))
    #expect(store.value(for: recipe("b"), as: String.self) == nil)
    #expect(store.value(for: recipe("a"), as: String.self) == "a")
    #expect(store.value(for: recipe("d"), as: String.self) == "d")
    #expect(store.statistics.bytes <= 100)
  }

  @Test func replacingCountsBytesOnce() {
    let store = StageStore(byteLimit: 100)
    store.insert("x", bytes: 60, for: recipe("a"))
    store.insert("y", bytes: 50, for: recipe("a"))
    #expect(store.statistics.bytes == 50)
    #expect(store.statistics.entries == 1)
  }

  @Test func whatDoesNotFitIsNotHeld() {
    let store = StageStore(byteLimit: 100)
    store.insert("x", bytes: 101, for: recipe("a"))
    #expect(store.statistics == .init())
  }
}

@Suite struct RecipeTests {
  @Test func everyPartCounts() {
    let base = Recipe(stage: "s", version: 1, parts: [("a", "1"), ("b", "2")])
    #expect(base == Recipe(stage: "s", version: 1, parts: [("a", "1"), ("b", "2")]))
    #expect(base != Recipe(stage: "s", version: 2, parts: [("a", "1"), ("b", "2")]))
    #expect(base != Recipe(stage: "t", version: 1, parts: [("a", "1"), ("b", "2")]))
    #expect(base != Recipe(stage: "s", version: 1, parts: [("a", "1b"), ("", "2")]))
    #expect(base != Recipe(stage: "s", version: 1, parts: [("a", "1")]))
  }

  @Test func contentHashIsSHA256() {
    #expect(
      ContentHash.hexadecimal(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
