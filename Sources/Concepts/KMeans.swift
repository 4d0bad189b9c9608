import Base
import Foundation
import Tensors

/// k-means clustering: greedy k-means++ seeding (Arthur and Vassilvitskii 2007), Lloyd's iterations with the distances
/// as matrix products, the best of several restarts. Deterministic for a seed.
///
/// Points are read block by block in every pass, so they need not fit in memory; only a few numbers per point are kept.
package struct KMeans: Sendable {
  /// The centres: [k, d]; fewer than asked for where the points have fewer distinct values.
  package var centers: Tensor
  /// The centre that each point is nearest to.
  package var assignments: [Int]
  /// The sum of the points' squared distances from their centres.
  package var inertia: Double
  /// Lloyd iterations of the best restart.
  package var iterations: Int

  static let maximumIterations = 300
  /// Iterations stop once the centres move less than this share of the points' mean variance, squared and summed.
  static let tolerance = 1e-4
  /// Squared distances below this share of the squared norms are what rounding leaves between equal points.
  static let roundingShare: Float = 1e-6

  /// Clusters the rows of `points`: [n, d], n ≥ 1.
  ///
  /// - Parameters:
  ///   - points: finite values.
  ///   - restarts: independent tries; the one with the least inertia wins.
  ///   - known: centres to start from instead of drawing any, [clusters, d]; ignored where the shape differs.
  ///   - monitor: asked between matrix products.
  package static func fit(
    _ points: Tensor, clusters: Int, restarts: Int, seed: UInt64, known: Tensor? = nil, monitor: WorkMonitor = .silent
  ) throws -> KMeans {
    assert(points.rank == 2, "k-means takes a matrix of points")
    return try fit(
      EmbeddingTable(points), clusters: clusters, restarts: restarts, seed: seed, known: known, monitor: monitor)
  }

  /// Clusters the rows of a table.
  static func fit(
    _ points: EmbeddingTable, clusters: Int, restarts: Int, seed: UInt64, known: Tensor? = nil,
    monitor: WorkMonitor = .silent
  ) throws -> KMeans {
    let centered = try CenteredPoints(points)
    let mean = centered.mean
    let variance = centered.norms.reduce(0.0) { $0 + Double($1) } / Double(max(1, points.count * points.dimensions))
    var random = SeededRandom(seed: seed, purpose: "k-means")
    var best: KMeans?
    if let known, known.shape == [clusters, mean.count], clusters <= points.count {
      var start = known
      for index in start.elements.indices { start.elements[index] -= mean[index % mean.count] }
      best = try lloyd(centered, centers: start, tolerance: tolerance * variance, monitor: monitor)
    } else {
      for _ in 0..<max(1, restarts) {
        let seeds = try seeding(centered, clusters: clusters, random: &random, monitor: monitor)
        let result = try lloyd(
          centered, centers: try centered.rows(at: seeds), tolerance: tolerance * variance, monitor: monitor)
        if result.inertia < best?.inertia ?? .infinity { best = result }
      }
    }
    var result = best ?? KMeans(centers: Tensor(shape: [0, mean.count]), assignments: [], inertia: 0, iterations: 0)
    for index in result.centers.elements.indices { result.centers.elements[index] += mean[index % mean.count] }
    return result
  }

  /// Indices of the first centres: each drawn with probability proportional to the squared distance from those before,
  /// the best of 2 + ln k draws being taken. Ends early when every point coincides with a centre.
  private static func seeding(
    _ points: CenteredPoints, clusters: Int, random: inout SeededRandom, monitor: WorkMonitor
  ) throws -> [Int] {
    guard points.count > 0, clusters > 0 else { return [] }
    let draws = 2 + Int(log(Double(clusters)))
    var seeds = [random.index(below: points.count)]
    var nearest = [Float](repeating: .infinity, count: points.count)
    nearest = try nearer(points, to: seeds, than: nearest, monitor: monitor)[0]
    while seeds.count < min(clusters, points.count) {
      let total = nearest.reduce(0.0) { $0 + Double($1) }
      guard total > 0 else { break }
      let candidates = (0..<draws).map { _ in draw(proportionalTo: nearest, total: total, random: &random) }
      var best: (index: Int, nearest: [Float], potential: Double)?
      let merged = try nearer(points, to: candidates, than: nearest, monitor: monitor)
      for (candidate, merged) in zip(candidates, merged) {
        let potential = merged.reduce(0.0) { $0 + Double($1) }
        if potential < best?.potential ?? .infinity { best = (candidate, merged, potential) }
      }
      guard let best else { break }
      seeds.append(best.index)
      nearest = best.nearest
      nearest[best.index] = 0
    }
    return seeds
  }

  /// For each candidate, which is one of the points, the squared distances of all points from it, or `nearest` where
  /// that is less.
  private static func nearer(
    _ points: CenteredPoints, to candidates: [Int], than nearest: [Float], monitor: WorkMonitor
  ) throws -> [[Float]] {
    let rows = try points.rows(at: candidates)
    var merged = [[Float]](repeating: nearest, count: candidates.count)
    try points.forEachBlock { range, block in
      try monitor.checkCancelled()
      let products = LinearAlgebra.product(block, rows, transposeB: true)
      products.elements.withUnsafeBufferPointer { products in
        points.norms.withUnsafeBufferPointer { norms in
          for (column, candidate) in candidates.enumerated() {
            merged[column].withUnsafeMutableBufferPointer { merged in
              for point in range {
                let scale = norms[point] + norms[candidate]
                let distance = scale - 2 * products[(point - range.lowerBound) * candidates.count + column]
                merged[point] = min(merged[point], distance > scale * roundingShare ? distance : 0)
              }
            }
          }
        }
      }
    }
    return merged
  }

  private static func draw(
    proportionalTo weights: [Float], total: Double, random: inout SeededRandom
  ) -> Int {
    var rest = random.uniform() * total
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      last = index
      rest -= Double(weight)
      if rest < 0 { break }
    }
    return last
  }
}
