import Foundation
import Tensors

/// The target of the outputs: a loss with constants from the fitted images' logits.
struct DistillationTarget: Sendable {
  let loss: DistillationLoss
  /// Mean logit of each class.
  private let means: [Float]
  /// Pooled standard deviation of the logits about their class's mean.
  private let deviation: Float
  private let classes: Int

  /// A lower bound for norms, so that a vector of zeros can be divided by its norm.
  private static let smallestNorm: Float = 1e-6

  /// - Parameter logits: of the images that are fitted, [n, m].
  init(loss: DistillationLoss, logits: [[Float]], classes: Int) {
    self.loss = loss
    self.classes = classes
    let logits = loss == .marginMSE ? logits.map(Self.margins) : logits
    let means = (0..<classes).map { column in
      Statistics.mean(logits.map { Double($0[column]) }) ?? 0
    }
    let squares = logits.reduce(0) { sum, row in
      sum + zip(row, means).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    }
    let deviation = Float((squares / Double(max(1, logits.count * classes))).squareRoot())
    self.means = means.map { Float($0) }
    self.deviation = max(deviation, Self.smallestNorm)
  }

  /// The target outputs for these logits.
  func encode(_ logits: [Float]) -> [Float] {
    switch loss {
    case .l1NormalisedMSE: Self.normalised(logits).values
    case .standardisedMSE: zip(logits, means).map { ($0 - $1) / deviation }
    case .marginMSE: zip(Self.margins(logits), means).map { ($0 - $1) / deviation }
    case .crossEntropy: Self.softmax(logits)
    }
  }

  /// The readout bias at the start: the mean of the encoded targets.
  func start(_ encoded: [[Float]]) -> [Float] {
    guard loss != .crossEntropy, !encoded.isEmpty else { return [Float](repeating: 0, count: classes) }
    return (0..<classes).map { column in encoded.reduce(0) { $0 + $1[column] } / Float(encoded.count) }
  }

  /// Converts the outputs of a network that was fitted to encoded targets to their documented unit.
  func restoreUnit(of network: inout ReasoningNetwork) {
    guard loss.isOfLogits else { return }
    for index in network.readout.elements.indices { network.readout.elements[index] *= deviation }
    for index in network.readoutBias.indices {
      network.readoutBias[index] = network.readoutBias[index] * deviation + means[index]
    }
  }

  /// Mean loss over the rows, and its gradient with respect to the outputs; both [n, m].
  func loss(of outputs: Tensor, targets: [Float]) -> (value: Double, gradient: Tensor) {
    var gradient = Tensor(shape: outputs.shape)
    var total = 0.0
    let rows = outputs.rows
    for row in 0..<rows {
      let range = row * classes..<(row + 1) * classes
      let (value, part) = loss(of: Array(outputs.elements[range]), target: Array(targets[range]))
      total += Double(value)
      for (index, entry) in zip(range, part) { gradient.elements[index] = entry / Float(rows) }
    }
    return (total / Double(max(1, rows)), gradient)
  }

  private func loss(of output: [Float], target: [Float]) -> (Float, [Float]) {
    let count = Float(classes)
    switch loss {
    case .standardisedMSE, .marginMSE:
      let errors = zip(output, target).map { $0 - $1 }
      return (errors.reduce(0) { $0 + $1 * $1 } / count, errors.map { 2 * $0 / count })
    case .l1NormalisedMSE:
      // y = o / |o|₁: ∂L/∂o_k = (∂L/∂y_k − sign(o_k) Σ_j ∂L/∂y_j y_j) / |o|₁.
      let (values, norm) = Self.normalised(output)
      let errors = zip(values, target).map { $0 - $1 }
      let slopes = errors.map { 2 * $0 / count }
      let along = zip(slopes, values).reduce(0) { $0 + $1.0 * $1.1 }
      let gradient = zip(slopes, output).map { slope, value in
        (slope - (value > 0 ? along : value < 0 ? -along : 0)) / norm
      }
      return (errors.reduce(0) { $0 + $1 * $1 } / count, gradient)
    case .crossEntropy:
      let probabilities = Self.softmax(output)
      let divergence = zip(target, probabilities).reduce(Float(0)) { sum, pair in
        pair.0 > 0 ? sum + pair.0 * log(pair.0 / max(pair.1, .leastNormalMagnitude)) : sum
      }
      return (divergence, zip(probabilities, target).map { $0 - $1 })
    }
  }

  /// Each value less the mean of all.
  static func margins(_ logits: [Float]) -> [Float] {
    let mean = logits.reduce(0, +) / Float(max(1, logits.count))
    return logits.map { $0 - mean }
  }

  /// The values divided by their L1 norm, and the norm.
  static func normalised(_ values: [Float]) -> (values: [Float], norm: Float) {
    let norm = max(values.reduce(0) { $0 + abs($1) }, smallestNorm)
    return (values.map { $0 / norm }, norm)
  }

  private static func softmax(_ logits: [Float]) -> [Float] {
    let largest = logits.max() ?? 0
    let exponentials = logits.map { exp($0 - largest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
