import Images
import Tensors
import Testing

@testable import Concepts

/// What grows with the number of images comes back as it was put, in memory and from a file.
@Suite struct ScratchTests {
  private func region(_ seed: UInt64, width: Int = 50, height: Int = 40) throws -> PatchRegion {
    var random = SeededRandom(seed: seed)
    var mask = Mask(width: width, height: height)
    for _ in 0..<200 { mask[random.index(below: width), random.index(below: height)] = true }
    return PatchRegion(mask: mask, box: try #require(mask.boundingBox))
  }

  @Test func regionsComeBackByImageAndByPosition() throws {
    let lists = try [[1, 2, 3], [], [4], [5, 6]].map { try $0.map { try region($0) } }
    let table = try RegionTable(lists)
    #expect(table.count == 6 && table.imageCount == 4 && table.images == [0, 0, 0, 2, 3, 3])
    for (image, list) in lists.enumerated() { #expect(try table.regions(ofImage: image) == list) }
    #expect(try table.regions(ofImage: 0, at: [0, 2]) == [lists[0][0], lists[0][2]])
    #expect(table.rows(ofImage: 3) == 4..<6)
  }

  @Test func manyRegionsComeBackFromAFile() throws {
    let one = try region(9)
    // Each takes some hundred words, so that all are far more than stay in memory.
    let lists = (0..<60).map { _ in [PatchRegion](repeating: one, count: 50) }
    let table = try RegionTable(lists)
    #expect(try table.regions(ofImage: 59) == lists[59] && table.regions(ofImage: 0) == lists[0])
  }

  @Test func gradientsComeBack() throws {
    let mask = try region(3).mask
    let summaries = [
      GradientSummary(attention: mask, pooledGradient: [1, -2, .pi]),
      GradientSummary(attention: Mask(width: 50, height: 40), pooledGradient: [0, -0.0, 1e-30]),
    ]
    var table = GradientTable(count: 2)
    for index in [1, 0] { try table.set(index, to: summaries[index]) }
    #expect(table.hasAttention)
    for index in 0..<2 { #expect(try table.attention(ofImage: index) == summaries[index].attention) }
    #expect(try table.pooledGradients() == Tensor(shape: [2, 3], elements: [1, -2, .pi, 0, -0.0, 1e-30]))
    var flat = GradientTable(count: 1)
    try flat.set(0, to: GradientSummary(attention: nil, pooledGradient: [1]))
    #expect(try !flat.hasAttention && flat.attention(ofImage: 0) == nil)
  }

  @Test(arguments: [10, 9000]) func embeddingsComeBackInAnyOrder(count: Int) throws {
    let width = 100
    #expect((count * width * 4 > EmbeddingTable.memoryBytes) == (count > 10))
    var table = EmbeddingTable(count: count, layer: "layer")
    func row(_ index: Int) -> [Float] { (0..<width).map { Float(index * width + $0) } }
    for index in (0..<count).reversed() { try table.set(index, to: row(index)) }
    for index in [0, count / 2, count - 1] { #expect(try table.row(index) == row(index)) }
    #expect(try table.rows(at: [3, 1]).elements == row(3) + row(1))
    var next = 0
    try table.forEachBlock(of: 4096) { rows, block in
      #expect(rows.lowerBound == next && block.shape == [rows.count, width])
      #expect(block[row: 0].elements == row(rows.lowerBound))
      next = rows.upperBound
    }
    #expect(next == count)
    #expect(throws: DiscoveryError.unexpectedShape(layer: "layer", shape: [count, 1])) { try table.set(0, to: [1]) }
  }

  /// Points of several blocks, from a file, around known centres.
  @Test func clustersOfManyBlocksAreFound() throws {
    let (count, width, clusters) = (10_000, 64, 6)
    var random = SeededRandom(seed: 2)
    var table = EmbeddingTable(count: count, layer: "")
    for index in 0..<count {
      let center = index % clusters
      try table.set(
        index, to: (0..<width).map { Float(random.normal()) + ($0 % clusters == center ? 20 : 0) + 100 })
    }
    let fit = try KMeans.fit(table, clusters: clusters, restarts: 2, seed: 1)
    for index in 0..<count { #expect(fit.assignments[index] == fit.assignments[index % clusters]) }
    #expect(Set(fit.assignments.prefix(clusters)).count == clusters)
    var inertia = 0.0
    for index in 0..<count {
      for (value, center) in zip(try table.row(index), fit.centers[row: fit.assignments[index]].elements) {
        inertia += Double(value - center) * Double(value - center)
      }
    }
    #expect(abs(inertia - fit.inertia) < 1e-3 * inertia)
    let again = try KMeans.fit(try table.rows(0..<count), clusters: clusters, restarts: 2, seed: 1)
    #expect(again.centers == fit.centers && again.assignments == fit.assignments && again.inertia == fit.inertia)
  }
}
