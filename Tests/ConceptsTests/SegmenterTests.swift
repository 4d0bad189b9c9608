import Images
import Testing

@testable import Concepts

@Suite struct SegmenterTests {
  private static func options(_ segmenter: Segmenter) -> DiscoveryOptions {
    var options = DiscoveryOptions()
    options.segmentation.segmenter = segmenter
    options.segmentation.segmentCounts = [16, 40]
    options.segmentation.felzenszwalbScales = [2000, 500, 100]
    options.segmentation.quickshiftMaxDistances = [12, 6]
    options.segmentation.quickshiftKernelSize = 3
    options.clustering.clusters = 8
    options.run.maxImages = 24
    options.significance.randomSetSize = 15
    return options
  }

  @Test func eachSegmenterIsGivenItsOwnOptions() {
    let image = ToyScenes.classImages(1)[0]
    func segmentations(_ segmenter: Segmenter, _ change: (inout DiscoveryOptions) -> Void = { _ in }) -> [Superpixels] {
      var options = Self.options(segmenter)
      change(&options)
      return PatchExtractor(options: options).segmentations(of: image)
    }
    #expect(segmentations(.slic) == SLIC.segment(image, segments: [16, 40]))
    #expect(segmentations(.felzenszwalb) == Felzenszwalb.segment(image, scales: [2000, 500, 100]))
    #expect(segmentations(.quickshift) == Quickshift.segment(image, maxDistances: [12, 6], kernelSize: 3))
    #expect(segmentations(.watershed) == Watershed.segment(image, markers: [16, 40]))
    #expect(
      segmentations(.felzenszwalb) {
        ($0.segmentation.felzenszwalbSigma, $0.segmentation.felzenszwalbMinSize) = (2, 90)
      }
        == Felzenszwalb.segment(image, scales: [2000, 500, 100], sigma: 2, minSize: 90))
    #expect(
      segmentations(.quickshift) { $0.segmentation.quickshiftRatio = 0.3 }
        == Quickshift.segment(image, maxDistances: [12, 6], kernelSize: 3, ratio: 0.3))
    #expect(
      segmentations(.watershed) { $0.segmentation.watershedCompactness = 0.1 }
        == Watershed.segment(image, markers: [16, 40], compactness: 0.1))
  }

  @Test(arguments: Segmenter.allCases) func theClassesPartsAreFoundByAny(segmenter: Segmenter) throws {
    let result = try ConceptDiscovery(
      classifier: ToyClassifier(), layer: "features", options: Self.options(segmenter)
    ).run(
      classIndex: 0, className: "toy", images: ImageProvider(ToyScenes.classImages(40)),
      random: ImageProvider(ToyScenes.randomImages(300)))
    let channels = result.concepts.map { concept in
      concept.center.indices.max { concept.center[$0] < concept.center[$1] }
    }
    #expect(Set(channels) == [0, 2], "red and blue squares, not green ones: \(result.facts.notes)")
  }
}
