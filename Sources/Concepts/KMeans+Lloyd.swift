import Base
import Tensors

extension KMeans {
  /// What one pass over the points finds.
  private struct Pass {
    /// The nearest centre of each point, the first of equally near ones.
    var assignments: [Int]
    /// Its squared distance.
    var squared: [Float]
    /// The points' sum and number by centre.
    var sums: ClusterSums
  }

  /// Lloyd's iterations from `centers`: assign each point to the nearest centre, move each centre to its points' mean.
  /// A centre without points moves to the point farthest from its own centre.
  static func lloyd(
    _ points: CenteredPoints, centers first: Tensor, tolerance: Double, monitor: WorkMonitor
  ) throws -> KMeans {
    var centers = first
    var pass = try assign(points, centers: centers, monitor: monitor)
    var iterations = 0
    while iterations < maximumIterations {
      iterations += 1
      let moved = try means(of: points, pass, monitor: monitor)
      let shift = zip(moved.elements, centers.elements).reduce(0.0) { sum, pair in
        let difference = Double(pair.0 - pair.1)
        return sum + difference * difference
      }
      centers = moved
      let before = pass.assignments
      pass = try assign(points, centers: centers, monitor: monitor)
      if pass.assignments == before || shift <= tolerance { break }
    }
    var inertia = 0.0
    try points.forEachBlock { rows, block in
      for distance in squaredDistances(block, centers: centers, assignments: pass.assignments[rows]) {
        inertia += distance
      }
    }
    return KMeans(centers: centers, assignments: pass.assignments, inertia: inertia, iterations: iterations)
  }

  private static func assign(_ points: CenteredPoints, centers: Tensor, monitor: WorkMonitor) throws -> Pass {
    let centerNorms = LinearAlgebra.squaredRowNorms(centers)
    var pass = Pass(
      assignments: [Int](repeating: 0, count: points.count), squared: [Float](repeating: 0, count: points.count),
      sums: ClusterSums(clusters: centers.rows, dimensions: points.mean.count))
    try points.forEachBlock { range, block in
      try monitor.checkCancelled()
      let products = LinearAlgebra.product(block, centers, transposeB: true)
      products.elements.withUnsafeBufferPointer { products in
        for (offset, point) in range.enumerated() {
          var (best, least) = (0, Float.infinity)
          for center in 0..<centerNorms.count {
            let distance = centerNorms[center] - 2 * products[offset * centerNorms.count + center]
            if distance < least { (best, least) = (center, distance) }
          }
          pass.assignments[point] = best
          pass.squared[point] = max(0, points.norms[point] + least)
        }
      }
      pass.sums.add(block, to: pass.assignments[range])
    }
    return pass
  }

  /// Where the centres move.
  private static func means(of points: CenteredPoints, _ pass: Pass, monitor: WorkMonitor) throws -> Tensor {
    guard pass.sums.counts.contains(0) else { return pass.sums.means }
    var (assignments, distances, counts) = (pass.assignments, pass.squared, pass.sums.counts)
    for empty in counts.indices where counts[empty] == 0 {
      // A cluster of one point stays: taking that point would only empty another.
      let candidates = assignments.indices.filter { counts[assignments[$0]] > 1 }
      guard let farthest = candidates.max(by: { (distances[$0], -$0) < (distances[$1], -$1) }) else { break }
      counts[assignments[farthest]] -= 1
      assignments[farthest] = empty
      counts[empty] = 1
      distances[farthest] = 0
    }
    var sums = ClusterSums(clusters: counts.count, dimensions: points.mean.count)
    try points.forEachBlock { range, block in
      try monitor.checkCancelled()
      sums.add(block, to: assignments[range])
    }
    return sums.means
  }

  /// Each point's squared distance from its centre, by differences, exact where the norms are large. `assignments` has
  /// one for each row of `points`.
  static func squaredDistances(_ points: Tensor, centers: Tensor, assignments: ArraySlice<Int>) -> [Double] {
    let dimensions = points.rowStride
    return points.elements.withUnsafeBufferPointer { points in
      centers.elements.withUnsafeBufferPointer { centers in
        assignments.enumerated().map { row, center in
          var sum = 0.0
          for column in 0..<dimensions {
            let difference = Double(points[row * dimensions + column] - centers[center * dimensions + column])
            sum += difference * difference
          }
          return sum
        }
      }
    }
  }
}

/// Sums of the points of each cluster, in the order of the points.
private struct ClusterSums {
  private(set) var counts: [Int]
  private var sums: [Float]
  private let dimensions: Int

  init(clusters: Int, dimensions: Int) {
    counts = [Int](repeating: 0, count: clusters)
    sums = [Float](repeating: 0, count: clusters * dimensions)
    self.dimensions = dimensions
  }

  /// Adds the rows of `block`: [n, d], each to the cluster that `clusters` names.
  mutating func add(_ block: Tensor, to clusters: ArraySlice<Int>) {
    block.elements.withUnsafeBufferPointer { source in
      sums.withUnsafeMutableBufferPointer { sums in
        for (row, cluster) in clusters.enumerated() {
          counts[cluster] += 1
          for column in 0..<dimensions { sums[cluster * dimensions + column] += source[row * dimensions + column] }
        }
      }
    }
  }

  /// The means: [k, d], 0 for an empty cluster.
  var means: Tensor {
    var means = sums
    for (cluster, count) in counts.enumerated() where count > 0 {
      let scale = 1 / Float(count)
      for column in cluster * dimensions..<(cluster + 1) * dimensions { means[column] *= scale }
    }
    return Tensor(shape: [counts.count, dimensions], elements: means)
  }
}
