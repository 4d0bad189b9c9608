/// Failures of scenes; each message says the remedy.
package enum SceneError: Error, Equatable, CustomStringConvertible {
  /// No memory for a picture of this size.
  case outOfMemory(size: Int)
  /// A number of scenes that cannot be written.
  case invalidCount(name: String, value: Int, accepted: ClosedRange<Int>)
  /// An edit names a part that the scene does not have.
  case noSuchPart(name: String, subject: String)
  case unwritable(path: String, reason: String)
  /// The embedded network's files are not beside the program.
  case missingResource(name: String)

  package var description: String {
    switch self {
    case .outOfMemory(let size):
      "no memory for a picture of \(size) x \(size) pixels: choose a smaller size"
    case .invalidCount(let name, let value, let accepted):
      "\(name) is \(value): give a number from \(accepted.lowerBound) to \(accepted.upperBound)"
    case .noSuchPart(let name, let subject):
      "\(subject) has no part \(name) to edit: name one of its parts"
    case .unwritable(let path, let reason):
      "cannot write \(path): \(reason)"
    case .missingResource(let name):
      "the embedded network's file \(name) is not beside the program: build again, and keep the program and the folder "
        + "\(EmbeddedNetwork.bundleName) next to it together"
    }
  }
}
