/// A dense, row-major array of 32-bit floats with value semantics.
///
/// `shape` lists the extents, slowest-varying first; a scalar has the empty shape.
package struct Tensor: Sendable, Equatable {
  package private(set) var shape: [Int]
  /// The elements in row-major order; its count is the product of `shape`.
  package var elements: [Float]

  package init(shape: [Int], elements: [Float]) {
    assert(shape.reduce(1, *) == elements.count, "a tensor's shape must fit its elements")
    self.shape = shape
    self.elements = elements
  }

  package init(shape: [Int], repeating value: Float = 0) {
    self.shape = shape
    self.elements = [Float](repeating: value, count: shape.reduce(1, *))
  }

  package var count: Int { elements.count }
  package var rank: Int { shape.count }
  /// The extent of the first axis; 1 for a scalar.
  package var rows: Int { shape.first ?? 1 }
  /// The number of elements that share one index of the first axis.
  package var rowStride: Int { shape.dropFirst().reduce(1, *) }

  /// The same elements under another shape of equal size.
  package func reshaped(_ shape: [Int]) -> Tensor { Tensor(shape: shape, elements: elements) }

  /// The slice at `index` of the first axis, without that axis.
  package subscript(row index: Int) -> Tensor {
    let stride = rowStride
    return Tensor(
      shape: Array(shape.dropFirst()), elements: Array(elements[index * stride..<(index + 1) * stride]))
  }

  /// The slices at `indices` of the first axis, in that order.
  package func gatheringRows(_ indices: [Int]) -> Tensor {
    let stride = rowStride
    var gathered: [Float] = []
    gathered.reserveCapacity(indices.count * stride)
    for index in indices { gathered.append(contentsOf: elements[index * stride..<(index + 1) * stride]) }
    return Tensor(shape: [indices.count] + shape.dropFirst(), elements: gathered)
  }

  /// Stacks tensors of one shape along a new first axis: n × [a, b] → [n, a, b]. Empty input gives shape [0].
  package static func stack(_ tensors: [Tensor]) -> Tensor {
    guard let first = tensors.first else { return Tensor(shape: [0]) }
    var elements: [Float] = []
    elements.reserveCapacity(tensors.count * first.count)
    for tensor in tensors { elements.append(contentsOf: tensor.elements) }
    return Tensor(shape: [tensors.count] + first.shape, elements: elements)
  }

  /// Joins tensors along their existing first axis: [a, c] and [b, c] → [a + b, c]. Empty input gives shape [0].
  package static func concatenate(_ tensors: [Tensor]) -> Tensor {
    guard let first = tensors.first else { return Tensor(shape: [0]) }
    var elements: [Float] = []
    elements.reserveCapacity(tensors.reduce(0) { $0 + $1.count })
    for tensor in tensors { elements.append(contentsOf: tensor.elements) }
    return Tensor(shape: [tensors.reduce(0) { $0 + $1.rows }] + first.shape.dropFirst(), elements: elements)
  }

  /// Means over all axes after the second: [n, c, …] → [n, c]. A tensor of rank 2 or less is returned as it is.
  package func averagedOverSpace() -> Tensor {
    guard rank > 2 else { return self }
    let outer = shape[0] * shape[1]
    let inner = shape[2...].reduce(1, *)
    guard inner > 0 else { return Tensor(shape: [shape[0], shape[1]]) }
    var means = [Float](repeating: 0, count: outer)
    elements.withUnsafeBufferPointer { source in
      for index in 0..<outer {
        var sum: Float = 0
        for offset in index * inner..<(index + 1) * inner { sum += source[offset] }
        means[index] = sum / Float(inner)
      }
    }
    return Tensor(shape: [shape[0], shape[1]], elements: means)
  }
}
