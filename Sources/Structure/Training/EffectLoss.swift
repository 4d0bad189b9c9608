import Tensors

/// A loss on the contributions of concepts, from the effect on the classifier of masking them.
///
/// A variant v of an image hides a set H of concepts. Their contribution to their class's output c should be what the
/// classifier loses:
///
///     r_vc = Σ_{i in H} w_ci · (h_i − h_vi) − (t_c − t_vc)
///
/// with h a node's entries of the embedding of c's graph, w_ci their weights in the last layer for output c, and t the
/// target. The loss is the mean of r² over samples and classes. The distillation loss fixes only the sum of all
/// contributions; this loss fixes them one by one.
struct EffectLoss {
  struct Result {
    var value: Double
    /// With respect to the graph embeddings: [B, m · G].
    var embedding: Tensor
    /// With respect to the readout: [m, m · G].
    var readout: Tensor
  }

  let weight: Float
  let shape: NetworkShape

  /// - Parameters:
  ///   - embedding: of the samples of `batch`: [B, m · G].
  ///   - readout: [m, m · G].
  ///   - targets: [B, m].
  ///   - originals: by sample, the sample of its image as it is; itself where it hides nothing.
  func callAsFunction(
    embedding: Tensor, readout: Tensor, batch: GraphBatch, targets: [Float], originals: [Int]
  ) -> Result {
    var result = Result(
      value: 0, embedding: Tensor(shape: embedding.shape), readout: Tensor(shape: readout.shape))
    let (classes, stride) = (shape.classes, embedding.rowStride)
    let scale = weight / Float(max(1, batch.count * classes))
    for (sample, original) in originals.enumerated() where original != sample {
      for output in 0..<classes {
        let hidden = (0..<shape.nodes).filter {
          batch.isSeen(original, class: output, node: $0, of: shape)
            && !batch.isSeen(sample, class: output, node: $0, of: shape)
        }
        let entries = hidden.map { node in
          let first = output * shape.graphEmbeddingWidth + node * shape.outputWidth
          return first..<first + shape.outputWidth
        }
        var residual = targets[sample * classes + output] - targets[original * classes + output]
        for entry in entries.joined() {
          residual +=
            readout.elements[output * stride + entry]
            * (embedding.elements[original * stride + entry] - embedding.elements[sample * stride + entry])
        }
        result.value += Double(scale * residual * residual)
        let slope = 2 * scale * residual
        for entry in entries.joined() {
          let (own, variant) = (original * stride + entry, sample * stride + entry)
          let gradient = slope * readout.elements[output * stride + entry]
          result.embedding.elements[own] += gradient
          result.embedding.elements[variant] -= gradient
          result.readout.elements[output * stride + entry] +=
            slope * (embedding.elements[own] - embedding.elements[variant])
        }
      }
    }
    return result
  }
}

extension GraphBatch {
  /// Whether the node's concept is seen.
  fileprivate func isSeen(_ sample: Int, class position: Int, node: Int, of shape: NetworkShape) -> Bool {
    seen[(sample * shape.classes + position) * shape.nodes + node]
  }
}
