/// Why concepts could not be sought, in words for the person who asked.
package enum DiscoveryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Fewer images of the class than the method can work with.
  case tooFewImages(found: Int, needed: Int)
  /// Fewer random images than the method can work with.
  case tooFewRandomImages(found: Int, needed: Int)
  /// The classifier has no such layer.
  case unknownLayer(String)
  /// The classifier has no such class.
  case unknownClass(Int, count: Int)
  /// An image does not have the size of the network's input.
  case wrongSize(width: Int, height: Int, neededWidth: Int, neededHeight: Int)
  /// The classifier gave infinite values or NaN.
  case notFinite(layer: String)
  /// The classifier gave a tensor of a shape that does not fit the request.
  case unexpectedShape(layer: String, shape: [Int])
  /// No image has a segment that can be a patch.
  case noPatches

  /// What happened and what to do.
  package var description: String {
    switch self {
    case .tooFewImages(let found, let needed):
      "\(found) images of the class are too few to find concepts; at least \(needed) are needed"
    case .tooFewRandomImages(let found, let needed):
      "\(found) random images are too few to test concepts against; at least \(needed) are needed"
    case .unknownLayer(let name): "the network has no layer \"\(name)\""
    case .unknownClass(let index, let count): "class \(index) is not among the network's \(count) classes"
    case .wrongSize(let width, let height, let neededWidth, let neededHeight):
      "an image of \(width)×\(height) pixels was given where the network takes \(neededWidth)×\(neededHeight)"
    case .notFinite(let layer):
      "the network yields infinite values or NaN at layer \"\(layer)\"; check its preprocessing and precision"
    case .unexpectedShape(let layer, let shape):
      "the network yields a tensor of shape \(shape) at layer \"\(layer)\", which does not fit the images given"
    case .noPatches:
      "no image has a segment that can be a patch; raise keepPercent, lower minAreaFraction or turn attention off"
    }
  }
}
