import Images
import Tensors
import Testing

@testable import Concepts

@Suite struct PatchClustersTests {
  private func factorize(_ points: Tensor, clusters: Int, known: Tensor? = nil) throws -> PatchClusters {
    try PatchClusters.factorizing(points, clusters: clusters, restarts: 4, seed: 0, known: known, monitor: .silent)
  }

  /// Ten points along each of some directions, of growing length; the number of the direction of each point.
  private func rays(_ directions: [[Float]]) -> (points: Tensor, directions: [Int]) {
    let rows = directions.indices.flatMap { number in (1...10).map { (number, Float($0)) } }
    return (
      Tensor(
        shape: [rows.count, directions[0].count],
        elements: rows.flatMap { number, length in directions[number].map { $0 * length } }), rows.map(\.0)
    )
  }

  /// Whether two lists of cluster numbers are the same up to the numbers.
  private func areSame(_ clusters: [Int?], _ truth: [Int]) -> Bool {
    let pairs = Set(zip(clusters, truth).map { [$0 ?? -1, $1] })
    return pairs.count == Set(truth).count && Set(pairs.map { $0[0] }).count == pairs.count
  }

  @Test func patchesBelongToTheComponentTheyHoldMostOf() throws {
    let (points, truth) = rays([[1, 0.1, 0], [0, 1, 0], [0.2, 0, 1]])
    let clusters = try factorize(points, clusters: 3)
    #expect(areSame(clusters.assignments, truth))
    // Whatever their length, which is what k-means goes by here.
    let means = PatchClusters(try KMeans.fit(points, clusters: 3, restarts: 4, seed: 0))
    #expect(!areSame(means.assignments, truth))
    let first = try #require(clusters.assignments[0])
    for (at, value) in clusters.centers[row: first].elements.enumerated() {
      #expect(abs(value - [5.5, 0.55, 0][at]) < 1e-4, "the centre is the members' mean")
    }
    #expect(try #require(clusters.note).contains("make up 100 %"))
  }

  @Test func whatEveryPatchHoldsIsNoCluster() throws {
    let rows = (0..<3).flatMap { part in (1...20).map { (part, 2 + Float($0) / 20) } }
    let points = Tensor(
      shape: [60, 5], elements: rows.flatMap { part, amount in [20, 10] + (0..<3).map { $0 == part ? amount : 0 } })
    let clusters = try factorize(points, clusters: 4)
    #expect(areSame(clusters.assignments, rows.map(\.0)))
  }

  @Test func negativeEntriesAreSplitOff() throws {
    let (points, truth) = rays([[1, 0], [-1, 0], [0, -1]])
    let clusters = try factorize(points, clusters: 3)
    #expect(areSame(clusters.assignments, truth))
    #expect(clusters.centers.shape == [3, 2])
    let second = try #require(clusters.assignments[10])
    #expect(clusters.centers[row: second].elements == [-5.5, 0])
    #expect(try #require(clusters.note).contains("negative entries"))
    let again = try factorize(points, clusters: 3, known: clusters.centers)
    #expect(again.assignments == clusters.assignments)
  }

  @Test func patchesThatHoldNothingBelongToNoCluster() throws {
    let points = Tensor(shape: [5, 2], elements: [1, 0, 2, 0, 0, 0, 0, 1, 0, 3])
    let clusters = try factorize(points, clusters: 2)
    #expect(clusters.assignments[2] == nil && clusters.assignments.compactMap { $0 }.count == 4)
    let rule = ClusterRule(requested: 0, imageCount: 5, patchCount: 5, clusters: 2)
    let candidates = try ConceptCandidate.candidates(
      in: clusters, points: EmbeddingTable(points), images: Array(0..<5), rule: rule)
    #expect(candidates.flatMap(\.members).map(\.patch).sorted() == [0, 1, 3, 4])
  }

  @Test func candidatesAreMeasuredFromTheirMean() throws {
    let (points, _) = rays([[1, 0], [0, 1]])
    let rule = ClusterRule(requested: 0, imageCount: 20, patchCount: 20, clusters: 2)
    let candidates = try ConceptCandidate.candidates(
      in: try factorize(points, clusters: 2), points: EmbeddingTable(points), images: Array(0..<20), rule: rule)
    #expect(candidates.count == 2)
    for candidate in candidates {
      let distances = (1...10).map { abs(Double($0) - 5.5) }
      #expect(candidate.members.map { Double($0.distance) }.elementsEqual(distances.sorted()) { abs($0 - $1) < 1e-4 })
      let threshold = try #require(Statistics.percentile(distances, 95))
      #expect(abs(Double(candidate.threshold) - threshold) < 1e-4)
    }
  }

  @Test func nothingButZerosIsNoCluster() throws {
    let clusters = try factorize(Tensor(shape: [4, 3]), clusters: 2)
    #expect(clusters.assignments == [nil, nil, nil, nil] && clusters.centers.elements.allSatisfy(\.isFinite))
  }

  @Test func theClassesPartsAreFoundByFactorization() throws {
    var options = DiscoveryOptions()
    options.clustering.clustering = .nmf
    options.segmentation.segmentCounts = [16, 40]
    options.clustering.clusters = 8
    options.run.maxImages = 24
    options.significance.randomSetSize = 15
    func discover() throws -> DiscoveryResult {
      try ConceptDiscovery(classifier: ToyClassifier(), layer: "features", options: options).run(
        classIndex: 0, className: "toy", images: ImageProvider(ToyScenes.classImages(40)),
        random: ImageProvider(ToyScenes.randomImages(300)))
    }
    let result = try discover()
    let channels = result.concepts.map { concept in
      concept.center.indices.max { concept.center[$0] < concept.center[$1] }
    }
    #expect(Set(channels) == [0, 2], "red and blue squares, not green ones: \(result.facts.notes)")
    #expect(result.facts.notes.contains { $0.contains("non-negative components") })
    let again = try discover()
    #expect(again.concepts.map(\.center) == result.concepts.map(\.center))
    #expect(again.concepts.map(\.tcav) == result.concepts.map(\.tcav))
  }
}
