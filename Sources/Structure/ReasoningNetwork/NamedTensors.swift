import Tensors

/// Weights by name.
package protocol NamedTensors {
  var names: [String] { get }

  /// Throws `StructureError.weights` where no tensor of that name can be used.
  func tensor(_ name: String) throws -> Tensor
}

extension SafetensorsFile: NamedTensors {}

extension [String: Tensor]: NamedTensors {
  package var names: [String] { keys.sorted() }

  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = self[name] else {
      throw StructureError.weights("there is no tensor \"\(name)\" among the weights")
    }
    return tensor
  }
}

/// The tensors whose names begin with a prefix, by the rest of their names.
package struct PrefixedTensors: NamedTensors {
  private let all: any NamedTensors
  private let prefix: String

  package init(_ all: any NamedTensors, prefix: String) {
    (self.all, self.prefix) = (all, prefix)
  }

  package var names: [String] {
    all.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  package func tensor(_ name: String) throws -> Tensor { try all.tensor(prefix + name) }
}
