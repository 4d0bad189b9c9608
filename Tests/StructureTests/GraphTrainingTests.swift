import Base
import Synchronization
import Tensors
import Testing

@testable import Structure

@Suite struct GraphTrainingTests {
  private static let world = SyntheticClassifier(width: 192, seed: 4)
  private static let images = world.samples(images: 160, variants: 2, seed: 1)
  private static let fresh = world.samples(images: 100, variants: 1, seed: 2)

  private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    options.run.seed = 5
    // These tests are of the training itself; its controls have tests of their own.
    options.controls.controls = 0
    change(&options)
    return options
  }

  private func fidelity(_ network: ReasoningNetwork, masked: Bool) -> Fidelity {
    let samples = Self.fresh.filter { $0.isMasked == masked }
    return Fidelity(outputs: network.outputs(of: samples.map(\.graphs)), logits: samples.map(\.logits))
  }

  @Test func aTrainedNetworkMimicsTheClassifierOnFreshImages() throws {
    let result = try GraphTraining(options: options()).run(Self.images, monitor: .silent)
    let clean = fidelity(result.network, masked: false)
    let masked = fidelity(result.network, masked: true)
    #expect(clean.top1Agreement >= 0.85 && clean.spearman >= 0.85 && clean.imageCount == 100, "\(clean)")
    #expect(masked.top1Agreement >= 0.75 && masked.spearman >= 0.85, "\(masked)")
    // What training reports of itself is near what fresh images say.
    #expect(abs(result.heldOut.top1Agreement - clean.top1Agreement) < 0.2, "\(result.heldOut)")
    #expect(result.heldOut.imageCount == 20 && result.masked.imageCount == 40)
    // Outputs are in the unit of logits.
    let sample = Self.fresh[0]
    let errors = zip(result.network.outputs(of: [sample.graphs])[0], sample.logits).map { abs($0 - $1) }
    #expect(errors.allSatisfy { $0 < 5 })
    let terms = result.network.contributions(graphs: sample.graphs)
    for part in terms {
      let sum = (part.nodes + part.edges + part.otherGraphs + [part.bias]).reduce(0, +)
      #expect(abs(sum - part.score) <= 1e-4 * max(1, abs(part.score)))
    }
  }

  /// With targets shuffled over images there is nothing to learn: fidelity must say so.
  @Test func shuffledTargetsAreNotLearned() throws {
    var random = SeededRandom(seed: 8)
    let clean = Self.images.filter { !$0.isMasked }
    let shuffled = zip(clean, random.shuffled(clean.map(\.logits))).map { sample, logits in
      TrainingSample(graphs: sample.graphs, logits: logits, imageIndex: sample.imageIndex, isMasked: false)
    }
    let result = try GraphTraining(options: options { $0.fitting.maxEpochs = 40 }).run(shuffled, monitor: .silent)
    let fresh = fidelity(result.network, masked: false)
    #expect(fresh.top1Agreement < 0.6 && abs(fresh.spearman) < 0.5, "\(fresh)")
  }

  @Test(arguments: DistillationLoss.allCases)
  func everyLossLearns(loss: DistillationLoss) throws {
    let result = try GraphTraining(options: options { $0.fitting.loss = loss }).run(Self.images, monitor: .silent)
    #expect(result.loss == loss)
    #expect(fidelity(result.network, masked: false).top1Agreement >= 0.75)
  }

  @Test func theBestPassIsKept() throws {
    let options = options {
      $0.fitting.patience = 4
      $0.fitting.loss = .standardisedMSE
    }
    let result = try GraphTraining(options: options).run(Self.images, monitor: .silent)
    let losses = result.history.map(\.heldOutLoss)
    #expect(result.history.map(\.epoch) == Array(1...result.epochs))
    #expect(losses[result.bestEpoch - 1] == losses.min())
    #expect(result.epochs == 200 || result.epochs == result.bestEpoch + 4)
    // The kept weights are the best pass's: their loss is the one in the history.
    let split = try TrainingSplit(Self.images, holdout: 0.25, seed: 5)
    let target = DistillationTarget(
      loss: .standardisedMSE, logits: split.fitted.map { Self.images[$0].logits }, classes: 3)
    let stopping = split.stopping.map { Self.images[$0] }
    let outputs = result.network.outputs(of: stopping.map(\.graphs)).flatMap(target.encode)
    let loss = target.loss(
      of: Tensor(shape: [stopping.count, 3], elements: outputs), targets: stopping.flatMap { target.encode($0.logits) })
    #expect(abs(loss.value - losses[result.bestEpoch - 1]) < 1e-3 * loss.value)
  }

  @Test func reasonsCanBeKeptInTheClasssOwnGraph() throws {
    func shareOfOthers(decay: Double) throws -> Double {
      let options = options {
        $0.fitting.effectWeight = 0
        $0.fitting.crossGraphDecay = decay
        $0.fitting.maxEpochs = 40
      }
      let result = try GraphTraining(options: options).run(Self.images, monitor: .silent)
      #expect(fidelity(result.network, masked: false).top1Agreement >= 0.75)
      var (own, others) = (0.0, 0.0)
      for sample in Self.fresh {
        for attribution in result.network.attributions(graphs: sample.graphs) {
          for (position, graph) in attribution.graphs.enumerated() {
            if position == attribution.output { own += abs(graph.sum) } else { others += abs(graph.sum) }
          }
        }
      }
      return others / (own + others)
    }
    #expect(try shareOfOthers(decay: 0) > 0.3)
    #expect(try shareOfOthers(decay: 300) < 0.05)
  }

  @Test func aContributionHoldsLittleOfTheNeighbours() throws {
    /// Of what changes in the contributions when one node is replaced by a dummy, the part that is not the node's or
    /// its relations'.
    func shareElsewhere(decay: Double) throws -> Double {
      let options = options {
        $0.fitting.messageDecay = decay
        $0.fitting.maxEpochs = 40
      }
      let result = try GraphTraining(options: options).run(Self.images, monitor: .silent)
      #expect(fidelity(result.network, masked: false).top1Agreement >= 0.75)
      var (all, elsewhere) = (0.0, 0.0)
      for sample in Self.fresh {
        let before = result.network.contributions(graphs: sample.graphs)
        for (position, graph) in sample.graphs.enumerated() where graph.nodes[0].detected {
          var graphs = sample.graphs
          graphs[position] = graph.masking([0], dummyValue: result.network.dummyValue)
          let after = result.network.contributions(graphs: graphs)[position]
          let nodes = zip(before[position].nodes, after.nodes).map { Double(abs($1 - $0)) }
          all += nodes.reduce(0, +)
          elsewhere += nodes.dropFirst().reduce(0, +)
        }
      }
      return elsewhere / all
    }
    let (free, decayed) = (try shareElsewhere(decay: 0), try shareElsewhere(decay: 100))
    #expect(decayed < 0.5 * free, "elsewhere \(free) without decay, \(decayed) with")
  }

  @Test func contributionsPredictTheEffectOfMasking() throws {
    /// Correlation, over fresh masked variants and classes, of what the hidden concepts contribute and what the
    /// classifier's margin loses.
    func correlation(weight: Double) throws -> Double {
      let options = options {
        $0.fitting.effectWeight = weight
        $0.fitting.maxEpochs = 60
      }
      let network = try GraphTraining(options: options).run(Self.images, monitor: .silent).network
      var (predicted, lost): ([Double], [Double]) = ([], [])
      for image in Dictionary(grouping: Self.fresh, by: \.imageIndex).values {
        guard let whole = image.first(where: { !$0.isMasked }) else { continue }
        let contributions = network.contributions(graphs: whole.graphs)
        for variant in image where variant.isMasked {
          for position in whole.graphs.indices {
            let hidden = whole.graphs[position].nodes.indices.filter {
              whole.graphs[position].nodes[$0].detected && !variant.graphs[position].nodes[$0].detected
            }
            predicted.append(hidden.reduce(0) { $0 + Double(contributions[position].nodes[$1]) })
            lost.append(LogitChange(before: variant.logits, after: whole.logits, output: position).margin)
          }
        }
      }
      return try #require(Statistics.pearson(predicted, lost))
    }
    let (without, with) = (try correlation(weight: 0), try correlation(weight: 1))
    #expect(with > 0.8)
    #expect(with > without, "\(without) without the loss on effects, \(with) with it")
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    let some = Array(Self.images.prefix(90))
    func network(seed: UInt64) throws -> ReasoningNetwork {
      let options = options {
        $0.run.seed = seed
        $0.fitting.maxEpochs = 5
      }
      return try GraphTraining(options: options).run(some, monitor: .silent).network
    }
    #expect(try network(seed: 1) == network(seed: 1))
    #expect(try network(seed: 1) != network(seed: 2))
  }

  @Test func noImageStraddlesTheSplit() throws {
    let split = try TrainingSplit(Self.images, holdout: 0.25, seed: 3)
    let sides = [split.fitted, split.stopping, split.measured].map { Set($0.map { Self.images[$0].imageIndex }) }
    #expect(sides.map(\.count) == [120, 20, 20])
    #expect(sides[0].isDisjoint(with: sides[1].union(sides[2])) && sides[1].isDisjoint(with: sides[2]))
    #expect((split.fitted + split.stopping + split.measured).sorted() == Array(Self.images.indices))
    // Every class that the classifier chooses is measured.
    let chosen = Set(
      split.measured.filter { !Self.images[$0].isMasked }.map { ClassChoice.position(in: Self.images[$0].logits) })
    #expect(chosen.count == 3)
  }

  @Test func smallestSets() throws {
    let four = Self.world.samples(images: 4, variants: 0, seed: 6)
    let result = try GraphTraining(options: options { $0.fitting.maxEpochs = 3 }).run(four, monitor: .silent)
    #expect(result.heldOut.imageCount == 1 && result.masked.imageCount == 0)
    #expect(result.history.allSatisfy { $0.loss.isFinite && $0.heldOutLoss.isFinite })
    #expect(throws: StructureError.tooFewImages(found: 3, needed: 4)) {
      try GraphTraining(options: options()).run(Array(four.dropLast()), monitor: .silent)
    }
    #expect(throws: StructureError.tooFewImages(found: 0, needed: 4)) {
      try GraphTraining(options: options()).run([], monitor: .silent)
    }
  }

  @Test func samplesThatDoNotFitAreRefused() throws {
    func refused(_ change: (inout TrainingSample) -> Void) {
      var samples = Array(Self.images.prefix(30))
      change(&samples[7])
      #expect(throws: StructureError.self) { try GraphTraining(options: options()).run(samples, monitor: .silent) }
    }
    refused { $0.logits.removeLast() }
    refused { $0.logits[0] = .nan }
    refused { $0.graphs.removeLast() }
    refused { $0.graphs[0].nodes.removeLast() }
    refused { $0.graphs[1].nodes[0].embedding.append(0) }
    refused { $0.graphs[1].nodes[0].embedding[3] = .infinity }
    refused { $0.graphs[1].nodes[0].center.x = .nan }
  }

  @Test func cancellationStopsBetweenSteps() {
    let asked = Mutex(0)
    let monitor = WorkMonitor(isCancelled: {
      asked.withLock {
        $0 += 1
        return $0 > 3
      }
    })
    var epochs = 0
    #expect(throws: CancellationError.self) {
      try GraphTraining(options: options()).run(Self.images, monitor: monitor) { _ in epochs += 1 }
    }
    #expect(epochs == 0 && asked.withLock { $0 } == 4)
  }
}
