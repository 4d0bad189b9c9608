import Base
import Tensors
import Testing

@testable import Concepts

@Suite struct KMeansTests {
  @Test func inertiaIsWithinAPercentOfScikitLearn() throws {
    let clusterings: [Golden.Clustering] = try Golden.load("clustering")
    for golden in clusterings {
      let points = Tensor(shape: [golden.rows, golden.points.count / golden.rows], elements: golden.points)
      let inertias = try (0..<10).map { seed in
        try KMeans.fit(points, clusters: golden.clusters, restarts: golden.restarts, seed: UInt64(seed)).inertia
      }
      let mean = inertias.reduce(0, +) / 10
      #expect(mean <= golden.meanInertia * 1.01, "\(mean) against \(golden.meanInertia)")
      #expect(inertias.allSatisfy { $0 >= golden.bestInertia * 0.97 }, "an inertia below the optimum is not one")
    }
  }

  @Test func inertiaIsThatOfCentersAndAssignments() throws {
    let clusterings: [Golden.Clustering] = try Golden.load("clustering")
    let golden = clusterings[0]
    let points = Tensor(shape: [golden.rows, golden.points.count / golden.rows], elements: golden.points)
    let fit = try KMeans.fit(points, clusters: 8, restarts: 1, seed: 3)
    var inertia = 0.0
    for row in 0..<golden.rows {
      let own = (0..<fit.centers.rows).map { center in
        let distance = LinearAlgebra.distance(points[row: row].elements, fit.centers[row: center].elements)
        return distance * distance
      }
      #expect(own[fit.assignments[row]] <= (own.min() ?? 0) + 1e-3)
      inertia += Double(own[fit.assignments[row]])
    }
    #expect(abs(inertia - fit.inertia) < 1e-3 * inertia)
  }

  @Test func seedsFixTheResult() throws {
    let clusterings: [Golden.Clustering] = try Golden.load("clustering")
    let golden = clusterings[1]
    let points = Tensor(shape: [golden.rows, golden.points.count / golden.rows], elements: golden.points)
    let a = try KMeans.fit(points, clusters: 25, restarts: 2, seed: 1)
    let b = try KMeans.fit(points, clusters: 25, restarts: 2, seed: 1)
    #expect(a.centers == b.centers && a.assignments == b.assignments && a.inertia == b.inertia)
  }

  @Test func knownCentersAreWhereItStarts() throws {
    let clusterings: [Golden.Clustering] = try Golden.load("clustering")
    let golden = clusterings[1]
    let points = Tensor(shape: [golden.rows, golden.points.count / golden.rows], elements: golden.points)
    let most = points.gatheringRows(Array(0..<golden.rows * 9 / 10))
    let before = try KMeans.fit(most, clusters: 12, restarts: 4, seed: 1)
    // The same points again stay where they are, whatever the seed; a few more move the centres little.
    let again = try KMeans.fit(most, clusters: 12, restarts: 4, seed: 9, known: before.centers)
    #expect(again.inertia <= before.inertia * 1.0001)
    let moved = zip(again.assignments, before.assignments).count { $0 != $1 }
    #expect(moved * 50 <= most.rows, "\(moved) of \(most.rows) points changed their cluster")
    let grown = try KMeans.fit(points, clusters: 12, restarts: 4, seed: 9, known: before.centers)
    let cold = try KMeans.fit(points, clusters: 12, restarts: 4, seed: 9)
    #expect(grown.inertia <= cold.inertia * 1.05)
    // Centres of another number or length are of no use.
    let other = try KMeans.fit(points, clusters: 11, restarts: 2, seed: 3, known: before.centers)
    #expect(other.centers == (try KMeans.fit(points, clusters: 11, restarts: 2, seed: 3)).centers)
  }

  @Test func fewerPointsThanClustersMakeAClusterEach() throws {
    let points = Tensor(shape: [3, 2], elements: [0, 0, 1, 0, 0, 5])
    let fit = try KMeans.fit(points, clusters: 25, restarts: 3, seed: 0)
    #expect(fit.centers.rows == 3)
    #expect(Set(fit.assignments).count == 3)
    #expect(fit.inertia < 1e-9)
  }

  @Test func equalPointsMakeOneCluster() throws {
    let fit = try KMeans.fit(Tensor(shape: [40, 3], repeating: 7), clusters: 5, restarts: 2, seed: 0)
    #expect(fit.centers.rows == 1)
    #expect(fit.assignments == [Int](repeating: 0, count: 40))
    #expect(fit.centers.elements == [7, 7, 7])
  }

  @Test func noPointsMakeNoCluster() throws {
    let fit = try KMeans.fit(Tensor(shape: [0, 3]), clusters: 5, restarts: 2, seed: 0)
    #expect(fit.centers.rows == 0 && fit.assignments.isEmpty)
  }

  @Test func emptyClustersAreSeededAnew() throws {
    let points = Tensor(shape: [6, 1], elements: [0, 0.1, 0.2, 10, 10.1, 30])
    // Two centres far from every point: both would stay empty.
    let centers = Tensor(shape: [4, 1], elements: [0, 10, 500, 600])
    let fit = try KMeans.lloyd(
      CenteredPoints(EmbeddingTable(points), mean: [0]), centers: centers, tolerance: 0, monitor: .silent)
    #expect(Set(fit.assignments).count == 4)
    #expect(fit.inertia < 0.1)
  }

  @Test func cancellationEndsTheWork() {
    let monitor = WorkMonitor(isCancelled: { true })
    #expect(throws: CancellationError.self) {
      try KMeans.fit(
        Tensor(shape: [9, 1], elements: (0..<9).map(Float.init)), clusters: 3, restarts: 1, seed: 0, monitor: monitor)
    }
  }
}
