import Concepts
import Structure
import Tensors
import Wire

extension DiscoveryOptions {
  /// The options of `vrx/discover`; the layer is read with the request.
  static let table = OptionTable<DiscoveryOptions>([
    .init("layer", .string, "The layer; the request's own member comes first.", set: { _, _ in }),
    .init(
      "maxImages", .int(in: 1...Int.max), \.maxImages,
      "Most photographs of the class that are used."),
    .init(
      "attention", .bool, \.attention,
      "Whether patches must lie in the region that Grad-CAM attends to; off, this is plain ACE."),
    .init(
      "keepPercent", .number(in: 0...100), \.keepPercent,
      "Share of pixels, in percent, that count as attended."),
    .init(
      "segmentCounts", .list(of: .int(in: 1...100_000)), \.segmentCounts,
      "Superpixels of each segmentation by slic or watershed, coarse to fine."),
    .init(
      "compactness", .number(), \.compactness,
      "SLIC's weight of place against colour."),
    .init(
      "sigma", .number(in: 0...100), \.sigma,
      "Width in pixels of the Gaussian that SLIC smooths with."),
    .init(
      "minAreaFraction", .number(in: 0...1), \.minAreaFraction,
      "Least area of a segment as a share of the image."),
    .init(
      "maxOverlap", .number(in: 0...1), \.maxOverlap,
      "Largest Jaccard overlap with a kept segment of a coarser segmentation."),
    .init(
      "fillValue", .int(in: 0...255), "Grey that fills a patch outside its segment.", get: { Int($0.fillValue) },
      set: { $0.fillValue = UInt8(clamping: $1) }),
    .init(
      "patchEmbedding", .word(PatchEmbedding.self), \.patchEmbedding,
      "How a patch becomes an embedding: cut out and seen alone, or as the mean of the whole image's activations over it."
    ),
    .init(
      "clusters", .int(in: 1...10_000), \.clusters,
      "Clusters of k-means, or non-negative components."),
    .init(
      "restarts", .int(in: 1...1000), \.restarts,
      "Restarts of the clustering; the one that fits best wins."),
    .init(
      "minSize", .int(in: 0...Int.max), \.minSize,
      "A cluster needs more patches than this to be a candidate; scaled down for small sets."),
    .init(
      "maxPatches", .int(in: 1...Int.max), \.maxPatches,
      "Patches that a concept keeps, nearest its centre."),
    .init(
      "randomSets", .int(in: 2...1000), \.randomSets,
      "Random sets: one activation vector and one TCAV score each."),
    .init(
      "randomSetSize", .int(in: 2...1_000_000), \.randomSetSize,
      "Images in each random set."),
    .init(
      "contrast", .word(ConceptContrast.self), \.contrast,
      "What patches are told apart from: whole random images, or patches of them."),
    .init(
      "cavMethod", .word(CAVMethod.self), \.cavMethod,
      "How an activation vector is fitted."),
    .init(
      "cavL2", .number(), \.cavL2,
      "L2 weight of the linear classifier."),
    .init(
      "cavHoldout", .number(in: 0...1), \.cavHoldout,
      "Share of the examples held out to measure the accuracy of an activation vector."),
    .init(
      "significance", .number(in: 0...1), \.significance,
      "Largest p of a concept, corrected over the candidates."),
    .init(
      "maxCoincidence", .number(in: 0...1), \.maxCoincidence,
      "Largest share of a concept's images in which it may show the same pixels as a better ranked one; 1 keeps all."),
    .init(
      "topConcepts", .int(in: 1...1000), \.topConcepts,
      "Concepts kept as the class's nodes."),
    .init(
      "minRandomSetSize", .int(in: 2...1_000_000), \.minRandomSetSize,
      "Least images of a random set; where they do not suffice for disjoint sets, sets overlap."),
    .init(
      "minTestImages", .int(in: 1...1_000_000), \.minTestImages,
      "Photographs that must be left over from discovery for concepts to be tested on those alone."),
    .init(
      "maxTestImages", .int(in: 2...1_000_000), \.maxTestImages,
      "Most photographs on which concepts are tested."),
    .init(
      "batchSize", .int(in: 1...4096), \.batchSize,
      "Most images or patches in memory as pixels at once."),
    .init("seed", .seed, \.seed, "Decides everything random."),
    .init(
      "segmenter", .word(Segmenter.self), \.segmenter,
      "What cuts images into superpixels; slic and watershed by segmentCounts, the others by options of their own."),
    .init(
      "felzenszwalbScales", .list(of: .number(in: 1e-3...1e9)), \.felzenszwalbScales,
      "Felzenszwalb's scales, coarse to fine: the greater, the larger the segments."),
    .init(
      "felzenszwalbSigma", .number(in: 0...100), \.felzenszwalbSigma,
      "Width in pixels of the Gaussian that felzenszwalb smooths with."),
    .init(
      "felzenszwalbMinSize", .int(in: 0...Int.max), \.felzenszwalbMinSize,
      "Least pixels of a segment of felzenszwalb's."),
    .init(
      "quickshiftMaxDistances", .list(of: .number(in: 0...1e6)), \.quickshiftMaxDistances,
      "Quick shift's greatest distances in colour and pixels, coarse to fine: the greater, the larger the segments."),
    .init(
      "quickshiftKernelSize", .number(in: 1...32), \.quickshiftKernelSize,
      "Width in pixels of the Gaussian by which quick shift measures densities; time grows with its square."),
    .init(
      "quickshiftRatio", .number(in: 0...1000), \.quickshiftRatio,
      "Quick shift's weight of colour against place."),
    .init(
      "watershedCompactness", .number(in: 0...1e6), \.watershedCompactness,
      "The watershed's weight of place against the gradient; 0 for none."),
    .init(
      "clustering", .word(ConceptClustering.self), \.clustering,
      "How patches are put together as candidates: k-means, or non-negative matrix factorisation of their embeddings."),
    .init(
      "correction", .word(PValueCorrection.self), \.correction,
      "What p is corrected by over the candidates."),
  ])
}

