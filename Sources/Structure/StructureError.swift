/// Errors in graphs, training samples or stored weights, in words for people.
package enum StructureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A value out of its range; `name` is the option or field.
  case invalidValue(name: String, reason: String)
  case tooFewImages(found: Int, needed: Int)
  /// Graphs that do not fit each other or the network.
  case shape(String)
  /// Stored weights that cannot be read, or have names or extents other than the network's.
  case weights(String)

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
