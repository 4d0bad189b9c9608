import Images
import Networks
import Testing

@testable import Concepts

@Suite struct ConceptMergingTests {
  private func concept(
    _ id: String, center: [Float], size: Int, mean: Double = 1, pValue: Double? = 0.01, scores: [Double] = [],
    cavs: [[Float]] = [], patches: [ConceptPatch] = []
  ) -> Concept {
    Concept(
      id: id, name: id, classIndex: 2, rank: 3, center: center, threshold: Float(size), patches: patches, size: size,
      tcav: TCAVSummary(mean: mean, standardDeviation: 0, pValue: pValue, effect: 2 * mean, scores: scores),
      cavAccuracy: mean, cavs: cavs)
  }

  private func patch(_ image: Int, distance: Float) -> ConceptPatch {
    ConceptPatch(
      imageIndex: image, box: Box(x: 0, y: 0, width: 1, height: 1), mask: Mask(width: 4, height: 4), distance: distance)
  }

  @Test func partsCountBySize() {
    let merged = Concept(
      merging: [
        concept(
          "large", center: [0, 4], size: 30, mean: 1, scores: [1, 0.8], cavs: [[1, 0], [0, 1]],
          patches: [patch(0, distance: 1)]),
        concept(
          "small", center: [4, 0], size: 10, mean: 0.6, pValue: 0.04, scores: [0.6, 0.8], cavs: [[0, 1]],
          patches: [patch(1, distance: 2)]),
      ], name: "both")
    #expect(merged.id == "large" && merged.name == "both" && merged.classIndex == 2 && merged.rank == 3)
    #expect(merged.center == [1, 3] && merged.size == 40)
    #expect(abs(merged.tcav.mean - 0.9) < 1e-12 && abs(merged.tcav.effect - 1.8) < 1e-12)
    #expect(abs(merged.cavAccuracy - 0.9) < 1e-12)
    #expect(zip(merged.tcav.scores, [0.9, 0.8]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(abs(merged.tcav.standardDeviation - 0.1 / 2.0.squareRoot()) < 1e-12)
    // The part that is least certain decides.
    #expect(merged.tcav.pValue == 0.04)
    // As many vectors as both have, of unit length: (3, 1) / √10.
    #expect(merged.cavs.count == 1)
    #expect(abs(merged.cavs[0][0] - 0.948_683) < 1e-5 && abs(merged.cavs[0][1] - 0.316_228) < 1e-5)
    #expect(merged.patches.map(\.imageIndex) == [0, 1])
  }

  @Test func anUndefinedPStaysUndefined() {
    let parts = [concept("a", center: [0], size: 1), concept("b", center: [0], size: 1, pValue: nil)]
    #expect(Concept(merging: parts, name: "c").tcav.pValue == nil)
  }

  @Test func theThresholdFollowsFromAllPatchesAndTheNearestAreKept() {
    var merged = concept("a", center: [3, 0], size: 5)
    #expect(merged.distance(to: [0, 4]) == 5)
    merged.setPatches((0...20).map { patch($0, distance: Float(20 - $0)) }, keeping: 3)
    #expect(merged.threshold == 19)
    #expect(merged.patches.map(\.distance) == [0, 1, 2] && merged.patches.map(\.imageIndex) == [20, 19, 18])
    // Without a patch there is nothing to measure the threshold by.
    merged.setPatches([], keeping: 3)
    #expect(merged.threshold == 19 && merged.patches.isEmpty)
  }

  @Test func whatIsNoPartOfAPatchIsPaled() {
    // The input shows the original at half its size; the patch is the left column of the input.
    let geometry = InputGeometry(
      inputWidth: 2, inputHeight: 2, resizedWidth: 2, resizedHeight: 2, left: 0, top: 0, originalWidth: 4,
      originalHeight: 4)
    var mask = Mask(width: 2, height: 2)
    (mask[0, 0], mask[0, 1]) = (true, true)
    let original = RGBImage(width: 4, height: 4, filledWith: (100, 100, 100))
    let cutout = geometry.cutout(of: mask, box: Box(x: 0, y: 0, width: 2, height: 2), from: original)
    #expect(cutout.width == 4 && cutout.height == 4)
    // A quarter of 100 and three quarters of white.
    #expect(stride(from: 0, to: 12, by: 3).map { cutout.samples[$0] } == [100, 100, 216, 216])
  }
}
