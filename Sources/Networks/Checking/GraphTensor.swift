import SwiftProtobuf

/// A named tensor that a graph is given or computes.
package struct GraphTensor: Sendable {
  package var name: String
  var constant: Constant

  /// Extents, slowest-varying first.
  package var shape: [Int] { constant.shape }
  /// The elements as floats, row-major.
  package var elements: [Float] { constant.floats }
  /// Whether the elements are integers or truth values.
  package var isInteger: Bool { constant.isInteger }

  init(name: String, constant: Constant) {
    self.name = name
    self.constant = constant
  }

  /// Reads the bytes of a tensor file, as ONNX test data have them; throws `NetworkError`.
  package init(fileBytes: [UInt8]) throws {
    guard let tensor = try? Vrx_Onnx_Tensor(serializedBytes: fileBytes) else {
      throw NetworkError(.unreadable, "the file is not an ONNX tensor, or is damaged")
    }
    self.init(name: tensor.name, constant: try Constant(tensor))
  }

  /// The greatest difference of two tensors, and whether every element lies within `absolute` + `relative` · |wanted|.
  /// NaN equals NaN, infinity itself. nil where the shapes differ; a scalar may have one axis of extent 1.
  package func difference(
    from wanted: GraphTensor, absolute: Float, relative: Float
  ) -> (greatest: Float, isWithin: Bool)? {
    let (found, expected) = (constant.floats, wanted.constant.floats)
    func axes(_ shape: [Int]) -> [Int] { shape.isEmpty ? [1] : shape }
    guard axes(shape) == axes(wanted.shape), found.count == expected.count else { return nil }
    var greatest: Float = 0
    var isWithin = true
    for (value, reference) in zip(found, expected) where value != reference && !(value.isNaN && reference.isNaN) {
      let gap = abs(value - reference)
      if !(gap <= absolute + relative * abs(reference)) || !reference.isFinite { isWithin = false }
      greatest = gap.isNaN ? .infinity : max(greatest, gap)
    }
    return (greatest, isWithin)
  }
}
