import Testing

@testable import Concepts

@Suite struct ConceptImportanceTests {
  private let images = ToyScenes.classImages(40)
  private let random = ToyScenes.randomImages(300)

  private func importance(
    of concepts: [Concept], class classIndex: Int, seed: UInt64 = 0, classifier: ToyClassifier = ToyClassifier()
  ) throws -> [Double?] {
    var options = ConceptDiscoveryTests.options
    options.run.seed = seed
    return try ConceptDiscovery(classifier: classifier, layer: "features", options: options).importance(
      of: concepts, classIndex: classIndex, images: ImageProvider(images), random: ImageProvider(random))
  }

  private func concepts() throws -> [Concept] {
    try ConceptDiscovery(classifier: ToyClassifier(), layer: "features", options: ConceptDiscoveryTests.options).run(
      classIndex: 0, className: "toy", images: ImageProvider(images), random: ImageProvider(random)
    ).concepts
  }

  @Test func knownConceptsMatterAsDiscoverySays() throws {
    let concepts = try concepts()
    let again = try importance(of: concepts, class: 0)
    #expect(again.count == concepts.count)
    for (concept, value) in zip(concepts, again) {
      let value = try #require(value)
      // The same sets, the same vectors' examples: nearly the same number, of the sign of a part that speaks for the
      // class.
      #expect(
        value > 0 && abs(value - concept.tcav.effect) < 0.25 * concept.tcav.effect, "\(value) \(concept.tcav.effect)")
    }
    // What speaks for the one class speaks against its opposite.
    let against = try importance(of: concepts, class: 1, seed: 5)
    #expect(against.allSatisfy { ($0 ?? 0) < 0 })
  }

  @Test func aConceptWithoutPatchesHasNone() throws {
    var concept = try #require(try concepts().first)
    concept.patches = []
    let none = try importance(of: [concept], class: 0)
    #expect(none == [nil])
    let empty = try importance(of: [], class: 0)
    #expect(empty.isEmpty)
  }
}
