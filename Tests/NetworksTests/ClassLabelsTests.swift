import Foundation
import Testing

@testable import Networks

@Suite struct ClassLabelsTests {
  private let labels = [
    "minivan", "sports car, sport car", "pickup, pickup truck", "fire engine, fire truck", "crane", "crane",
  ]

  private func make() throws -> ClassLabels { try ClassLabels(labels, classCount: labels.count) }

  @Test(arguments: [
    ("Minivan", 0), ("SPORT CAR", 1), (" sports car ", 1), ("sports car, sport car", 1), ("Fire Truck", 3),
    ("fire_engine", 3), ("Sport__Car ", 1),
  ])
  func resolvesSynonymsInAnyCase(name: String, index: Int) throws {
    #expect(try make().index(of: .label(name)) == index)
  }

  @Test func namesByTheFirstSynonym() throws {
    let labels = try make()
    #expect(labels[1] == "sports car")
    #expect(labels[99] == "class 99")
  }

  @Test func unknownNamesGetSuggestions() throws {
    let labels = try make()
    let error = #expect(throws: ClassLabelsError.self) { try labels.index(of: .label("truck")) }
    #expect(error?.isUnknownClass == true)
    #expect(error?.description.contains("fire engine") == true)
    let typing = #expect(throws: ClassLabelsError.self) { try labels.index(of: .label("minvan")) }
    #expect(typing?.nearest?.hasPrefix("minivan") == true)
  }

  @Test func ambiguousNamesAskForAnIndex() throws {
    let labels = try make()
    let error = #expect(throws: ClassLabelsError.self) { try labels.index(of: .label("crane")) }
    #expect(error?.description.contains("4 (crane)") == true)
    #expect(try labels.index(of: .index(5)) == 5)
  }

  @Test func labelsThatDifferInAnUnderscoreAreNamedAsTheyAre() throws {
    let labels = try ClassLabels(["leaf_spot", "leaf spot"], classCount: 2)
    #expect(try labels.index(of: .label("leaf_spot")) == 0 && labels.index(of: .label("leaf spot")) == 1)
    #expect(throws: ClassLabelsError.self) { try labels.index(of: .label("Leaf Spot")) }
  }

  @Test(arguments: [-1, 6, Int.max]) func indicesOutsideAreRefused(index: Int) throws {
    let labels = try make()
    let error = #expect(throws: ClassLabelsError.self) { try labels.index(of: .index(index)) }
    #expect(error?.isUnknownClass == true)
  }

  @Test(arguments: [
    ("[\"a\", \"b, c\"]", ["a", "b, c"]), ("{\"1\": \"b\", \"0\": \"a\"}", ["a", "b"]), ("a\r\nb b\n\n", ["a", "b b"]),
  ])
  func readsEveryForm(text: String, expected: [String]) throws {
    try withFile(text) { path in
      let labels = try ClassLabels.read(path: path)
      #expect(labels == expected)
    }
  }

  @Test(arguments: ["[1, 2]", "{\"0\": \"a\", \"2\": \"b\"}", "[\"a\""])
  func refusesOtherForms(text: String) throws {
    try withFile(text) { path in
      let error = #expect(throws: ClassLabelsError.self) { try ClassLabels.read(path: path) }
      #expect(error?.isUnknownClass == false)
    }
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: ClassLabelsError.self) { try ClassLabels.read(path: "no/such/labels.json") }
    #expect(error?.description.contains("no/such/labels.json") == true)
  }

  @Test func countMustFit() {
    let error = #expect(throws: ClassLabelsError.self) { try ClassLabels(["a"], classCount: 2) }
    #expect(error?.description.contains("2 classes") == true)
  }

  private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-labels-\(UUID().uuidString)")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }
}

extension ClassLabelsError {
  fileprivate var isUnknownClass: Bool {
    if case .unknownClass = self { true } else { false }
  }

  fileprivate var nearest: String? {
    if case .unknownClass(_, let nearest) = self { nearest } else { nil }
  }
}
