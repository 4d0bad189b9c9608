import Concepts
import Images
import Tensors
import Testing

@testable import Structure

@Suite struct ConceptRegionsTests {
  private let near = concept("near", rank: 1, center: [0], threshold: 1)
  private let far = concept("far", rank: 2, center: [2], threshold: 1.5)

  private func places(of concepts: [Concept], among patches: [EmbeddedPatch], within attention: Mask?) -> [Mask?] {
    ConceptRegions.regions(of: concepts, among: patches, within: attention).map { $0?.union.mask }
  }

  @Test func allPatchesOfAConceptAreItsPlace() {
    let (a, b, c) = (
      Box(x: 0, y: 0, width: 3, height: 3), Box(x: 10, y: 5, width: 2, height: 2), Box(x: 15, y: 0, width: 3, height: 3)
    )
    let patches = [patch([0.2], box: a), patch([-0.9], box: b), patch([9], box: c)]
    let regions = places(of: [near, far], among: patches, within: nil)
    #expect(regions == [Mask(unionOf: [mask(a), mask(b)]), nil])
    #expect(regions[0]?.components == [mask(a), mask(b)])
  }

  @Test func aContestedPixelGoesToTheNearerConcept() {
    let (left, both) = (Box(x: 0, y: 0, width: 4, height: 4), Box(x: 2, y: 0, width: 4, height: 4))
    // The first patch is 0.9 from `near`; the second 0.75 from `far`, and beyond `near`.
    let patches = [patch([0.9], box: left), patch([1.25], box: both)]
    let regions = places(of: [near, far], among: patches, within: nil)
    #expect(regions == [mask(Box(x: 0, y: 0, width: 2, height: 4)), mask(both)])
  }

  @Test func aConceptIsSeenWhereOneOfItsPatchesIsNearEnough() {
    var strict = near
    strict.measures.detection = ConceptDetection(
      threshold: 0.3, rate: 1, falseAlarmRate: 0.05, images: 10, randomImages: 20)
    let (a, b) = (Box(x: 0, y: 0, width: 3, height: 3), Box(x: 10, y: 5, width: 2, height: 2))
    let together = [patch([0.2], box: a), patch([-0.9], box: b)]
    #expect(places(of: [strict], among: together, within: nil) == [Mask(unionOf: [mask(a), mask(b)])])
    #expect(places(of: [strict], among: [together[1]], within: nil) == [nil], "nothing is near enough")
    #expect(places(of: [near], among: [together[1]], within: nil) == [mask(b)])
  }

  @Test func whatIsSeenIsWhatHasAPlace() {
    let patches = [patch([0.9], box: Box(x: 0, y: 0, width: 3, height: 3))]
    for clusters in [Tensor.blank, Tensor(shape: [3, 1], elements: [0, 2, 1])] {
      let seen = ConceptRegions.areSeen([near, far], among: patches, clusters: clusters)
      let regions = ConceptRegions.regions(of: [near, far], among: patches, clusters: clusters, within: nil)
      // The patch is within both thresholds, but nearest the third centre.
      let expected = clusters.rank != 2
      #expect(seen == [expected, expected])
      #expect(regions.allSatisfy { ($0 == nil) || expected })
    }
  }

  @Test func aNodeIsTheMeanOfItsPatches() throws {
    let (large, small) = (Box(x: 0, y: 0, width: 3, height: 2), Box(x: 2, y: 0, width: 3, height: 2))
    // They share 2 pixels, which the nearer one gives.
    let patches = [
      patch([0.6], box: large), patch([0.2], box: small), patch([9], box: Box(x: 9, y: 9, width: 1, height: 1)),
    ]
    let graph = GraphMatcher(nodeCount: 2, dummyValue: 0.25).graph(
      classIndex: 3, concepts: [far, near], patches: patches, clusters: .blank, attention: nil)
    let node = graph.nodes[0]
    #expect(node.conceptID == "near" && node.detected && node.distance == 0.2)
    #expect(node.mask == Mask(unionOf: [mask(large), mask(small)]) && node.box == Box(x: 0, y: 0, width: 5, height: 2))
    #expect(node.parts == [.init(mask: mask(large), pixels: 4), .init(mask: mask(small), pixels: 6)])
    let mean: Float = (4 * 0.6 + 6 * 0.2) / 10
    #expect(abs(node.embedding[0] - mean) < 1e-6)
    #expect(node.regions.map(\.mask) == [mask(large), mask(small)])
    // What is not seen is a dummy, as far away as the nearest patch.
    #expect(graph.nodes[1].conceptID == "far" && !graph.nodes[1].detected && graph.nodes[1].embedding == [0.25])
    #expect(abs(graph.nodes[1].distance - 1.4) < 1e-6)
    // It survives storage, and a graph of before has no parts.
    let read = try ConceptGraph(archived: graph.archived())
    #expect(read.nodes.map(\.parts) == graph.nodes.map(\.parts) && read.nodes[0].mask == node.mask)
  }

