import Base
import Concepts
import Images
import Structure
import Synchronization
import Tensors
import Testing

@testable import Evaluation

/// A method of two classes that finds and trains nothing: what it answers is fixed.
private final class FixedMethod: EvaluatedMethod {
  /// What was asked for.
  let log = Mutex<[String]>([])
  let canBeShuffled: Bool

  init(canBeShuffled: Bool = true) { self.canBeShuffled = canBeShuffled }

  func note(_ text: String) { log.withLock { $0.append(text) } }

  func discover(
    _ position: Int, images: [ImageSource], random: [ImageSource], options: DiscoveryOptions, monitor: WorkMonitor
  ) -> FoundConcepts {
    note("discover \(position) seed \(options.run.seed)\(options.attention.attention ? "" : " without attention")")
    let concepts = (0..<3).map { rank in
      Concept(
        id: "\(position).\(rank)", name: "", classIndex: position, rank: rank + 1, center: [Float(rank), 1],
        threshold: 1, patches: [], size: 1,
        tcav: TCAVSummary(mean: 1, standardDeviation: 0, pValue: nil, effect: Double(3 - rank), scores: []),
        cavAccuracy: 1, cavs: [])
    }
    return FoundConcepts(
      concepts: concepts, layer: "last", skipped: [SkippedImage(image: "broken.png", reason: "is no image")])
  }

  func apart() -> any EvaluatedMethod { self }

  struct Ranking: ConceptRanking {
    /// With other random sets the same order, with shuffled weights the opposite one.
    func importance(
      ofClass position: Int, seed: UInt64, isShuffled: Bool, monitor: WorkMonitor
    ) -> [Double?] { isShuffled ? [nil, 1, 2] : [3, 2, 1] }
  }

  func ranking(
    random: [ImageSource], seed: UInt64, options: DiscoveryOptions, monitor: WorkMonitor
  ) -> (any ConceptRanking)? { canBeShuffled ? Ranking() : nil }

  func train(
    images: [[ImageSource]], measuring: [ImageSource], comparesNodesOnly: Bool, options: TrainingOptions,
    monitor: WorkMonitor
  ) throws -> any EvaluatedNetwork {
    let controls = options.controls.controls
    note("train seed \(options.run.seed) controls \(controls)\(comparesNodesOnly ? " nodes only" : "")")
    return try Network()
  }

  struct Network: EvaluatedNetwork {
    let network: ReasoningNetwork

    init() throws {
      network = ReasoningNetwork(
        shape: try NetworkShape(classes: 2, nodes: 3, embeddingWidth: 2, nodeWidths: [2], edgeWidth: 2), seed: 3)
    }

    var training: TrainingOutcome {
      TrainingOutcome(
        concepts: [[], []], plan: MaskedVariantPlan(options: TrainingOptions()),
        heldOut: Fidelity(top1Agreement: 0.9, spearman: 0.8, meanSquaredError: 0.1, imageCount: 4),
        masked: Fidelity(top1Agreement: 0.7, spearman: 0.6, meanSquaredError: 0.2, imageCount: 12),
        controls: [], skipped: [])
    }

    func read(_ source: ImageSource, monitor: WorkMonitor) -> any EvaluatedImage { Reading(network: network) }
  }

  /// Concepts in three columns; the classifier's logit of class 0 is 3 less what is masked of them, of class 1 it is
  /// 1.5.
  struct Reading: EvaluatedImage {
    let network: ReasoningNetwork
    static let side = 12

    private static func column(_ index: Int) -> Mask {
      var mask = Mask(width: side, height: side)
      for y in 0..<side { for x in 4 * index..<4 * index + 2 { mask[x, y] = true } }
      return mask
    }

    var image: ExplainedImage {
      let graphs = (0..<2).map { position in
        ConceptGraph(
          classIndex: position,
          nodes: (0..<3).map { node in
            let mask = Self.column(node)
            return ConceptGraph.Node(
              conceptID: "", detected: true, distance: 0, center: (Float(node) / 3 + 0.1, 0.5), box: mask.boundingBox,
              mask: mask, embedding: [Float(node), 1])
          })
      }
      return ExplainedImage(
        identity: "image", input: RGBImage(width: Self.side, height: Self.side, filledWith: (9, 9, 9)),
        graphs: graphs, logits: [3, 1.5], attributions: network.attributions(graphs: graphs))
    }

    func logits(masking masks: [Mask?]) -> [[Float]] {
      masks.map { mask in [3 - 3 * Float(mask?.area ?? 0) / Float(3 * Self.column(0).area), 1.5] }
    }
    func logits(showing pictures: [RGBImage]) -> [[Float]] { pictures.map { _ in [3, 1.5] } }
    func graphs(hiding mask: Mask) -> [ConceptGraph] { image.graphs }
    func exemplar(of node: Int, graph: Int) -> RGBImage? { nil }

