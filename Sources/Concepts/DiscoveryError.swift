/// Why discovery failed, in words for the person who asked.
package enum DiscoveryError: Error, Sendable, Equatable, CustomStringConvertible {
  case tooFewImages(found: Int, needed: Int)
  case tooFewRandomImages(found: Int, needed: Int)
  case unknownLayer(String)
  case unknownClass(Int, count: Int)
  /// An image does not have the size of the network's input.
  case wrongSize(width: Int, height: Int, neededWidth: Int, neededHeight: Int)
  case notFinite(layer: String)
  /// The classifier gave a tensor of a shape that does not fit the request.
  case unexpectedShape(layer: String, shape: [Int])
  /// No image has a superpixel that can be a patch.
  case noPatches

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
      "no image has a superpixel that can be a patch; raise keepPercent, lower minAreaFraction or turn attention off"
    }
  }
}
