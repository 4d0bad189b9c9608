import Base
import Fields
import Images
import Networks
import Tensors

/// What each place of a network's last feature map adds to a class's logit: gradient times activation, summed over
/// channels. A sum over a region is what removing the region in the layer takes from the logit: exactly where all that
/// follows the layer is linear, else to first order.
package struct LayerRelevance: Sendable, Equatable {
  /// By place of the layer, row-major: [h, w].
  package private(set) var map: FloatMap

  /// R(y, x) = Σ_k G_k(y, x) · A_k(y, x).
  ///
  /// - Parameters:
  ///   - activations: the layer's activations A: [c, h, w].
  ///   - gradients: the class logit's gradient G with respect to them: [c, h, w].
  /// - Returns: nil where the layer has no spatial extents, i.e. another rank than 3.
  package init?(activations: Tensor, gradients: Tensor) {
    guard activations.rank == 3, gradients.shape == activations.shape, activations.count > 0 else { return nil }
    let (channels, height, width) = (activations.shape[0], activations.shape[1], activations.shape[2])
    var sums = [Float](repeating: 0, count: height * width)
    for channel in 0..<channels {
      let first = channel * sums.count
      for place in sums.indices {
        sums[place] += gradients.elements[first + place] * activations.elements[first + place]
      }
    }
    map = FloatMap(width: width, height: height, values: sums)
  }

  private init(map: FloatMap) { self.map = map }

  /// The last layer that has places; nil where none has.
  package static func layer(of classifier: any Classifier) -> String? {
    let spatial = classifier.spatialLayers
    return (spatial.last { LayerChoice.featureOperators.contains($0.operatorName) } ?? spatial.last)?.name
  }

  /// Of an image of the network's input size: one gradient pass, which ends at `layer`.
  package init?(
    of image: RGBImage, classIndex: Int, layer: String, classifier: any Classifier, monitor: WorkMonitor
  ) throws {
    let (activations, gradients) = try GradientSummary.checkedGradients(
      of: [image], classIndex: classIndex, layer: layer, classifier: classifier, monitor: monitor)
    self.init(activations: activations[row: 0], gradients: gradients[row: 0])
  }

  /// What the places below `mask`, which lies in the frame of the network's input, add; each counts by the share of it
  /// that is covered.
  package func sum(over mask: Mask) -> Double {
    guard mask.width > 0, mask.height > 0, map.width > 0, map.height > 0 else { return 0 }
    var covered = [Int](repeating: 0, count: map.values.count)
    mask.forEachPixel { x, y in covered[y * map.height / mask.height * map.width + x * map.width / mask.width] += 1 }
    let pixels = Double(mask.width * mask.height) / Double(map.width * map.height)
    return zip(covered, map.values).reduce(0) { $0 + Double($1.0) / pixels * Double($1.1) }
  }
}

extension LayerRelevance: Archivable {
  package static var blank: LayerRelevance { LayerRelevance(map: FloatMap(width: 0, height: 0, values: [])) }

  package mutating func archive(in archive: inout Archive) throws {
    var (width, height, values) = (map.width, map.height, map.values)
    try archive.small(&width)
    try archive.small(&height)
    try archive.field(&values)
    guard archive.isReading else { return }
    guard max(width, height) <= Mask.largestSide, values.count == width * height else { throw ArchiveError.damaged }
    map = FloatMap(width: width, height: height, values: values)
  }
}
