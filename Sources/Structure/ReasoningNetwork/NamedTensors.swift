import Tensors

/// Weights by name, wherever they come from.
package protocol NamedTensors {
  /// Names of the tensors.
  var names: [String] { get }

  /// The tensor of that name. Throws `StructureError.weights` where there is none that can be used.
  func tensor(_ name: String) throws -> Tensor
}

extension SafetensorsFile: NamedTensors {}

extension [String: Tensor]: NamedTensors {
  /// Names of the tensors.
  package var names: [String] { keys.sorted() }

  /// The tensor of that name. Throws `StructureError.weights` where there is none.
  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = self[name] else {
      throw StructureError.weights("there is no tensor \"\(name)\" among the weights")
    }
    return tensor
  }
}

/// The tensors of others whose names begin with a prefix, by the rest of their names.
package struct PrefixedTensors: NamedTensors {
  private let all: any NamedTensors
  private let prefix: String

  /// Those of `all` whose names begin with `prefix`.
  package init(_ all: any NamedTensors, prefix: String) {
    self.all = all
    self.prefix = prefix
  }

  /// Names without the prefix.
  package var names: [String] {
    all.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// The tensor of that name. Throws `StructureError.weights` where there is none that can be used.
  package func tensor(_ name: String) throws -> Tensor { try all.tensor(prefix + name) }
}
