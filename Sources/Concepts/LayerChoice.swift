import Base
import Images
import Networks
import Tensors

/// Chooses the layer at which concepts are sought where the request names none.
package enum LayerChoice {
  /// Operators whose outputs are a network's feature maps. Outputs in between (of a convolution before its activation,
  /// of a normalisation) are not worth an embedding.
  static let featureOperators: Set<String> = [
    "Relu", "Clip", "LeakyRelu", "PRelu", "Elu", "Selu", "Gelu", "HardSwish", "Mish", "Softplus", "Sigmoid", "Tanh",
    "Add", "Concat", "Mul",
  ]

  /// Whether the gradient of a class's logit at `layer` is the same for all of `images`, two or more. TCAV is then
  /// degenerate there (METHOD section 1, step 6).
  package static func isDegenerate(
    layer: String, classIndex: Int, images: [RGBImage], classifier: any Classifier, monitor: WorkMonitor
  ) throws -> Bool {
    let summaries = try GradientSummary.summaries(
      of: images, classIndex: classIndex, layer: layer, classifier: classifier, keepPercent: 100, monitor: monitor)
    return TCAV.isDegenerate(
      Tensor.stack(summaries.map { Tensor(shape: [$0.pooledGradient.count], elements: $0.pooledGradient) }))
  }

  /// The latest layer with spatial extents whose gradient depends on the image, an activation's or a join's output if
  /// there is one.
  ///
  /// - Parameters:
  ///   - classIndex: any class.
  ///   - images: two or more different images of the network's input size.
  /// - Returns: nil where the network has no spatial layer, or all are degenerate.
  package static func latestInformativeLayer(
    of classifier: any Classifier, classIndex: Int, images: [RGBImage], monitor: WorkMonitor
  ) throws -> String? {
    let spatial = classifier.spatialLayers
    let features = spatial.filter { featureOperators.contains($0.operatorName) }
    for layers in [features, spatial] {
      for layer in layers.reversed() {
        try monitor.checkCancelled()
        let isDegenerate = try isDegenerate(
          layer: layer.name, classIndex: classIndex, images: images, classifier: classifier, monitor: monitor)
        if !isDegenerate { return layer.name }
      }
    }
    return nil
  }

  /// The latest layer that is informative on seeded noise; the last layer where no layer is.
  package static func defaultLayer(of classifier: any Classifier, monitor: WorkMonitor) throws -> String {
    var random = SeededRandom(seed: 0, purpose: "default layer")
    let images = (0..<probeImages).map { _ in
      RGBImage(
        width: classifier.inputWidth, height: classifier.inputHeight,
        samples: (0..<classifier.inputWidth * classifier.inputHeight * 3).map { _ in
          UInt8(truncatingIfNeeded: random.next())
        })
    }
    let informative = try latestInformativeLayer(of: classifier, classIndex: 0, images: images, monitor: monitor)
    return informative ?? classifier.layers.last?.name ?? ""
  }

  private static let probeImages = 4
}
