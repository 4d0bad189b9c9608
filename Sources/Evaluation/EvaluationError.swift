/// Why an evaluation is impossible, in words for the person who asked for it.
package enum EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  case tooFewImages(className: String, found: Int, needed: Int, heldOut: Int)

  package var description: String {
    switch self {
    case .tooFewImages(let className, let found, let needed, let heldOut):
      "images: found \(found) readable images of \(className), at least \(needed) are needed to hold out \(heldOut) and fit on the others"
    }
  }
}
