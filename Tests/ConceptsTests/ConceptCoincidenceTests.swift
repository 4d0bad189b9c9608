import Images
import Tensors
import Testing

@testable import Concepts

@Suite struct ConceptCoincidenceTests {
  /// A patch of `width` × 10 pixels whose left edge is at `left`, in an image of 40 × 10.
  private func region(left: Int, width: Int) -> PatchRegion {
    var mask = Mask(width: 40, height: 10)
    for y in 0..<10 { for x in left..<left + width { mask[x, y] = true } }
    return PatchRegion(mask: mask, box: Box(x: left, y: 0, width: width, height: 10))
  }

  private func concept(_ patches: [Int]) -> ConceptCandidate {
    ConceptCandidate(center: [0], members: patches.map { ($0, Float($0)) })
  }

  @Test func countsTheImagesWhosePatchesLieOnEachOther() throws {
    // Each image has a patch of either concept; Jaccard overlaps of 8/20, 0, 7/17 and 4/18.
    let regions = [
      [region(left: 0, width: 20), region(left: 5, width: 8)],
      [region(left: 0, width: 10), region(left: 10, width: 10)],
      [region(left: 0, width: 12), region(left: 5, width: 12)],
      [region(left: 0, width: 10), region(left: 6, width: 12)],
    ]
    let patches = EmbeddedPatches(
      regions: try RegionTable(regions), embeddings: try EmbeddingTable(Tensor(shape: [8, 1])))
    let coincidence = ConceptCoincidence(patches: patches)
    let (first, second) = (concept([0, 2, 4, 6]), concept([1, 3, 5, 7]))
    #expect(try coincidence.share(of: second, with: first) == 0.5)
    #expect(try coincidence.share(of: concept([1]), with: first) == 1)
    // Only images that both are in can be shared.
    #expect(try coincidence.share(of: second, with: concept([0])) == 0.25)
    #expect(try coincidence.share(of: concept([]), with: first) == 0)
  }
}
