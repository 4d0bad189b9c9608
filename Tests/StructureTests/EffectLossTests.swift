import Tensors
import Testing

@testable import Structure

/// Two images of two graphs with two nodes each, and of the first image a variant in which a concept of each class is
/// hidden.
@Suite struct EffectLossTests {
  private let shape: NetworkShape
  private let batch: GraphBatch
  private let embedding: Tensor
  private let readout: Tensor
  private let targets: [Float] = [1, -1, 0.25, 0.5, -2, 2]

  init() throws {
    shape = try NetworkShape(classes: 2, nodes: 2, embeddingWidth: 3, nodeWidths: [2], edgeWidth: 1)
    func graphs(hiding: [Int?]) -> [ConceptGraph] {
      hiding.enumerated().map { position, hidden in
        ConceptGraph(
          classIndex: position,
          nodes: (0..<2).map { node in
            node == hidden
              ? .dummy(conceptID: "", distance: .infinity, width: 3, value: 0)
              : .init(
                conceptID: "", detected: true, distance: 0, center: (0, 0), box: nil, mask: nil,
                embedding: [1, Float(node), Float(position)])
          })
      }
    }
    batch = GraphBatch(
      [graphs(hiding: [nil, nil]), graphs(hiding: [1, 0]), graphs(hiding: [nil, 1])], shape: shape, dummyValue: 0)
    var random = SeededRandom(seed: 3, purpose: "effect loss")
    let width = shape.classes * shape.graphEmbeddingWidth
    embedding = Tensor(shape: [3, width], elements: (0..<3 * width).map { _ in Float(random.normal()) })
    readout = Tensor(shape: [2, width], elements: (0..<2 * width).map { _ in Float(random.normal()) })
  }

  private func loss(_ embedding: Tensor, _ readout: Tensor, originals: [Int] = [0, 0, 2]) -> EffectLoss.Result {
    EffectLoss(weight: 3, shape: shape)(
      embedding: embedding, readout: readout, batch: batch, targets: targets, originals: originals)
  }

  @Test func itIsTheFormulas() {
    func term(_ output: Int, node: Int, loss: Float) -> Float {
      let first = output * shape.graphEmbeddingWidth + node * 2
      let sum = (first..<first + 2).reduce(Float(0)) {
        $0 + readout[row: output].elements[$1] * (embedding[row: 0].elements[$1] - embedding[row: 1].elements[$1])
      }
      return (sum - loss) * (sum - loss)
    }
    let expected = 3 * (term(0, node: 1, loss: 1 - 0.25) + term(1, node: 0, loss: -1 - 0.5)) / 6
    #expect(abs(loss(embedding, readout).value - Double(expected)) < 1e-5 * Double(expected))
  }

  @Test func anImageWithoutItsOriginalCountsForNothing() {
    let result = loss(embedding, readout, originals: [0, 1, 2])
    #expect(result.value == 0)
    #expect(result.embedding.elements.allSatisfy { $0 == 0 } && result.readout.elements.allSatisfy { $0 == 0 })
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    let result = loss(embedding, readout)
    // The loss is of the second degree in either argument: central differences are exact but for rounding.
    let step: Float = 0.25
    func slope(_ tensor: Tensor, _ index: Int, _ value: (Tensor) -> Double) -> Double {
      var (up, down) = (tensor, tensor)
      up.elements[index] += step
      down.elements[index] -= step
      return (value(up) - value(down)) / Double(2 * step)
    }
    for index in embedding.elements.indices {
      let expected = slope(embedding, index) { loss($0, readout).value }
      #expect(abs(Double(result.embedding.elements[index]) - expected) < 1e-4)
    }
    for index in readout.elements.indices {
      let expected = slope(readout, index) { loss(embedding, $0).value }
      #expect(abs(Double(result.readout.elements[index]) - expected) < 1e-4)
    }
    #expect(result.embedding.elements.contains { $0 != 0 } && result.readout.elements.contains { $0 != 0 })
  }
}