    func effect(of edit: TrialEdit, at node: Int, seed: UInt64) -> EditEffect? {
      switch edit {
      case .random: EditEffect(isFirst: true, share: 0.75)
      case .move: EditEffect(isFirst: false, share: 0.25)
      }
    }
  }
}

/// One run, asked of a method that answers the same to everything.
@Suite struct EvaluationRunTests {
  private func outcome(
    _ method: FixedMethod, measures: [EvaluationGroup] = EvaluationGroup.allCases, seed: UInt64 = 4
  ) throws -> EvaluationRun.Outcome {
    var options = EvaluationOptions()
    options.measures = measures
    options.randomPatches = 0
    options.seed = seed
    options.training.controls.controls = 0
    let classes = (0..<2).map { position in
      EvaluationSplit.ClassImages(
        name: "\(position)", images: (0..<8).map { (.path("/\(position)/\($0).png"), "\(position) \($0)") })
    }
    return try EvaluationRun(
      method: method, split: try EvaluationSplit(classes, random: [], options: options), options: options, seed: seed,
      monitor: .silent
    ).outcome()
  }

  @Test func everyStageRunsWithTheRunsSeed() throws {
    let method = FixedMethod()
    let outcome = try outcome(method)
    #expect(
      method.log.withLock { $0 } == [
        "discover 0 seed 4", "discover 1 seed 4", "train seed 4 controls 1 nodes only",
        // Plain ACE, for its order of concepts.
        "discover 0 seed 4 without attention", "discover 1 seed 4 without attention",
      ])
    #expect(outcome.layer == "last" && outcome.concepts.map(\.count) == [3, 3])
    #expect(outcome.skipped.count == 2 && outcome.skipped[0].image == "broken.png")
    #expect(Set(outcome.seconds.keys) == ["discovering", "sanity", "training", "measuring"])
  }

  @Test func measuresAreThoseThatWereAskedFor() throws {
    let all = try outcome(FixedMethod()).values
    #expect(all["agreement.clean"]?.value == 0.9 && all["agreement.masked"]?.value == 0.7)
    // Variants of an image count as one draw: no more than there are images.
    #expect(all["agreement.masked"]?.count == 12 && all["agreement.masked"]?.effectiveCount == 4)
    #expect((all["completeness"]?.value ?? 1) < 1e-4)
    // Four held-out images, two edits each.
    #expect(all["locality.first"]?.value == 0.5 && all["locality.first"]?.count == 8)
    #expect(all["locality.share"]?.value == 0.5)
    #expect(abs((all["sanity.repeated"]?.value ?? 0) - 1) < 1e-12)
    #expect(abs((all["sanity.randomised"]?.value ?? 0) + 1) < 1e-12)
    // With all three concepts masked the logit is 0 and the class lost; with one or two of them it is not before the
    // second.
    #expect(all["concepts.lost"]?.value == 1 && all["concepts.destroying"]?.value == 2)
    let some = try outcome(FixedMethod(canBeShuffled: false), measures: [.fidelity, .sanity])
    #expect(some.values["agreement.clean"] != nil && some.values["sanity.repeated"] == nil)
    #expect(some.values["completeness"] == nil && some.curves.isEmpty)
  }

  @Test func plainACEIsSoughtApartWhereTheRunUsesAttention() throws {
    let method = FixedMethod()
    var options = EvaluationOptions()
    options.discovery.attention.attention = true
    options.measures = [.curves]
    let classes = (0..<2).map { position in
      EvaluationSplit.ClassImages(
        name: "\(position)", images: (0..<8).map { (.path("/\(position)/\($0).png"), "\(position) \($0)") })
    }
    _ = try EvaluationRun(
      method: method, split: try EvaluationSplit(classes, random: [], options: options), options: options, seed: 0,
      monitor: .silent
    ).outcome()
    #expect(method.log.withLock { $0.filter { $0.hasSuffix("without attention") }.count } == 2)
  }

  @Test func aMovedConceptGoesFarAndStaysInside() {
    var random = SeededRandom(seed: 1, purpose: "test")
    for center in [(x: Float(0.5), y: Float(0.5)), (x: 0.02, y: 0.98), (x: 0.9, y: 0.5)] {
      for _ in 0..<50 {
        let target = EvaluationRun.distantPoint(from: center, &random)
        let (x, y) = (target.x - Double(center.x), target.y - Double(center.y))
        #expect((x * x + y * y).squareRoot() > 0.1)
        #expect((0...1).contains(target.x) && (0...1).contains(target.y))
      }
    }
  }
}
