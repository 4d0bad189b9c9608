import Base
import Images
import Networks
import Tensors

/// Where in an image the evidence for a class's logit lies: Grad-CAM (Selvaraju et al., ICCV 2017).
package struct AttentionMap: Sendable {
  /// The weighted sum of the layer's channels at the size of the network's input: numbers ≥ 0.
  ///
  /// Where it is not rectified, or no cell's sum is above 0, the smallest sum is subtracted from all, so that the cells
  /// that speak least against the class come first.
  package var map: FloatMap
  /// Whether pixels at 0 have no evidence for the class.
  private let isRectified: Bool

  /// L = ReLU(Σ_k α_k A_k), with α_k the mean over space of the logit's gradient with respect to channel k; then
  /// enlarged bilinearly.
  ///
  /// - Parameters:
  ///   - activations: the layer's activations A: [c, h, w].
  ///   - gradients: the class logit's gradient with respect to them: [c, h, w].
  ///   - width, height: extents of the network's input.
  ///   - isRectified: false leaves the ReLU out: which pixels come first is known below 0 as well.
  /// - Returns: nil where the layer has no spatial extents, i.e. another rank than 3.
  package init?(activations: Tensor, gradients: Tensor, width: Int, height: Int, isRectified: Bool = true) {
    guard activations.rank == 3, gradients.shape == activations.shape, activations.count > 0 else { return nil }
    let shape = activations.shape
    let area = shape[1] * shape[2]
    let weights = gradients.reshaped([1] + shape).averagedOverSpace()
    let sum = LinearAlgebra.product(weights, activations.reshaped([shape[0], area]))
    let largest = sum.elements.max() ?? 0
    let floor = isRectified && largest > 0 ? 0 : sum.elements.min() ?? 0
    self.isRectified = isRectified
    let small = FloatMap(width: shape[2], height: shape[1], values: sum.elements.map { max(0, $0 - floor) })
    map = small.resizedBilinear(width: width, height: height)
  }

  /// The attended pixels: the `keepPercent` % with the largest values, and those that equal the least of them.
  ///
  /// In a rectified map a pixel at 0 has no evidence for the class and is never attended, so the set may be smaller;
  /// where the whole map is 0, all pixels are attended.
  package func mask(keepPercent: Double) -> Mask {
    let count = map.values.count
    let kept = min(count, max(0, Int((Double(count) * keepPercent / 100).rounded())))
    guard kept > 0 else { return Mask(width: map.width, height: map.height) }
    guard map.values.contains(where: { $0 > 0 }) else {
      return Mask(width: map.width, height: map.height, contains: [Bool](repeating: true, count: count))
    }
    let threshold = map.values.sorted(by: >)[kept - 1]
    return Mask(
      width: map.width, height: map.height,
      contains: map.values.map { ($0 > 0 || !isRectified) && $0 >= threshold })
  }
}

/// What the gradient of a class's logit says about one image.
package struct GradientSummary: Sendable, Equatable {
  /// The attended pixels in the frame of the network's input; nil where the layer has no spatial extents.
  package var attention: Mask?
  /// The gradient at the layer, summed over space: D values. Its product with a vector v is the rate at which the logit
  /// changes as v is added to the activations everywhere.
  package var pooledGradient: [Float]

  package init(attention: Mask?, pooledGradient: [Float]) {
    (self.attention, self.pooledGradient) = (attention, pooledGradient)
  }

  /// A layer's activations and a class logit's gradient with respect to them, an image a row, channels first.
  static func checkedGradients(
    of images: [RGBImage], classIndex: Int, layer: String, classifier: any Classifier, monitor: WorkMonitor
  ) throws -> (activations: Tensor, gradients: Tensor) {
    var (activations, gradients) = try classifier.gradients(
      ofClass: classIndex, images: images, at: layer, monitor: monitor)
    guard activations.rows == images.count, gradients.shape == activations.shape, gradients.rank >= 2 else {
      throw DiscoveryError.unexpectedShape(layer: layer, shape: gradients.shape)
    }
    // Tokens become the grid they stand for.
    if let layout = classifier.layout(of: layer) {
      (activations, gradients) = (layout.channelsFirst(activations), layout.channelsFirst(gradients))
    }
    guard gradients.elements.allSatisfy(\.isFinite), activations.elements.allSatisfy(\.isFinite) else {
      throw DiscoveryError.notFinite(layer: layer)
    }
    return (activations, gradients)
  }

  /// Summaries of `images`, prepared to the classifier's input size: one gradient pass over the batch.
  package static func summaries(
    of images: [RGBImage], classIndex: Int, layer: String, classifier: any Classifier, keepPercent: Double,
    rectify: Bool = true, monitor: WorkMonitor
  ) throws -> [GradientSummary] {
    guard !images.isEmpty else { return [] }
    let (activations, gradients) = try checkedGradients(
      of: images, classIndex: classIndex, layer: layer, classifier: classifier, monitor: monitor)
    let positions = Float(gradients.shape.dropFirst(2).reduce(1, *))
    let means = gradients.averagedOverSpace()
    return images.indices.map { index in
      let map = AttentionMap(
        activations: activations[row: index], gradients: gradients[row: index], width: classifier.inputWidth,
        height: classifier.inputHeight, isRectified: rectify)
      return GradientSummary(
        attention: map?.mask(keepPercent: keepPercent),
        pooledGradient: means[row: index].elements.map { $0 * positions })
    }
  }
}