  @Test func randomRegionsSayNothingOfWhatIsSeen() throws {
    let columns = (0..<20).map { patch([Float($0)], box: Box(x: $0, y: 0, width: 1, height: 10)) }
    let graph = GraphMatcher(nodeCount: 2, dummyValue: 0.25).graph(
      classIndex: 3, concepts: [near, concept("none", rank: 3, center: [99], threshold: 1)], patches: columns,
      clusters: .blank, attention: nil)
    #expect(graph.nodes.map(\.detected) == [true, false])
    var random = SeededRandom(seed: 4)
    let control = graph.withRandomRegions(among: columns, within: nil, dummyValue: 0.25, random: &random)
    #expect(control.nodes.map { $0.mask?.area } == [20, 20] && control.nodes.allSatisfy(\.detected))
    #expect(control.nodes.map(\.conceptID) == ["near", "none"])
    // The mean number of its columns.
    let columnNumbers = control.nodes[0].parts.compactMap { $0.mask.boundingBox.map { Float($0.x) } }
    let mean = columnNumbers.reduce(0, +) / Float(columnNumbers.count)
    #expect(columnNumbers.count == 2 && abs(control.nodes[0].embedding[0] - mean) < 1e-5)
  }

  @Test func placesEndWhereTheClassDoesNotAttend() {
    let attended = mask(Box(x: 0, y: 0, width: 5, height: 10))
    let patches = [
      patch([0], box: Box(x: 3, y: 2, width: 4, height: 4)), patch([0], box: Box(x: 8, y: 2, width: 4, height: 4)),
    ]
    let regions = places(of: [near], among: patches, within: attended)
    #expect(regions == [mask(Box(x: 3, y: 2, width: 2, height: 4))])
  }

  @Test func aConceptDoesNotCoverMostOfThePicture() {
    let (part, whole) = (Box(x: 0, y: 0, width: 6, height: 10), Box(x: 6, y: 0, width: 14, height: 10))
    let patches = [patch([0.5], box: whole), patch([0.1], box: part)]
    #expect(places(of: [near], among: patches, within: nil) == [mask(part)])
    #expect(places(of: [near], among: [], within: nil) == [nil])
    #expect(
      places(of: [near], among: [patch([0, 0], box: part)], within: nil) == [nil])
  }

  @Test func randomRegionsHaveTheAreasAskedForAndLieOnTheObject() {
    let columns = (0..<20).map { mask(Box(x: $0, y: 0, width: 1, height: 10)) }
    let object = mask(Box(x: 0, y: 0, width: 12, height: 10))
    var random = SeededRandom(seed: 1)
    let drawn = OnObjectRegions.draw(areas: [25, 7, 40], among: columns, within: object, random: &random).compactMap {
      $0?.mask
    }
    #expect(drawn.map(\.area) == [25, 7, 40])
    #expect(Mask(unionOf: drawn)?.area == 72, "they overlap")
    #expect(drawn.allSatisfy { $0.intersectionArea(object) == $0.area })
    let others = OnObjectRegions.draw(areas: [25, 7, 40], among: columns, within: object, random: &random).compactMap {
      $0?.mask
    }
    #expect(drawn != others)
    let much = OnObjectRegions.draw(areas: [100, 100], among: columns, within: object, random: &random).compactMap {
      $0?.mask
    }
    #expect(much.map(\.area) == [100, 20], "no more than there is")
  }
}
