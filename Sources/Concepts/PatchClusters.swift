import Base
import Tensors

/// Patches in clusters.
struct PatchClusters {
  /// The clusters' centres in embedding space: [k, d].
  var centers: Tensor
  /// The cluster of each patch; nil for a patch without a cluster.
  var assignments: [Int?]
  /// The components, where a factorisation made the clusters; else nil.
  var dictionary: Tensor?
  /// A note for people.
  var note: String?

  /// Clusters by non-negative matrix factorisation (as in ICE, Zhang et al. 2021, and CRAFT, Fel et al. 2023): a patch
  /// belongs to the component of its largest coefficient, after each component's coefficients are scaled to unit length
  /// over all patches. (Without that, nearly every patch would belong to the component that all patches hold.) A
  /// cluster's centre is the mean of its patches, as after k-means; a component without patches is its own centre.
  ///
  /// Embeddings with negative entries are split into max(x, 0) and max(−x, 0), the two halves of a vector twice as
  /// long.
  ///
  /// - Parameters:
  ///   - points: embeddings, [n, d].
  ///   - known: centres to start from, [clusters, d].
  static func factorizing(
    _ points: Tensor, clusters: Int, restarts: Int, seed: UInt64, known: Tensor?, monitor: WorkMonitor
  ) throws -> PatchClusters {
    let isSplit = points.elements.contains { $0 < 0 }
    let rows = isSplit ? split(points) : points
    // Centres of other embeddings may have negative entries: these are ignored.
    let start = isSplit ? known.map(split) : known.flatMap { $0.elements.contains { $0 < 0 } ? nil : $0 }
    let factors = try NonnegativeFactorization.fit(
      rows, components: clusters, restarts: restarts, seed: seed, known: start, monitor: monitor)
    let count = factors.components.rows
    let coefficients = factors.coefficients.elements
    let lengths = (0..<count).map { component in
      LinearAlgebra.norm((0..<points.rows).map { coefficients[$0 * count + component] })
    }
    let assignments = (0..<points.rows).map { row -> Int? in
      var (most, largest): (Int?, Float) = (nil, 0)
      for component in 0..<count where lengths[component] > 0 {
        let share = coefficients[row * count + component] / lengths[component]
        if share > largest { (most, largest) = (component, share) }
      }
      return most
    }
    let length = LinearAlgebra.norm(rows.elements)
    let share = length > 0 ? 1 - factors.error * factors.error / Double(length * length) : 0
    let percent = Int((100 * max(0, share)).rounded())
    return PatchClusters(
      centers: means(of: points, assignments: assignments, otherwise: factors.components, isSplit: isSplit),
      assignments: assignments, dictionary: factors.components,
      note: "\(count) non-negative components make up \(percent) % of the embeddings' squared length"
        + (isSplit ? "; negative entries were split off, because layers without rectification have them" : ""))
  }

  /// [n, d] → [n, 2 d]: max(x, 0), then max(−x, 0).
  static func split(_ points: Tensor) -> Tensor {
    let dimensions = points.rowStride
    var result = Tensor(shape: [points.rows, 2 * dimensions])
    for row in 0..<points.rows {
      for column in 0..<dimensions {
        let value = points.elements[row * dimensions + column]
        result.elements[row * 2 * dimensions + column + (value < 0 ? dimensions : 0)] = abs(value)
      }
    }
    return result
  }

  /// The mean of each cluster's points; for a cluster without points, its component.
  private static func means(
    of points: Tensor, assignments: [Int?], otherwise components: Tensor, isSplit: Bool
  ) -> Tensor {
    let dimensions = points.rowStride
    var sums = [Double](repeating: 0, count: components.rows * dimensions)
    var counts = [Int](repeating: 0, count: components.rows)
    for (row, cluster) in assignments.enumerated() {
      guard let cluster else { continue }
      counts[cluster] += 1
      for column in 0..<dimensions {
        sums[cluster * dimensions + column] += Double(points.elements[row * dimensions + column])
      }
    }
    var result = Tensor(shape: [components.rows, dimensions])
    for cluster in 0..<components.rows {
      for column in 0..<dimensions {
        let place = cluster * dimensions + column
        let own = cluster * components.rowStride + column
        result.elements[place] =
          counts[cluster] > 0
          ? Float(sums[place] / Double(counts[cluster]))
          : components.elements[own] - (isSplit ? components.elements[own + dimensions] : 0)
      }
    }
    return result
  }
}

extension PatchClusters {
  /// Clusters by k-means.
  init(_ clustering: KMeans) {
    self.init(centers: clustering.centers, assignments: clustering.assignments)
  }
}
