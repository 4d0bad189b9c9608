import Fields
import Images
import Tensors
import Testing

@testable import Concepts

@Suite struct LayerRelevanceTests {
  /// Two channels of 2 × 3 places, whose sum over space, weighted, is the logit.
  private let activations = Tensor(shape: [2, 2, 3], elements: [1, 2, 3, 4, 5, 6, 0, 1, 0, 1, 0, 1])
  private let weights: [Float] = [2, -3]

  private func relevance() throws -> LayerRelevance {
    let gradients = Tensor(shape: [2, 2, 3], elements: weights.flatMap { [Float](repeating: $0, count: 6) })
    return try #require(LayerRelevance(activations: activations, gradients: gradients))
  }

  private func mask(_ width: Int, _ height: Int, _ contains: (Int, Int) -> Bool) -> Mask {
    var mask = Mask(width: width, height: height)
    for y in 0..<height { for x in 0..<width where contains(x, y) { mask[x, y] = true } }
    return mask
  }

  @Test func ofALinearHeadAllPlacesAddUpToTheLogit() throws {
    let relevance = try relevance()
    #expect(relevance.map.values == [2, 1, 6, 5, 10, 9])
    #expect(relevance.sum(over: mask(30, 20) { _, _ in true }) == 33)
    // What a logit loses without the left column and, of the middle one, half.
    #expect(relevance.sum(over: mask(30, 20) { x, _ in x < 15 }) == 12.5)
    #expect(relevance.sum(over: mask(30, 20) { _, _ in false }) == 0)
  }

  @Test func aPictureThatNoPlaceDividesIsCoveredOnce() throws {
    let relevance = try relevance()
    let halves = [true, false].map { upper in relevance.sum(over: mask(7, 5) { _, y in (y < 2) == upper }) }
    let whole = relevance.sum(over: mask(7, 5) { _, _ in true })
    #expect(abs(halves[0] + halves[1] - whole) < 1e-9 && abs(whole - 33) < 6)
  }

  @Test func aLayerWithoutPlacesHasNone() {
    let flat = Tensor(shape: [4], elements: [1, 2, 3, 4])
    #expect(LayerRelevance(activations: flat, gradients: flat) == nil)
    #expect(LayerRelevance(activations: activations, gradients: flat) == nil)
  }

  @Test func itIsKeptWhole() throws {
    let relevance = try relevance()
    #expect(try LayerRelevance(archived: relevance.archived()) == relevance)
    #expect(throws: ArchiveError.self) { try LayerRelevance(archived: Array(relevance.archived().dropLast())) }
  }
}
