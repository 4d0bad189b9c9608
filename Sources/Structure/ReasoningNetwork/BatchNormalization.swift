/// Batch normalisation over the rows of a matrix (Ioffe and Szegedy 2015): y = (x − mean) / √(variance + ε) · weight +
/// bias.
///
/// In training, mean and (biased) variance are the batch's, and the running statistics follow them; in evaluation they
/// are the running statistics.
package struct BatchNormalization: Sendable, Equatable, Codable {
  /// Scale γ of each column.
  package var weight: [Float]
  /// Offset β of each column.
  package var bias: [Float]
  /// Running mean of each column.
  package var runningMean: [Float]
  /// Running (unbiased) variance of each column.
  package var runningVariance: [Float]

  /// The identity, up to ε, on `width` columns.
  package init(width: Int) {
    weight = [Float](repeating: 1, count: width)
    bias = [Float](repeating: 0, count: width)
    runningMean = bias
    runningVariance = weight
  }

  /// ε, which keeps a constant column finite.
  static let epsilon: Float = 1e-5
  /// Share of the running statistics that each batch replaces.
  static let momentum: Float = 0.1

  /// What the backward pass needs of a forward pass.
  struct Trace {
    /// y: [rows, width].
    var output: [Float]
    /// (x − mean) / √(variance + ε): [rows, width].
    var normalised: [Float]
    /// 1 / √(variance + ε) of each column.
    var inverseDeviation: [Float]
    /// Mean of each column of the batch; empty in evaluation.
    var mean: [Float]
    /// Biased variance of each column of the batch; empty in evaluation.
    var variance: [Float]
    var rows: Int
  }

  private var width: Int { weight.count }

  /// Normalises the rows of `input`: [rows, width].
  func callAsFunction(_ input: [Float], training: Bool) -> Trace {
    let width = width
    let rows = width == 0 ? 0 : input.count / width
    let (mean, variance) = training && rows > 0 ? moments(of: input, rows: rows) : (runningMean, runningVariance)
    let inverse = variance.map { 1 / ($0 + Self.epsilon).squareRoot() }
    var trace = Trace(
      output: [Float](repeating: 0, count: input.count), normalised: [Float](repeating: 0, count: input.count),
      inverseDeviation: inverse, mean: training ? mean : [], variance: training ? variance : [], rows: rows)
    trace.output.withUnsafeMutableBufferPointer { output in
      trace.normalised.withUnsafeMutableBufferPointer { normalised in
        for row in 0..<rows {
          for column in 0..<width {
            let index = row * width + column
            let value = (input[index] - mean[column]) * inverse[column]
            normalised[index] = value
            output[index] = value * weight[column] + bias[column]
          }
        }
      }
    }
    return trace
  }

  private func moments(of input: [Float], rows: Int) -> (mean: [Float], variance: [Float]) {
    let width = width
    var sums = [Double](repeating: 0, count: width)
    var squares = sums
    for row in 0..<rows {
      for column in 0..<width { sums[column] += Double(input[row * width + column]) }
    }
    let means = sums.map { $0 / Double(rows) }
    for row in 0..<rows {
      for column in 0..<width {
        let deviation = Double(input[row * width + column]) - means[column]
        squares[column] += deviation * deviation
      }
    }
    return (means.map { Float($0) }, squares.map { Float($0 / Double(rows)) })
  }

  /// Moves the running statistics towards those of a training batch.
  mutating func follow(_ trace: Trace) {
    guard trace.rows > 1, trace.mean.count == width else { return }
    let unbiased = Float(trace.rows) / Float(trace.rows - 1)
    for column in 0..<width {
      runningMean[column] += Self.momentum * (trace.mean[column] - runningMean[column])
      runningVariance[column] += Self.momentum * (trace.variance[column] * unbiased - runningVariance[column])
    }
  }

  /// Converts the gradient of a training pass's output to that of its input; returns those of weight and bias.
  func backward(_ gradient: inout [Float], trace: Trace) -> (weight: [Float], bias: [Float]) {
    let width = width
    let rows = trace.rows
    guard rows > 0 else { return ([Float](repeating: 0, count: width), [Float](repeating: 0, count: width)) }
    var sums = [Double](repeating: 0, count: width)
    var products = sums
    for row in 0..<rows {
      for column in 0..<width {
        let index = row * width + column
        sums[column] += Double(gradient[index])
        products[column] += Double(gradient[index]) * Double(trace.normalised[index])
      }
    }
    let means = sums.map { Float($0 / Double(rows)) }
    let projections = products.map { Float($0 / Double(rows)) }
    let scale = (0..<width).map { weight[$0] * trace.inverseDeviation[$0] }
    gradient.withUnsafeMutableBufferPointer { gradient in
      for row in 0..<rows {
        for column in 0..<width {
          let index = row * width + column
          let centred = gradient[index] - means[column] - trace.normalised[index] * projections[column]
          gradient[index] = scale[column] * centred
        }
      }
    }
    return (products.map { Float($0) }, sums.map { Float($0) })
  }
}
