import Images
import Testing

@testable import Concepts

@Suite struct SegmenterTests {
  private static func options(_ segmenter: Segmenter) -> DiscoveryOptions {
    var options = DiscoveryOptions()
    options.segmenter = segmenter
    options.segmentCounts = [16, 40]
    options.felzenszwalbScales = [2000, 500, 100]
    options.quickshiftMaxDistances = [12, 6]
    options.quickshiftKernelSize = 3
    options.clusters = 8
    options.maxImages = 24
    options.randomSetSize = 15
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
      segmentations(.felzenszwalb) { ($0.felzenszwalbSigma, $0.felzenszwalbMinSize) = (2, 90) }
        == Felzenszwalb.segment(image, scales: [2000, 500, 100], sigma: 2, minSize: 90))
    #expect(
      segmentations(.quickshift) { $0.quickshiftRatio = 0.3 }
        == Quickshift.segment(image, maxDistances: [12, 6], kernelSize: 3, ratio: 0.3))
    #expect(
      segmentations(.watershed) { $0.watershedCompactness = 0.1 }
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
    #expect(Set(channels) == [0, 2], "red and blue squares, not green ones: \(result.notes)")
  }

  @Test(arguments: [
    "felzenszwalbScales", "felzenszwalbSigma", "felzenszwalbMinSize", "quickshiftMaxDistances",
    "quickshiftKernelSize", "quickshiftRatio", "watershedCompactness",
  ]) func optionsOutOfRangeAreRefused(name: String) {
    var options = DiscoveryOptions()
    switch name {
    case "felzenszwalbScales": options.felzenszwalbScales = [100, 0]
    case "felzenszwalbSigma": options.felzenszwalbSigma = .nan
    case "felzenszwalbMinSize": options.felzenszwalbMinSize = -1
    case "quickshiftMaxDistances": options.quickshiftMaxDistances = []
    case "quickshiftKernelSize": options.quickshiftKernelSize = 33
    case "quickshiftRatio": options.quickshiftRatio = -0.1
    default: options.watershedCompactness = .infinity
    }
    #expect {
      try options.validate()
    } throws: {
      if case .invalidOption(name, _) = $0 as? DiscoveryError { true } else { false }
    }
  }
}
