import Concepts
import Fields
import Images
import Networks
import Reports
import Store
import Structure
import Tensors
import Testing

@testable import Bank
@testable import Engine
@testable import Readings

/// What the workspace keeps comes back as it was.
@Suite struct EngineArchiveTests {
  private func mask(_ width: Int, _ height: Int, seed: UInt64, share: Double = 0.3) -> Mask {
    var random = SeededRandom(seed: seed, purpose: "mask")
    return Mask(width: width, height: height, contains: (0..<width * height).map { _ in random.uniform() < share })
  }

  @Test(arguments: [(0, 0), (1, 1), (7, 3), (64, 2), (65, 33), (128, 128)])
  func masksComeBack(width: Int, height: Int) throws {
    for share in [0, 0.02, 0.5, 0.98, 1] {
      let mask = mask(width, height, seed: 3, share: share)
      #expect(mask.runs.reduce(0, +) <= width * height)
      #expect(Mask(width: width, height: height, runs: mask.runs) == mask)
      #expect(try Mask(archived: mask.archived()) == mask)
    }
    #expect(Mask(width: width, height: height, runs: [width * height, 1]) == nil)
    #expect(Mask(width: width, height: height, runs: [-1]) == nil)
  }

  @Test func superpixelsComeBackSmaller() throws {
    let labels: [Int32] = (0..<8000).map { (pixel: Int) -> Int32 in
      let (column, row) = (pixel % 100, pixel / 100)
      return Int32(column / 25 + 4 * (row / 20))
    }
    let superpixels = try #require(Superpixels(width: 100, height: 80, labels: labels))
    let value = Segmentations(levels: [superpixels, superpixels])
    let bytes = try value.archived()
    #expect(try Segmentations(archived: bytes) == value)
    #expect(bytes.count * 20 < value.memoryBytes)
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: ArchiveError.self) { try Segmentations(archived: Array(bytes[..<count])) }
    }
    #expect(Superpixels(width: 2, height: 2, labels: [0, 0, 2, 2]) == nil, "no pixel is 1")
    #expect(Superpixels(width: 2, height: 2, labels: [0, 0, -1, 0]) == nil)
    #expect(Superpixels(width: 2, height: 2, labels: [0, 0, 0]) == nil)
  }

  @Test func patchEmbeddingsAddUp() throws {
    var first = PatchEmbeddings()
    first.add([1, 2], of: mask(16, 16, seed: 1))
    var second = PatchEmbeddings()
    second.add([9, 9], of: mask(16, 16, seed: 1))
    second.add([3, 4], of: mask(16, 16, seed: 2))
    first.merge(try PatchEmbeddings(archived: second.archived()))
    #expect(first[mask(16, 16, seed: 1)] == [1, 2] && first[mask(16, 16, seed: 2)] == [3, 4])
    #expect(first[mask(16, 16, seed: 3)] == nil)
  }

  @Test func classesAndGraphsComeBack() throws {
    let patch = ConceptPatch(
      imageIndex: 2, box: Box(x: 1, y: 2, width: 3, height: 4), mask: mask(20, 10, seed: 1), distance: 0.5)
    let concept = Concept(
      id: "3-abc", name: "car 1", classIndex: 3, rank: 1, center: [1, 2, 3], threshold: 0.25, patches: [patch], size: 7,
      tcav: TCAVSummary(mean: 0.5, standardDeviation: 0.1, pValue: nil, effect: 2, scores: [0, 1]), cavAccuracy: 0.9,
      cavs: [[0, 1, 0], [1, 0, 0]])
    let preprocessing = try Preprocessing(resize: .shortestSide)
    let report = DiscoveryReport(
      className: "car", classIndex: 3, layer: "l", concepts: [],
      facts: DiscoveryFacts(
        imageCount: 4, segmentCount: 5, seconds: ["b": 1, "a": 2], degenerateLayer: true, notes: ["n"]),
      reusedSegments: 6, reusedEmbeddings: 7, skipped: [SkippedImage(image: "x", reason: "y")])
    let entry = ClassConcepts(
      recipe: "r", classIndex: 3, layer: "l", options: DiscoveryOptions(),
      centers: Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6]),
      embeddingCount: 9, retired: [.init(layer: "k", concept: concept)], concepts: [concept],
      images: [
        CatalogueEntry(
          source: .path("/a.png"), contentHash: "h",
          geometry: preprocessing.geometry(originalWidth: 500, originalHeight: 375)),
        CatalogueEntry(
          source: .bytes([1, 2]), contentHash: "i",
          geometry: preprocessing.geometry(originalWidth: 10, originalHeight: 20)),
      ], report: report)
    // Equal bytes of what was read say that nothing was lost.
    let read = try ClassConcepts(archived: entry.archived())
    #expect(try read.archived() == entry.archived() && read.images.map(\.geometry) == entry.images.map(\.geometry))
    #expect(read.images.map(\.source) == entry.images.map(\.source) && read.report.facts == report.facts)
    #expect(try Concept(archived: concept.archived()).archived() == concept.archived())
    var tested = concept
    for pValue in [nil, 0.25] {
      tested.tcav.pValue = pValue
      for corrected in [nil, 0.5] {
        tested.tcav.significance = TCAVSignificance(
          measure: .derivatives, correctedPValue: corrected, correction: .holm, tests: 3)
        let read = try Concept(archived: tested.archived())
        #expect(read.tcav == tested.tcav && read.cavs == tested.cavs)
      }
    }

    let shape = try NetworkShape(classes: 2, nodes: 3, embeddingWidth: 4, nodeWidths: [5, 6], edgeWidth: 2)
    let network = ReasoningNetwork(shape: shape, seed: 1, dummyValue: 0.5)
    let fidelity = Fidelity(top1Agreement: 1, spearman: 0.5, meanSquaredError: 0.1, imageCount: 8)
    let training = TrainingReport(
      graphModel: "g", classes: ["a", "b"], epochs: 3, heldOut: fidelity, masked: fidelity,
      history: [
        TrainingEpoch(epoch: 1, loss: 0.5, heldOutLoss: 0.6), TrainingEpoch(epoch: 2, loss: 0.3, heldOutLoss: 0.4),
      ], loss: "x", skipped: [], seconds: ["s": 1],
      controls: [
        TrainingControl(
          kind: .randomConcepts, refits: 2, heldOut: fidelity, masked: fidelity,
          heldOutTest: PairedComparison(agreementP: 0.25, marginP: 0.001, isBetter: true),
          maskedTest: PairedComparison(agreementP: 0.5, marginP: 1, isBetter: false))
      ], notes: ["n"])
    let graph = TrainedGraph(
      id: "g", model: "m", layer: "l", classes: [entry, entry], network: network, dummyValue: 0.5, report: training)
    let restored = try ArchivedGraph(archived: ArchivedGraph(graph).archived()).graph()
    #expect(restored.network == network && restored.classes.count == 2 && restored.id == "g")
    #expect(restored.classes[1].concepts.first?.cavs == concept.cavs)
    #expect(restored.report.history.map(\.loss) == [0.5, 0.3] && restored.report.heldOut == fidelity)
    #expect(restored.report.controls == training.controls && restored.report.doubts.isEmpty)
    var plain = training
    plain.controls = []
    // What earlier versions wrote ends before the controls, an empty list of one byte, and the options and the effects,
    // a byte each that says there are none.
    #expect(try TrainingReport(archived: Array(plain.archived().dropLast(3))).controls.isEmpty)
    plain.effects = try #require(
      EffectModel(
        fitted: (0..<9).map { .init(position: 0, node: 0, effect: Double($0), removed: Double($0)) }, held: [],
        concepts: [2, 1]))
    #expect(try TrainingReport(archived: plain.archived()).effects == plain.effects)
  }

  @Test func graphsOfImagesComeBack() throws {
    let node = ConceptGraph.Node(
      conceptID: "c", detected: true, distance: 1, center: (0.25, 0.75), box: Box(x: 0, y: 1, width: 2, height: 3),
      mask: mask(9, 9, seed: 4), embedding: [1, 2])
    let dummy = ConceptGraph.Node.dummy(conceptID: "d", distance: .infinity, width: 2, value: 0.01)
    let read = try ConceptGraph(archived: ConceptGraph(classIndex: 4, nodes: [node, dummy]).archived())
    #expect(read.classIndex == 4 && read.nodes.count == 2 && read.nodes[0].mask == node.mask)
    #expect(read.nodes[0].center == (0.25, 0.75) && read.nodes[1].distance == .infinity && read.nodes[1].box == nil)
    let gradients = GradientSummary(attention: mask(8, 8, seed: 5), pooledGradient: [1, -1])
    #expect(try GradientSummary(archived: gradients.archived()) == gradients)
    #expect(try DrawnRegion(archived: DrawnRegion(nil).archived()) == DrawnRegion(nil))
  }
}
