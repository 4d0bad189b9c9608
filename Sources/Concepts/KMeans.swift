import Foundation
import Tensors

/// k-means clustering: greedy k-means++ seeding (Arthur and Vassilvitskii 2007), Lloyd's iterations with the distances as one
/// matrix product, the best of several restarts. Deterministic for a seed.
public struct KMeans: Sendable {
  /// The centres: [k, d]; fewer than asked for where the points have fewer distinct values.
  public var centers: Tensor
  /// The centre that each point is nearest to.
  public var assignments: [Int]
  /// The sum of the points' squared distances from their centres.
  public var inertia: Double
  /// Lloyd iterations of the best restart.
  public var iterations: Int

  /// The most Lloyd iterations of one restart.
  static let maximumIterations = 300
  /// Iterations stop once the centres move less than this share of the points' mean variance, squared and summed.
  static let tolerance = 1e-4
  /// Rows whose distances are computed by one matrix product.
  static let rowsPerProduct = 4096

  /// Squared distances below this share of the squared norms are what rounding leaves between equal points.
  static let roundingShare: Float = 1e-6

  /// Clusters the rows of `points`: [n, d], n ≥ 1.
  ///
  /// - Parameters:
  ///   - points: finite values.
  ///   - clusters: clusters sought.
  ///   - restarts: independent tries, of which the one of least inertia wins.
  ///   - seed: fixes every draw.
  ///   - known: centres to start from instead of drawing any, [clusters, d]; others are passed over.
  ///   - monitor: asked between matrix products.
  public static func fit(
    _ points: Tensor, clusters: Int, restarts: Int, seed: UInt64, known: Tensor? = nil, monitor: WorkMonitor = .silent
  ) throws -> KMeans {
    assert(points.rank == 2, "k-means takes a matrix of points")
    // Distances by |x|² + |c|² − 2 x·c lose digits unless the points lie around 0.
    let (centered, mean) = centering(points)
    let norms = LinearAlgebra.squaredRowNorms(centered)
    let variance = norms.reduce(0.0) { $0 + Double($1) } / Double(max(1, points.count))
    var random = SeededRandom(seed: seed, purpose: "k-means")
    var best: KMeans?
    if let known, known.shape == [clusters, mean.count], clusters <= points.rows {
      var start = known
      for index in start.elements.indices { start.elements[index] -= mean[index % mean.count] }
      best = try lloyd(centered, norms: norms, centers: start, tolerance: tolerance * variance, monitor: monitor)
    } else {
      for _ in 0..<max(1, restarts) {
        let seeds = try seeding(centered, norms: norms, clusters: clusters, random: &random, monitor: monitor)
        let result = try lloyd(
          centered, norms: norms, centers: centered.gatheringRows(seeds), tolerance: tolerance * variance,
          monitor: monitor)
        if result.inertia < best?.inertia ?? .infinity { best = result }
      }
    }
    var result = best ?? KMeans(centers: Tensor(shape: [0, mean.count]), assignments: [], inertia: 0, iterations: 0)
    for index in result.centers.elements.indices { result.centers.elements[index] += mean[index % mean.count] }
    return result
  }

  /// The points minus their mean, and the mean.
  private static func centering(_ points: Tensor) -> (centered: Tensor, mean: [Float]) {
    let dimensions = points.rowStride
    var sums = [Double](repeating: 0, count: dimensions)
    for row in 0..<points.rows {
      for column in 0..<dimensions { sums[column] += Double(points.elements[row * dimensions + column]) }
    }
    let mean = sums.map { Float($0 / Double(max(1, points.rows))) }
    var centered = points
    for row in 0..<points.rows {
      for column in 0..<dimensions { centered.elements[row * dimensions + column] -= mean[column] }
    }
    return (centered, mean)
  }

  /// Indices of the first centres: each drawn with probability proportional to the squared distance from those before, the
  /// best of 2 + ln k draws being taken. Ends early when every point coincides with a centre.
  private static func seeding(
    _ points: Tensor, norms: [Float], clusters: Int, random: inout SeededRandom, monitor: WorkMonitor
  ) throws -> [Int] {
    guard points.rows > 0, clusters > 0 else { return [] }
    let draws = 2 + Int(log(Double(clusters)))
    var seeds = [random.index(below: points.rows)]
    var nearest = distances(points, norms: norms, to: seeds[0])
    while seeds.count < min(clusters, points.rows) {
      try monitor.checkCancelled()
      let total = nearest.reduce(0.0) { $0 + Double($1) }
      guard total > 0 else { break }
      var best: (index: Int, nearest: [Float], potential: Double)?
      for _ in 0..<draws {
        let candidate = draw(proportionalTo: nearest, total: total, random: &random)
        let own = distances(points, norms: norms, to: candidate)
        let merged = zip(nearest, own).map { min($0, $1) }
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

  /// Squared distances of all points from one of them.
  private static func distances(_ points: Tensor, norms: [Float], to index: Int) -> [Float] {
    let products = LinearAlgebra.product(points, points.gatheringRows([index]), transposeB: true)
    return norms.indices.map { row in
      let scale = norms[row] + norms[index]
      let distance = scale - 2 * products.elements[row]
      return distance > scale * roundingShare ? distance : 0
    }
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
