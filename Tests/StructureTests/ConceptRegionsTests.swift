import Concepts
import Images
import Tensors
import Testing

@testable import Structure

@Suite struct ConceptRegionsTests {
  private let near = concept("near", rank: 1, center: [0], threshold: 1)
  private let far = concept("far", rank: 2, center: [2], threshold: 1.5)

  @Test func allPatchesOfAConceptAreItsPlace() {
    let (a, b, c) = (
      Box(x: 0, y: 0, width: 3, height: 3), Box(x: 10, y: 5, width: 2, height: 2), Box(x: 15, y: 0, width: 3, height: 3)
    )
    let patches = [patch([0.2], box: a), patch([-0.9], box: b), patch([9], box: c)]
    let regions = ConceptRegions.regions(of: [near, far], isSeen: [true, true], among: patches, within: nil)
    #expect(regions == [Mask(unionOf: [mask(a), mask(b)]), nil])
    #expect(regions[0]?.components == [mask(a), mask(b)])
  }

  @Test func aContestedPixelGoesToTheNearerConcept() {
    let (left, both) = (Box(x: 0, y: 0, width: 4, height: 4), Box(x: 2, y: 0, width: 4, height: 4))
    // The first patch is 0.9 from `near`; the second 0.75 from `far`, and beyond `near`.
    let patches = [patch([0.9], box: left), patch([1.25], box: both)]
    let regions = ConceptRegions.regions(of: [near, far], isSeen: [true, true], among: patches, within: nil)
    #expect(regions == [mask(Box(x: 0, y: 0, width: 2, height: 4)), mask(both)])
    let alone = ConceptRegions.regions(of: [near, far], isSeen: [true, false], among: patches, within: nil)
    #expect(alone == [mask(left), nil], "a concept that is not seen claims nothing")
  }

  @Test func placesEndWhereTheClassDoesNotAttend() {
    let attended = mask(Box(x: 0, y: 0, width: 5, height: 10))
    let patches = [
      patch([0], box: Box(x: 3, y: 2, width: 4, height: 4)), patch([0], box: Box(x: 8, y: 2, width: 4, height: 4)),
    ]
    let regions = ConceptRegions.regions(of: [near], isSeen: [true], among: patches, within: attended)
    #expect(regions == [mask(Box(x: 3, y: 2, width: 2, height: 4))])
  }

  @Test func aConceptDoesNotCoverMostOfThePicture() {
    let (part, whole) = (Box(x: 0, y: 0, width: 6, height: 10), Box(x: 6, y: 0, width: 14, height: 10))
    let patches = [patch([0.5], box: whole), patch([0.1], box: part)]
    #expect(ConceptRegions.regions(of: [near], isSeen: [true], among: patches, within: nil) == [mask(part)])
    #expect(ConceptRegions.regions(of: [near], isSeen: [true], among: [], within: nil) == [nil])
    #expect(
      ConceptRegions.regions(of: [near], isSeen: [true], among: [patch([0, 0], box: part)], within: nil) == [nil])
  }

  @Test func randomRegionsHaveTheAreasAskedForAndLieOnTheObject() {
    let columns = (0..<20).map { mask(Box(x: $0, y: 0, width: 1, height: 10)) }
    let object = mask(Box(x: 0, y: 0, width: 12, height: 10))
    var random = SeededRandom(seed: 1)
    let drawn = OnObjectRegions.draw(areas: [25, 7, 40], among: columns, within: object, random: &random)
    #expect(drawn.map(\.area) == [25, 7, 40])
    #expect(Mask(unionOf: drawn)?.area == 72, "they overlap")
    #expect(drawn.allSatisfy { $0.intersectionArea(object) == $0.area })
    let others = OnObjectRegions.draw(areas: [25, 7, 40], among: columns, within: object, random: &random)
    #expect(drawn != others)
    let much = OnObjectRegions.draw(areas: [100, 100], among: columns, within: object, random: &random)
    #expect(much.map(\.area) == [100, 20], "no more than there is")
  }
}
