import Testing

@testable import Concepts

@Suite struct ClusterRuleTests {
  private let rule = ClusterRule(requested: 40, imageCount: 50, patchCount: 5000, clusters: 25)

  @Test func fullSetsKeepTheRequestedSize() {
    #expect(rule.minSize == 40)
    #expect(!rule.accepts(size: 40, distinctImages: 40))
    #expect(rule.accepts(size: 41, distinctImages: 41))
  }

  @Test(arguments: [
    (100, 51, true),  // (a) 51 % of its patches
    (100, 26, true),  // (b) 26 % of its patches, 52 % of the images
    (100, 25, false),  // (b) asks for more than 25 % of its patches; (c) for more than 50 % of the images
    (60, 16, true),  // (b) 27 % of its patches, 32 % of the images
    (46, 12, false),  // (b) 26 % of its patches, but 24 % of the images
    (250, 26, true),  // (c) 10.4 % of its patches, 52 % of the images
    (260, 26, false),  // (c) asks for more than 10 % of its patches
  ])
  func commonClustersDrawOnManyImages(size: Int, images: Int, isCommon: Bool) {
    #expect(rule.accepts(size: size, distinctImages: images) == isCommon)
  }

  @Test func smallSetsScaleTheSize() {
    #expect(ClusterRule(requested: 40, imageCount: 10, patchCount: 5000, clusters: 25).minSize == 8)
    #expect(ClusterRule(requested: 40, imageCount: 50, patchCount: 1000, clusters: 25).minSize == 20)
    #expect(
      ClusterRule(requested: 40, imageCount: 2, patchCount: 30, clusters: 4).minSize == ClusterRule.smallestMinSize)
    #expect(ClusterRule(requested: 2, imageCount: 500, patchCount: 50000, clusters: 4).minSize == 2)
  }
}
