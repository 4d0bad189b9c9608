import Tensors

/// Shifts and scales each entry of an embedding to mean 0 and variance 1 over the fitted images.
///
/// Being affine, it is folded into W1 and W2 after training: the trained network takes embeddings as they are.
struct EmbeddingStandardization: Sendable {
  private let offset: [Float]
  private let scale: [Float]

  /// A lower bound for an entry's deviation, as a share of the root mean square deviation.
  private static let floor = 0.1

  /// - Parameter graphs: of the fitted images. An embedding counts once for each node that has it.
  init(of graphs: GraphBatch) {
    let embeddings = graphs.embeddings
    let width = embeddings.rowStride
    let rows = max(1, graphs.rows.count)
    var times = [Double](repeating: 0, count: embeddings.rows)
    for row in graphs.rows { times[row] += 1 }
    var means = [Double](repeating: 0, count: width)
    var squares = means
    for (row, times) in times.enumerated() {
      for column in 0..<width { means[column] += times * Double(embeddings.elements[row * width + column]) }
    }
    for column in 0..<width { means[column] /= Double(rows) }
    for (row, times) in times.enumerated() {
      for column in 0..<width {
        let deviation = Double(embeddings.elements[row * width + column]) - means[column]
        squares[column] += times * deviation * deviation
      }
    }
    let overall = (squares.reduce(0, +) / Double(rows * max(1, width))).squareRoot()
    let least = overall > 0 ? Self.floor * overall : 1
    offset = means.map { Float($0) }
    scale = squares.map { Float(1 / max(($0 / Double(rows)).squareRoot(), least)) }
  }

  /// The standardised rows.
  func callAsFunction(_ embeddings: Tensor) -> Tensor {
    let width = offset.count
    var result = embeddings
    result.elements.withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: values.count, by: max(1, width)) {
        for column in 0..<width { values[start + column] = (values[start + column] - offset[column]) * scale[column] }
      }
    }
    return result
  }

  /// Makes a network that was trained on standardised embeddings take plain ones: W s (x − o) + b = W' x + b'.
  func fold(into network: inout ReasoningNetwork) {
    guard !network.layers.isEmpty else { return }
    let width = offset.count
    for row in 0..<network.layers[0].projection.rows {
      var shift = 0.0
      for column in 0..<width {
        let value = network.layers[0].projection.elements[row * width + column] * scale[column]
        network.layers[0].projection.elements[row * width + column] = value
        shift += Double(value) * Double(offset[column])
      }
      network.layers[0].projectionBias[row] -= Float(shift)
    }
  }
}
