import Foundation
import Tensors

/// A start for the first layer's weights: the directions in embedding space by which a ridge regression predicts the
/// targets from the nodes of all graphs.
///
/// All nodes share W1 and W2, and a few hundred graphs of nodes with a thousand entries each are too few to find good
/// directions from a random start. A ridge regression, which has one weight per node and entry, finds them in closed
/// form: with K the images' inner products over all their nodes and centred targets y, the weights of node p for target
/// t are Z_pᵀ (K + λ)⁻¹ y_t. λ has the least leave-one-out error, which is α_i / ((K + λ)⁻¹)_ii. The start is the
/// leading right singular vectors of all these weights, scaled so that nodes project to variance 1.
struct RidgeStart {
  private let graphs: GraphBatch
  private let targets: [[Float]]

  /// The regression uses at most this many images, because its time grows with their cube.
  private static let mostImages = 800
  /// λ in units of the mean of K's diagonal.
  private static let penalties = stride(from: -3.0, through: 2.5, by: 0.5).map { pow(10, $0) }
  /// Singular values below this share of the largest are noise.
  private static let smallestShare = 1e-3

  /// - Parameters:
  ///   - graphs: standardised.
  ///   - targets: one row per image of `graphs`.
  init(_ graphs: GraphBatch, targets: [[Float]]) {
    let count = min(graphs.count, Self.mostImages)
    // Takes every k-th image, because images of a class are neighbours.
    let chosen = (0..<count).map { $0 * graphs.count / max(1, count) }
    self.graphs = graphs.gathering(chosen)
    self.targets = chosen.map { targets[$0] }
  }

  /// Sets as many rows of W1 and W2 of the first layer as there are directions; without directions the network stays as
  /// it is.
  func apply(to network: inout ReasoningNetwork) {
    guard let first = network.layers.first, let weights = weights() else { return }
    let width = first.projection.rowStride
    let rows = first.projection.rows / 2
    for (row, direction) in directions(of: weights).prefix(rows).enumerated() {
      for start in [row * width, (rows + row) * width] {
        network.layers[0].projection.elements.replaceSubrange(start..<start + width, with: direction)
      }
    }
  }

  /// The weights of every node's entries for every target: [nodes · targets, D].
  private func weights() -> Tensor? {
    let count = graphs.count
    guard count > 2, let outputs = targets.first?.count else { return nil }
    let nodes = graphs.rows.count / count
    func embeddings(of node: Int) -> Tensor {
      graphs.embeddings.gatheringRows((0..<count).map { graphs.rows[$0 * nodes + node] })
    }
    var kernel = [Double](repeating: 0, count: count * count)
    for node in 0..<nodes {
      let rows = embeddings(of: node)
      for (index, value) in LinearAlgebra.product(rows, rows, transposeB: true).elements.enumerated() {
        kernel[index] += Double(value)
      }
    }
    Self.center(&kernel, order: count)
    let centered = (0..<outputs).map { output in
      let mean = targets.reduce(0.0) { $0 + Double($1[output]) } / Double(count)
      return targets.map { Double($0[output]) - mean }
    }
    guard let dual = Self.dual(kernel, centered) else { return nil }
    let columns = Tensor(
      shape: [outputs, count],
      elements: dual.flatMap { column in
        let mean = column.reduce(0, +) / Double(count)
        return column.map { Float($0 - mean) }
      })
    return Tensor.concatenate((0..<nodes).map { LinearAlgebra.product(columns, embeddings(of: $0)) })
  }

  /// (K + λ)⁻¹ y of each target, by the λ with the least leave-one-out error.
  private static func dual(_ kernel: [Double], _ targets: [[Double]]) -> [[Double]]? {
    let count = targets[0].count
    let scale = (0..<count).reduce(0.0) { $0 + kernel[$1 * count + $1] } / Double(count)
    guard scale > 0, scale.isFinite else { return nil }
    let unit = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0 } }
    var best: (error: Double, solutions: [[Double]])?
    for penalty in penalties {
      var matrix = kernel
      for index in 0..<count { matrix[index * count + index] += penalty * scale }
      guard let solved = LinearAlgebra.solvePositiveDefinite(matrix, targets + unit) else { continue }
      let inverse = solved[targets.count...]
      var error = 0.0
      for solution in solved[..<targets.count] {
        for (index, row) in inverse.enumerated() { error += pow(solution[index] / row[index], 2) }
      }
      if error < best?.error ?? .infinity { best = (error, Array(solved[..<targets.count])) }
    }
    return best?.solutions
  }

  /// The leading right singular vectors of `weights`, each scaled so that the embeddings project to variance 1.
  private func directions(of weights: Tensor) -> [[Float]] {
    let gram = LinearAlgebra.product(weights, weights, transposeB: true)
    guard
      let pairs = LinearAlgebra.eigenvectors(ofSymmetric: gram.elements.map(Double.init), order: weights.rows),
      let largest = pairs.first?.value, largest > 0
    else { return [] }
    let kept = pairs.filter { $0.value > Self.smallestShare * Self.smallestShare * largest }
    let left = Tensor(
      shape: [kept.count, weights.rows], elements: kept.flatMap { pair in pair.vector.map { Float($0) } })
    let right = LinearAlgebra.product(left, weights)
    let projected = LinearAlgebra.product(graphs.embeddings, right, transposeB: true)
    return (0..<right.rows).compactMap { row in
      let values = graphs.rows.map { Double(projected.elements[$0 * right.rows + row]) }
      guard let deviation = Statistics.standardDeviation(values), deviation > 0 else { return nil }
      return right[row: row].elements.map { $0 / Float(deviation) }
    }
  }

  /// Makes rows and columns of a symmetric matrix add up to 0: inner products of centred vectors.
  private static func center(_ matrix: inout [Double], order: Int) {
    let means = (0..<order).map { row in
      matrix[row * order..<(row + 1) * order].reduce(0, +) / Double(order)
    }
    let mean = means.reduce(0, +) / Double(order)
    for row in 0..<order {
      for column in 0..<order { matrix[row * order + column] += mean - means[row] - means[column] }
    }
  }
}
