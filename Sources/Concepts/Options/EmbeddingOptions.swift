import Fields

/// How a patch becomes an embedding (METHOD section 1).
package struct EmbeddingOptions: Sendable, Equatable {
  package var patchEmbedding = PatchEmbedding.crop
  package var fillValue: UInt8 = 117

  package init() {}

  package static let fields = FieldList<EmbeddingOptions>([
    .option(
      "patchEmbedding", \.patchEmbedding, .word(PatchEmbedding.self),
      "How a patch becomes an embedding: cut out and seen alone, or as the mean of the whole image's activations over it.",
      recipe: "embedding", when: { $0.patchEmbedding != .crop }),
    .option(
      "fillValue", \.fillValue, .grey, "Grey that fills a patch outside its superpixel.", recipe: "fill",
      when: { $0.patchEmbedding == .crop }),
  ])
}

/// How a patch becomes an embedding.
package enum PatchEmbedding: String, Sendable, CaseIterable {
  /// The patch is cut out, filled with grey outside its superpixel and enlarged to the network's input; the layer's
  /// activations are averaged over space (ACE, VRX). The network sees the patch alone. One pass per patch.
  case crop
  /// The layer's activations of the whole image are averaged over the superpixel (masked average pooling). The network
  /// sees the patch in its surroundings, as far as the receptive field reaches. One pass per image.
  case maskedPooling
}
