import Bank
import Concepts
import Networks
import Readings
import SyntheticScenes
import Testing

@testable import Engine

/// Superpixels are known again by the segmenter and its own options, and by nothing else.
@Suite struct SegmenterRecipeTests {
  private let model: LoadedModel

  init() throws {
    let description = try EmbeddedNetwork.description()
    let size = description.preprocessing.size
    let preprocessing = try Preprocessing(width: size[0], height: size[1])
    model = LoadedModel(
      id: "m", name: "m", sha256: "", labels: try ClassLabels(["a", "b", "c"], classCount: 3),
      preprocessing: preprocessing,
      classifier: try ONNXClassifier(bytes: EmbeddedNetwork.onnxBytes(), preprocessing: preprocessing),
      layer: description.layer, recipe: "m")
  }

  private func recipe(_ segmenter: Segmenter, _ change: (inout DiscoveryOptions) -> Void = { _ in }) -> String {
    var options = DiscoveryOptions()
    options.segmentation.segmenter = segmenter
    change(&options)
    return StageRecipes(model: model, layer: "l", options: options).segmentations(of: "image").hexadecimal
  }

  @Test func everyOptionOfTheSegmenterCountsAndNoOther() {
    let changes: [(segmenters: [Segmenter], change: (inout DiscoveryOptions) -> Void)] = [
      ([.slic, .watershed], { $0.segmentation.segmentCounts = [7] }),
      ([.slic], { $0.segmentation.compactness = 7 }),
      ([.slic], { $0.segmentation.sigma = 7 }),
      ([.felzenszwalb], { $0.segmentation.felzenszwalbScales = [7] }),
      ([.felzenszwalb], { $0.segmentation.felzenszwalbSigma = 7 }),
      ([.felzenszwalb], { $0.segmentation.felzenszwalbMinSize = 7 }),
      ([.quickshift], { $0.segmentation.quickshiftMaxDistances = [7] }),
      ([.quickshift], { $0.segmentation.quickshiftKernelSize = 7 }),
      ([.quickshift], { $0.segmentation.quickshiftRatio = 7 }),
      ([.watershed], { $0.segmentation.watershedCompactness = 7 }),
      ([], { $0.clustering.clusters = 7 }),
    ]
    for segmenter in Segmenter.allCases {
      for (number, (segmenters, change)) in changes.enumerated() {
        let differs = recipe(segmenter, change) != recipe(segmenter)
        #expect(differs == segmenters.contains(segmenter), "\(segmenter), change \(number)")
      }
    }
    #expect(Set(Segmenter.allCases.map { recipe($0) }).count == Segmenter.allCases.count)
  }
}
