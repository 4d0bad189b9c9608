import Base
import Synchronization
import Tensors
import Testing

@testable import Structure

@Suite struct TrainingControlTests {
  private static let world = SyntheticClassifier(width: 96, seed: 4)
  private static let images = world.samples(images: 160, variants: 1, seed: 1).map { sample in
    // What stands for random patches here: graphs of another world, which say nothing of this one.
    var sample = sample
    sample.randomGraphs = noise[sample.imageIndex]
    return sample
  }
  private static let noise = SyntheticClassifier(width: 96, seed: 9).samples(images: 160, variants: 0, seed: 7).map(
    \.graphs)

  private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    options.run.seed = 5
    options.fitting.maxEpochs = 40
    change(&options)
    return options
  }

  @Test func whatIsLearntBeatsItsControls() throws {
    let result = try GraphTraining(options: options()).run(Self.images, monitor: .silent)
    #expect(result.controls.map(\.kind) == [.shuffledTargets, .shuffledEdges, .randomConcepts])
    for control in result.controls {
      #expect(control.refits == 1 && control.heldOut.imageCount == result.heldOut.imageCount)
      #expect(control.masked.imageCount == result.masked.imageCount)
    }
    for kind in [TrainingControlKind.shuffledTargets, .randomConcepts] {
      let control = try #require(result.controls.first { $0.kind == kind })
      #expect(control.isClearlyBeaten && control.heldOut.top1Agreement < 0.7, "\(control)")
      #expect(control.doubt(fidelity: result.heldOut) == nil)
    }
    // Appearance decides nearly all here: without places little is lost.
    let edges = try #require(result.controls.first { $0.kind == .shuffledEdges })
    #expect(edges.heldOut.top1Agreement > 0.7)
  }

  @Test func whatIsNotLearntIsFlagged() throws {
    var random = SeededRandom(seed: 8)
    let clean = Self.images.filter { !$0.isMasked }
    let shuffled = zip(clean, random.shuffled(clean.map(\.logits))).map { sample, logits in
      TrainingSample(graphs: sample.graphs, logits: logits, imageIndex: sample.imageIndex, isMasked: false)
    }
    let result = try GraphTraining(options: options { $0.fitting.maxEpochs = 20 }).run(shuffled, monitor: .silent)
    // Without random patches there is no control of them.
    #expect(result.controls.map(\.kind) == [.shuffledTargets, .shuffledEdges])
    #expect(result.controls.allSatisfy { !$0.isClearlyBeaten })
    let doubts = result.controls.compactMap { $0.doubt(fidelity: result.heldOut) }
    #expect(doubts.count == 2 && doubts[0].hasPrefix("does not clearly beat shuffled targets: on 20 held-out images"))
  }

  @Test func relationsAreWeighedWhereAskedFor() throws {
    var training = GraphTraining(
      options: options {
        $0.fitting.maxEpochs = 3
        $0.controls.controls = 1
      })
    training.comparesNodesOnly = true
    #expect(try training.run(Self.images, monitor: .silent).controls.last?.kind == .nodesOnly)
    training.options.network.relations = false
    let kinds = try training.run(Self.images, monitor: .silent).controls.map(\.kind)
    #expect(kinds == [.shuffledTargets, .randomConcepts])
  }

  @Test func othersThanTheFittedImagesCanMeasure() throws {
    let (fitted, measuring) = (Self.images.filter { $0.imageIndex < 120 }, Self.images.filter { $0.imageIndex >= 120 })
    let options = options { $0.fitting.maxEpochs = 3 }
    let result = try GraphTraining(options: options).run(fitted, measuring: measuring, monitor: .silent)
    #expect(result.heldOut.imageCount == 40 && result.masked.imageCount == 40)
    #expect(result.controls.allSatisfy { $0.heldOut.imageCount == 40 })
    #expect(result.notes[0] == "fitted on 90 images; 30 decided when to stop, 40 measured fidelity")
    // What measures has numbers of its own: the same numbers as fitted images change nothing.
    let renumbered = measuring.map { sample in
      var sample = sample
      sample.imageIndex -= 120
      return sample
    }
    let again = try GraphTraining(options: options).run(fitted, measuring: renumbered, monitor: .silent)
    #expect(again.network == result.network && again.heldOut == result.heldOut)
  }

  @Test func cancellationStopsControlsToo() {
    let asked = Mutex(0)
    let monitor = WorkMonitor(isCancelled: {
      asked.withLock {
        $0 += 1
        return $0 > 40
      }
    })
    #expect(throws: CancellationError.self) {
      try GraphTraining(options: options()).run(Self.images, monitor: monitor)
    }
  }

  @Test func controlsLeaveTheTrainingAsItIs() throws {
    func run(_ count: Int) throws -> TrainingResult {
      try GraphTraining(
        options: options {
          $0.controls.controls = count
          $0.fitting.maxEpochs = 5
        }
      ).run(Self.images, monitor: .silent)
    }
    let (none, two) = (try run(0), try run(2))
    #expect(none.controls.isEmpty && none.network == two.network && none.heldOut == two.heldOut)
    #expect(two.controls.allSatisfy { $0.refits == 2 })
    #expect(try run(2).controls == two.controls)
  }

  @Test func everyImageTakesAnothersPlaceOnItsSide() throws {
    let split = try TrainingSplit(Self.images, holdout: 0.25, seed: 3)
    var random = SeededRandom(seed: 1)
    let partners = GraphTraining.partners(of: Self.images, split: split, random: &random)
    for side in [split.fitted, split.stopping, split.measured] {
      for sample in side {
        let partner = partners[sample]
        #expect(side.contains(partner) && Self.images[partner].isMasked == Self.images[sample].isMasked)
        #expect(Self.images[partner].imageIndex != Self.images[sample].imageIndex)
      }
    }
    // Every sample stands in once.
    #expect(Set(partners).count == partners.count)
  }

  /// Two of three images answered right against one: their differences are 0, 1 and 0, the errors' all against.
  @Test func comparisonsArePairedByImage() {
    let logits: [[Float]] = [[1, 0], [1, 0], [0, 1], [0, 1]]
    let own = ImageFidelity(outputs: [[2, 0], [3, 0], [1, 0], [0, 1]], logits: logits, images: [0, 1, 2, 2])
    #expect(own.agreement == [1, 1, 0.5] && own.squaredError[0] == 0)
    let other = ImageFidelity(outputs: [[2, 0], [0, 1], [1, 0], [0, 1]], logits: logits, images: [0, 1, 2, 2])
    let comparison = own.compared(with: other)
    #expect(comparison.agreementP == 1 && comparison.marginP == 1 && comparison.isBetter)
    #expect(ImageFidelity(mean: [own, other]).agreement == [1, 0.5, 0.5])
    #expect(PairedComparison(agreementP: 0.004, marginP: 0.2, isBetter: true).p == 0.008)
  }

  @Test func whatFailsAmongThePiecesFailsTheWhole() {
    struct Failure: Error {}
    let work = SideWork<Int>(count: 4, monitor: .silent) { index, _ in
      if index == 2 { throw Failure() }
      return index
    }
    #expect(throws: Failure.self) { try work.run(stage: "x") { 0 } }
    let fine = SideWork<Int>(count: 4, monitor: .silent) { index, _ in index * index }
    #expect((try? fine.run(stage: "x") { "main" })?.outputs == [0, 1, 4, 9])
    #expect(throws: Failure.self) { try fine.run(stage: "x") { throw Failure() } }
  }
}
