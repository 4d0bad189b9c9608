import Tensors

extension KMeans {
  /// Lloyd's iterations from `centers`: assign each point to the nearest centre, move each centre to its points' mean. A centre
  /// without points moves to the point farthest from its own centre.
  static func lloyd(
    _ points: Tensor, norms: [Float], centers first: Tensor, tolerance: Double, monitor: WorkMonitor
  ) throws -> KMeans {
    var centers = first
    var (assignments, squared) = try nearest(points, norms: norms, centers: centers, monitor: monitor)
    var iterations = 0
    while iterations < maximumIterations {
      iterations += 1
      let moved = means(of: points, assignments: assignments, distances: squared, clusters: centers.rows)
      let shift = zip(moved.elements, centers.elements).reduce(0.0) { sum, pair in
        let difference = Double(pair.0 - pair.1)
        return sum + difference * difference
      }
      centers = moved
      let before = assignments
      (assignments, squared) = try nearest(points, norms: norms, centers: centers, monitor: monitor)
      if assignments == before || shift <= tolerance { break }
    }
    return KMeans(
      centers: centers, assignments: assignments,
      inertia: squaredDistances(points, centers: centers, assignments: assignments).reduce(0, +),
      iterations: iterations)
  }

  /// The nearest centre of each point, the first of equally near ones, and its squared distance.
  private static func nearest(
    _ points: Tensor, norms: [Float], centers: Tensor, monitor: WorkMonitor
  ) throws -> (assignments: [Int], squared: [Float]) {
    let centerNorms = LinearAlgebra.squaredRowNorms(centers)
    var assignments = [Int](repeating: 0, count: points.rows)
    var squared = [Float](repeating: 0, count: points.rows)
    for start in stride(from: 0, to: points.rows, by: rowsPerProduct) {
      try monitor.checkCancelled()
      let rows = Array(start..<min(start + rowsPerProduct, points.rows))
      let part = rows.count == points.rows ? points : points.gatheringRows(rows)
      let products = LinearAlgebra.product(part, centers, transposeB: true)
      for (offset, row) in rows.enumerated() {
        var (best, least) = (0, Float.infinity)
        for center in 0..<centers.rows {
          let distance = centerNorms[center] - 2 * products.elements[offset * centers.rows + center]
          if distance < least { (best, least) = (center, distance) }
        }
        assignments[row] = best
        squared[row] = max(0, norms[row] + least)
      }
    }
    return (assignments, squared)
  }

  private static func means(of points: Tensor, assignments: [Int], distances: [Float], clusters: Int) -> Tensor {
    let dimensions = points.rowStride
    var assignments = assignments
    var counts = [Int](repeating: 0, count: clusters)
    for cluster in assignments { counts[cluster] += 1 }
    var distances = distances
    for empty in 0..<clusters where counts[empty] == 0 {
      // A cluster of one point stays: taking that point would only empty another.
      let candidates = assignments.indices.filter { counts[assignments[$0]] > 1 }
      guard let farthest = candidates.max(by: { (distances[$0], -$0) < (distances[$1], -$1) }) else { break }
      counts[assignments[farthest]] -= 1
      assignments[farthest] = empty
      counts[empty] = 1
      distances[farthest] = 0
    }
    var sums = [Float](repeating: 0, count: clusters * dimensions)
    points.elements.withUnsafeBufferPointer { source in
      sums.withUnsafeMutableBufferPointer { sums in
        for (row, cluster) in assignments.enumerated() {
          for column in 0..<dimensions { sums[cluster * dimensions + column] += source[row * dimensions + column] }
        }
        for cluster in 0..<clusters where counts[cluster] > 0 {
          let scale = 1 / Float(counts[cluster])
          for column in 0..<dimensions { sums[cluster * dimensions + column] *= scale }
        }
      }
    }
    return Tensor(shape: [clusters, dimensions], elements: sums)
  }

  /// Each point's squared distance from its centre, by differences, exact where the norms are large.
  static func squaredDistances(_ points: Tensor, centers: Tensor, assignments: [Int]) -> [Double] {
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
