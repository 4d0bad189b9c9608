import Foundation
import Testing

@testable import Structure

/// Reference values made by `Tests/Fixtures/structure/make.py`.
struct Golden: Decodable {
  struct Case: Decodable {
    var loss: Double
    var gradients: [[Float]]
  }
  var classes: Int, nodes: Int, width: Int, nodeWidths: [Int], edgeWidth: Int, images: Int
  var weights: [[Float]], statistics: [[Float]], movedStatistics: [[Float]]
  var embeddings: [Float], centers: [Float], logits: [Float]
  var evaluatedEmbedding: [Float], evaluated: [Float], trained: [Float]
  var losses: [String: Case]

  static func load() throws -> Golden {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/structure/reasoning_network.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }

  /// The network of the recorded weights and running statistics.
  func network() throws -> ReasoningNetwork {
    let shape = try NetworkShape(
      classes: classes, nodes: nodes, embeddingWidth: width, nodeWidths: nodeWidths, edgeWidth: edgeWidth)
    var network = ReasoningNetwork(shape: shape, seed: 0)
    network.updateWeights { slot, values, _ in
      #expect(values.count == weights[slot].count)
      values = weights[slot]
    }
    for index in network.layers.indices {
      network.layers[index].nodeNormalization.runningMean = statistics[4 * index]
      network.layers[index].nodeNormalization.runningVariance = statistics[4 * index + 1]
      network.layers[index].edgeNormalization.runningMean = statistics[4 * index + 2]
      network.layers[index].edgeNormalization.runningVariance = statistics[4 * index + 3]
    }
    return network
  }

  /// The recorded graphs, per image and class.
  var graphs: [[ConceptGraph]] {
    graphsOf(embeddings: embeddings, centers: centers, images: images, classes: classes, nodes: nodes, width: width)
  }
}

/// Graphs of embeddings [images, classes, nodes, width] and centres [images, classes, nodes, 2].
func graphsOf(
  embeddings: [Float], centers: [Float], images: Int, classes: Int, nodes: Int, width: Int
) -> [[ConceptGraph]] {
  (0..<images).map { image in
    (0..<classes).map { position in
      ConceptGraph(
        classIndex: position,
        nodes: (0..<nodes).map { node in
          let row = (image * classes + position) * nodes + node
          return .init(
            conceptID: "\(node)", detected: true, distance: 0, center: (centers[2 * row], centers[2 * row + 1]),
            box: nil, mask: nil, embedding: Array(embeddings[row * width..<(row + 1) * width]))
        })
    }
  }
}

/// Largest difference, relative to the largest reference value.
func relativeDifference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  let scale = max(b.map(abs).max() ?? 0, 1e-6)
  return zip(a, b).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) } / scale
}
