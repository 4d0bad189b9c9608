import Images
import Tensors

/// An image with some of its concepts masked out: the pixels to fill with grey, and the remaining graphs.
package struct MaskedVariant: Sendable {
  /// The pixels to fill with grey, in the frame of the network's input.
  package var mask: Mask
  /// The image's graphs with dummies for the nodes that the mask hides.
  package var graphs: [ConceptGraph]
}

/// Says which concepts to mask in which image: the paper's augmentation (METHOD section 3).
package struct MaskedVariantPlan: Sendable {
  /// Most variants of an image.
  package var count: Int
  /// Value of every entry of a dummy node's embedding.
  package var dummyValue: Float
  /// Share of a node's pixels that must be masked for it to count as hidden.
  package var hiddenShare: Double
  package var seed: UInt64

  package init(options: TrainingOptions) {
    count = options.variants.maskedVariants
    dummyValue = options.variants.dummyValue
    hiddenShare = options.variants.hiddenShare
    seed = options.run.seed
  }

  /// Attempts per variant to draw a subset that was not drawn before.
  private static let attempts = 8

  /// Up to `count` variants, each with another nonempty subset of the detected concepts masked: one concept in half of
  /// them, up to half of the concepts in the others. The choice depends only on seed, `imageIndex` and graphs.
  ///
  /// A node of any graph becomes a dummy if at least `hiddenShare` of it is masked, because several classes' graphs
  /// often have the same patch.
  package func variants(of graphs: [ConceptGraph], imageIndex: Int) -> [MaskedVariant] {
    var random = SeededRandom(seed: seed, purpose: "masked variants of image \(imageIndex)")
    let masks = graphs.flatMap { $0.nodes.compactMap { $0.detected ? $0.mask : nil } }.filter { $0.area > 0 }
    guard let first = masks.first else { return [] }
    let usable = masks.indices.filter { masks[$0].width == first.width && masks[$0].height == first.height }
    var drawn: Set<Mask> = []
    var variants: [MaskedVariant] = []
    for _ in 0..<max(0, count) * Self.attempts where variants.count < count {
      let largest = max(1, (usable.count + 1) / 2)
      let size = random.uniform() < 0.5 ? 1 : 1 + random.index(below: largest)
      var union = Mask(width: first.width, height: first.height)
      for index in random.shuffled(usable).prefix(size) { union.formUnion(masks[index]) }
      guard drawn.insert(union).inserted else { continue }
      variants.append(variant(of: graphs, hiding: union))
    }
    return variants
  }

  package func variant(of graphs: [ConceptGraph], hiding mask: Mask) -> MaskedVariant {
    MaskedVariant(mask: mask, graphs: graphs.map { hide(mask, in: $0) })
  }

  /// The graph with dummies for the nodes that `mask` hides.
  package func hide(_ mask: Mask, in graph: ConceptGraph) -> ConceptGraph {
    graph.masking(hidden(by: mask, in: graph), dummyValue: dummyValue)
  }

  /// The nodes of a graph of which `mask` hides at least `hiddenShare`.
  func hidden(by mask: Mask, in graph: ConceptGraph) -> Set<Int> {
    Set(graph.nodes.indices.filter { graph.nodes[$0].mask.map { hides($0, by: mask) } ?? false })
  }

  /// Whether at least `hiddenShare` of a patch lies under `mask`; never where their images' extents differ.
  func hides(_ patch: Mask, by mask: Mask) -> Bool {
    guard patch.area > 0, patch.width == mask.width, patch.height == mask.height else { return false }
    return Double(patch.intersectionArea(mask)) >= hiddenShare * Double(patch.area)
  }
}
