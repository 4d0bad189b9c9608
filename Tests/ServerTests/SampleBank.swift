import Concepts
import Images
import Reports
import Structure
import Tensors

/// A bank that holds everything a file can carry.
enum SampleBank {
  private static func mask(from first: Int, to last: Int) -> Mask {
    var mask = Mask(width: 8, height: 6)
    for pixel in first...last { mask[pixel] = true }
    return mask
  }

  private static func concept(_ rank: Int, of classIndex: Int) -> Concept {
    let masks = [mask(from: 3, to: 20), mask(from: 0, to: 47), mask(from: 47, to: 47)]
    let patches = masks.enumerated().map { number, mask in
      ConceptPatch(
        imageIndex: number % 2, box: mask.boundingBox ?? Box(x: 0, y: 0, width: 0, height: 0), mask: mask,
        distance: 0.1 * Float(number))
    }
    return Concept(
      id: "\(classIndex)-\(rank)", name: "Fahrgäste \"\(rank)\"", classIndex: classIndex, rank: rank,
      center: [0.1, -1 / 3, Float(rank)], threshold: 0.7, patches: patches, size: 12,
      tcav: TCAVSummary(
        mean: 0.9, standardDeviation: 0.05, pValue: rank == 1 ? 0.001 : nil, effect: 1.5, scores: [0.9, 1, 0.8],
        significance: TCAVSignificance(measure: .scores, correctedPValue: 0.01, correction: .holm, tests: 9)),
      cavAccuracy: 0.95, cavs: [[1, 0, 0], [0, 1 / 3, -2]])
  }

  static func entry(_ classIndex: Int, concepts: Int = 2) -> ExportedClass {
    var options = DiscoveryOptions()
    options.segmentation.segmenter = .watershed
    options.segmentation.segmentCounts = [10, 20]
    options.patches.minAreaFraction = 0.002
    options.run.seed = 7
    return ExportedClass(
      model: "model-0", modelName: "scenes", className: "school bus", classIndex: classIndex, layer: "block6.relu",
      options: options,
      images: [
        .init(path: "/photographs/0.png", sha256: "00ff", width: 640, height: 480),
        .init(path: nil, sha256: "11ee", width: 8, height: 6),
      ], concepts: (1...concepts).map { concept($0, of: classIndex) },
      dictionary: ConceptDictionary(
        components: Tensor(shape: [2, 3], elements: [0, 1, 2, 3, 4, 0.5]),
        entries: [.init(concept: "\(classIndex)-1", component: 1, reference: 0.25)]),
      clusters: Tensor(shape: [2, 3], elements: [0.5, 1, 1.5, -2, 0, 4]))
  }

  static func network() throws -> ReasoningNetwork {
    ReasoningNetwork(
      shape: try NetworkShape(classes: 2, nodes: 2, embeddingWidth: 3, nodeWidths: [4, 2], edgeWidth: 2), seed: 3,
      dummyValue: 0.05)
  }

  static func graph() throws -> ExportedGraph {
    var options = TrainingOptions()
    options.variants.hiddenShare = 0.7
    options.network.nodeWidths = [4, 2]
    let fidelity = Fidelity(top1Agreement: 0.75, spearman: 0.5, meanSquaredError: 0.125, imageCount: 8)
    let report = TrainingReport(
      graphModel: "graph-0", classes: ["ambulance", "school bus"], epochs: 2, heldOut: fidelity, masked: fidelity,
      history: [TrainingEpoch(epoch: 1, loss: 0.5, heldOutLoss: 0.25)], loss: "logits",
      skipped: [SkippedImage(image: "x.png", reason: "no picture")], seconds: ["training": 1.5], notes: ["a note"],
      options: options)
    return ExportedGraph(
      id: "graph-0", digest: "abcdef", model: "model-0", modelName: "scenes", layer: "block6.relu",
      classes: [entry(0), entry(2)], network: try network(), report: report, origin: .trained, created: 1_700_000_000)
  }

  static func bank() throws -> ExportedBank {
    ExportedBank(classes: [entry(0, concepts: 3), entry(2)], graphs: [try graph()])
  }
}
