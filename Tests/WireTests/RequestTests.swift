import Concepts
import Fields
import JSON
import RPC
import Testing

@testable import Wire

@Suite struct RequestTests {
  @Test func optionsReplaceDefaults() throws {
    var toy = Toy()
    try Toy.fields.readOptions(try FieldReader(.object(["clusters": .double(7), "attention": .null])), into: &toy)
    #expect(toy.clusters == 7 && toy.attention)
  }

  @Test func anUnknownOptionListsTheKnownOnes() throws {
    var toy = Toy()
    let options = try FieldReader(.object(["options": .object(["cluster": .int(7)])])).object("options")
    let error = try #require(throws: FieldError.self) { try Toy.fields.readOptions(options, into: &toy) }
    #expect(
      error.description == "options.cluster: given 7, accepted is no such option; there are clusters, attention")
  }

  @Test func methodsAreUniqueAndScheduled() {
    let methods = WireRequests.all.map { $0.method }
    #expect(Set(methods).count == methods.count && methods.count == WireRequests.all.count && !methods.isEmpty)
    // Reads that take long have the lane of long jobs; what is written meanwhile does not wait for them.
    let long = WireRequests.all.filter { $0.ordering == .read && $0.lane == .compute }.map { $0.method }
    #expect(Set(long) == ["vrx/match", "vrx/diagnose", "vrx/evaluate", "vrx/report", "concept/score"])
  }

  @Test func trainingImagesKeepTheOrderOfTheClassesAndNamesOfIndices() throws {
    let request = try Train(
      try FieldReader(
        .object([
          "model": .string("m"), "classes": .array([.string("van"), .int(3)]),
          "images": .object([
            "3": .array([.string("c")]), "bus": .array([.string("b")]), "van": .array([.string("a")]),
          ]),
        ])))
    #expect(request.images.map(\.classReference) == [.label("van"), .index(3), .label("bus")])
    #expect(request.images.map(\.images) == [[.path("a")], [.path("c")], [.path("b")]])
  }

  @Test func aRenderingTakesParametersOrAResult() throws {
    let parameters: JSONValue = .object(["model": .string("m"), "image": .string("a.png"), "verify": .bool(true)])
    let asked = try Render(try FieldReader(.object(["explanation": parameters, "format": .string("svg")])))
    guard case .explanation(let first) = asked.subject else { throw Unexpected.subject }
    #expect(asked.format == .svg && first.verify && first.classes == nil)

    let result: JSONValue = .object([
      "model": .string("m"), "image": .string("a.png"), "graphModel": .string("g"),
      "explanations": .array([
        .object(["class": .string("van"), "nodes": .array([.object(["verified": .object([:])])])]),
        .object(["class": .string("bus"), "nodes": .array([])]),
      ]),
    ])
    let again = try Render(try FieldReader(.object(["explanation": result])))
    guard case .explanation(let second) = again.subject else { throw Unexpected.subject }
    #expect(again.format == .png && second.verify && second.graphModel == "g")
    #expect(second.classes == [.label("van"), .label("bus")])
  }

  private enum Unexpected: Error { case subject }

  @Test func aRenderingTakesComparisonsAndInterventions() throws {
    let side: JSONValue = .object(["model": .string("m"), "image": .string("a.png"), "class": .string("van")])
    let compared = try Render(try FieldReader(.object(["explanation": .object(["left": side, "right": side])])))
    guard case .comparison = compared.subject else { throw Unexpected.subject }
    let edit: JSONValue = .object([
      "kind": .string("move"), "concept": .string("c"), "to": .array([.int(0), .double(0.5)]),
    ])
    let edited = try Render(
      try FieldReader(
        .object([
          "explanation": .object(["model": .string("m"), "image": .string("a.png"), "edits": .array([edit])])
        ])))
    guard case .intervention(let intervention) = edited.subject else { throw Unexpected.subject }
    #expect(intervention.edits.first?.kind == .move && intervention.edits.first?.to?.y == 0.5)
    let error = try #require(throws: FieldError.self) {
      _ = try Render(try FieldReader(.object(["explanation": .object(["left": side])])))
    }
    #expect(error.description.hasPrefix("explanation.right: given nothing"))
  }

  @Test func aRenderingNamesWhatItsExplanationLacks() throws {
    let error = try #require(throws: FieldError.self) {
      _ = try Render(try FieldReader(.object(["explanation": .object(["model": .string("m")])])))
    }
    #expect(error.description.hasPrefix("explanation.image: given nothing"))
  }

  @Test func theLayerMayBeAnOption() throws {
    let request = try Discover(
      try FieldReader(
        .object([
          "model": .string("m"), "class": .int(1), "images": .array([.string("a")]),
          "random": .array([.string("b")]), "options": .object(["layer": .string("conv5")]),
        ])))
    #expect(request.layer == "conv5" && request.options == DiscoveryOptions())
  }

  @Test(arguments: [JSONValue.int(64), .array([.int(64), .int(32)])])
  func aSizeIsOneNumberOrTwo(_ size: JSONValue) throws {
    let request = try LoadModel(
      try FieldReader(.object(["path": .string("n"), "preprocessing": .object(["size": size])])))
    #expect(request.preprocessing.size == (size == .int(64) ? [64] : [64, 32]))
  }
}

/// Options of two names.
struct Toy {
  var clusters = 25
  var attention = true

  static let fields = FieldList<Toy>([
    .option("clusters", \.clusters, .int(in: 1...100), "Clusters."),
    .option("attention", \.attention, .bool, "Attention."),
  ])
}