extension TrainingOptions {
  /// The options of `vrx/train`.
  static let table = OptionTable<TrainingOptions>([
    .init(
      "nodeWidths", .list(of: .int(in: 1...4096)), \.nodeWidths,
      "Node widths of the layers."),
    .init(
      "edgeWidth", .int(in: 1...4096), \.edgeWidth,
      "Edge width of every layer."),
    .init(
      "relations", .bool, \.relations,
      "Whether concepts' relations take part; without them each graph is its nodes alone, and nothing of where they are."
    ),
    .init(
      "loss", .word(DistillationLoss.self), \.loss,
      "The distillation loss."),
    .init(
      "start", .word(NetworkStart.self), \.start,
      "Where the weights start: random, or in the first layer from a ridge regression of the targets on the nodes."),
    .init(
      "maxEpochs", .int(in: 1...100_000), \.maxEpochs,
      "Most passes over the graphs."),
    .init(
      "batchSize", .int(in: 1...100_000), \.batchSize,
      "Photographs in a step; their masked variants come with them."),
    .init(
      "learningRate", .number(in: 0...1), \.learningRate,
      "Adam's step size."),
    .init(
      "weightAveraging", .number(in: 0...1), \.weightAveraging,
      "Share of the weights' running average that each step keeps; the average is what is used."),
    .init(
      "weightDecay", .number(in: 0...1_000_000), \.weightDecay,
      "Decoupled weight decay."),
    .init(
      "crossGraphDecay", .number(in: 0...1_000_000), \.crossGraphDecay,
      "Further decay of the weights by which a class's graph acts on other classes' scores; 0 for none. From 1 / learningRate on it does "
        + "not act on them, and what speaks for or against a class is found in its own graph."),
    .init(
      "messageDecay", .number(in: 0...1_000_000), \.messageDecay,
      "Further decay of the weights of messages between concepts, so that a concept's contribution holds little of its neighbours'; 0 for "
        + "none."),
    .init(
      "effectWeight", .number(in: 0...1000), \.effectWeight,
      "Weight of the loss on what concepts contribute, which is to be what the classifier loses where they are masked; 0 for none."
    ),
    .init(
      "embeddingNoise", .number(in: 0...100), \.embeddingNoise,
      "Standard deviation of the noise added to standardised embeddings while fitting; 0 for none."),
    .init(
      "patience", .int(in: 1...Int.max), \.patience,
      "Passes without a better held-out loss after which training stops."),
    .init(
      "holdout", .number(in: 0...1), \.holdout,
      "Share of the photographs held out of fitting: half decide when to stop, half measure fidelity."),
    .init(
      "maxImagesPerClass", .int(in: 1...Int.max), \.maxImagesPerClass,
      "Most photographs of a class that are used."),
    .init(
      "maskedVariants", .int(in: 0...1000), \.maskedVariants,
      "Variants of each photograph with concepts masked that are added."),
    .init(
      "hiddenShare", .number(in: 0...1), \.hiddenShare,
      "Share of a node's pixels that must be masked for it to count as not detected."),
    .init(
      "dummyValue", .number(in: -1_000_000...1_000_000), "Every entry of the embedding of a concept not detected.",
      get: { Double(String($0.dummyValue)) ?? Double($0.dummyValue) }, set: { $0.dummyValue = Float($1) }),
    .init(
      "controls", .int(in: 0...100), \.controls,
      "Fits of each kind of control beside the training's own, to see that its fidelity means something; 0 for none."),
    .init("seed", .seed, \.seed, "Decides everything random."),
  ])
}
