import Concepts
import Structure
import Wire

extension DiscoveryOptions {
  /// The options of `vrx/discover`; the layer is read with the request.
  static let table = OptionTable<DiscoveryOptions>([
    .init("layer", .string) { _, _ in },
    .init("maxImages", .int(in: 1...Int.max), \.maxImages),
    .init("attention", .bool, \.attention),
    .init("keepPercent", .number(in: 0...100), \.keepPercent),
    .init("segmentCounts", .list(of: .int(in: 1...100_000)), \.segmentCounts),
    .init("compactness", .number(), \.compactness),
    .init("sigma", .number(in: 0...100), \.sigma),
    .init("minAreaFraction", .number(in: 0...1), \.minAreaFraction),
    .init("maxOverlap", .number(in: 0...1), \.maxOverlap),
    .init("fillValue", .int(in: 0...255)) { $0.fillValue = UInt8(clamping: $1) },
    .init("clusters", .int(in: 1...10_000), \.clusters),
    .init("restarts", .int(in: 1...1000), \.restarts),
    .init("minSize", .int(in: 0...Int.max), \.minSize),
    .init("maxPatches", .int(in: 1...Int.max), \.maxPatches),
    .init("randomSets", .int(in: 2...1000), \.randomSets),
    .init("randomSetSize", .int(in: 2...1_000_000), \.randomSetSize),
    .init("contrast", .word(ConceptContrast.self), \.contrast),
    .init("cavMethod", .word(CAVMethod.self), \.cavMethod),
    .init("cavL2", .number(), \.cavL2),
    .init("cavHoldout", .number(in: 0...1), \.cavHoldout),
    .init("significance", .number(in: 0...1), \.significance),
    .init("maxCoincidence", .number(in: 0...1), \.maxCoincidence),
    .init("topConcepts", .int(in: 1...1000), \.topConcepts),
    .init("minRandomSetSize", .int(in: 2...1_000_000), \.minRandomSetSize),
    .init("minTestImages", .int(in: 1...1_000_000), \.minTestImages),
    .init("maxTestImages", .int(in: 2...1_000_000), \.maxTestImages),
    .init("batchSize", .int(in: 1...4096), \.batchSize),
    .init("seed", .seed, \.seed),
  ])
}

extension TrainingOptions {
  /// The options of `vrx/train`.
  static let table = OptionTable<TrainingOptions>([
    .init("nodeWidths", .list(of: .int(in: 1...4096)), \.nodeWidths),
    .init("edgeWidth", .int(in: 1...4096), \.edgeWidth),
    .init("loss", .word(DistillationLoss.self), \.loss),
    .init("maxEpochs", .int(in: 1...100_000), \.maxEpochs),
    .init("batchSize", .int(in: 1...100_000), \.batchSize),
    .init("learningRate", .number(in: 0...1), \.learningRate),
    .init("weightAveraging", .number(in: 0...1), \.weightAveraging),
    .init("weightDecay", .number(in: 0...1_000_000), \.weightDecay),
    .init("embeddingNoise", .number(in: 0...100), \.embeddingNoise),
    .init("patience", .int(in: 1...Int.max), \.patience),
    .init("holdout", .number(in: 0...1), \.holdout),
    .init("maxImagesPerClass", .int(in: 1...Int.max), \.maxImagesPerClass),
    .init("maskedVariants", .int(in: 0...1000), \.maskedVariants),
    .init("hiddenShare", .number(in: 0...1), \.hiddenShare),
    .init("dummyValue", .number(in: -1_000_000...1_000_000)) { $0.dummyValue = Float($1) },
    .init("seed", .seed, \.seed),
  ])
}
