/// What can be wrong with graphs, training samples or stored weights, in words for the person who gave them.
package enum StructureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A value out of its range; `name` is the option or field.
  case invalidValue(name: String, reason: String)
  /// Too few images to fit on and hold out.
  case tooFewImages(found: Int, needed: Int)
  /// Graphs that do not fit each other or the network.
  case shape(String)
  /// Stored weights that cannot be read, or have names or extents other than the network's.
  case weights(String)

  /// What happened and what to do.
  package var description: String {
    switch self {
    case .invalidValue(let name, let reason): "\(name): \(reason)"
    case .tooFewImages(let found, let needed):
      "images: found \(found), at least \(needed) are needed to fit and hold out; give more images"
    case .shape(let reason): reason
    case .weights(let reason): reason
    }
  }
}
