import Bank
import Concepts
import Images
import Readings
import Reports
import Structure
import Testing

@testable import Engine

/// Comparing and editing, on the embedded network's scenes.
@Suite(.serialized) struct EditingTests {
  private func scenes() throws -> TrainedScenes { try TrainedScenes.shared.get() }

  /// A held-out picture and a concept of its class that is seen in it.
  private func subject() throws -> (image: ImageSource, node: ExplanationReport.Node, className: String) {
    let scenes = try scenes()
    for (name, images) in scenes.heldOut.sorted(by: { $0.key < $1.key }) {
      for image in images {
        let report = try explain(image)
        guard report.predictedClass == name else { continue }
        if let node = report.explanations[0].nodes.first(where: \.node.detected) { return (image, node, name) }
      }
    }
    throw EngineError(.tooLittleData, "no concept is seen in any held-out picture")
  }

  private func explain(_ image: ImageSource) throws -> ExplanationReport {
    let scenes = try scenes()
    return try scenes.engine.current().explain(
      model: scenes.model, image: image, classes: nil, graphModel: scenes.graphModel, verify: false, monitor: .silent)
  }

  private func intervene(_ image: ImageSource, _ edits: [Intervention], rematch: Bool = false, seed: UInt64 = 0) throws
    -> InterventionReport
  {
    let scenes = try scenes()
    return try scenes.engine.current().intervene(
      model: scenes.model, image: image, edits: edits, classes: nil, graphModel: scenes.graphModel, rematch: rematch,
      seed: seed,
      monitor: .silent)
  }

  @Test(arguments: InterventionKind.allCases)
  func anEditIsExplainedByThePictureThatIsReturned(kind: InterventionKind) throws {
    let (image, node, className) = try subject()
    let report = try intervene(
      image, [Intervention(kind: kind, concept: node.node.conceptID, target: kind == .move ? (0.1, 0.1) : nil)],
      rematch: true)
    let original = try scenes().engine.current().photograph(image)
    #expect(report.picture.width == original.width && report.picture.height == original.height)
    #expect(report.picture != original)
    #expect(report.before.predictedClass == className)
    // The answer's picture, sent again, gives the answer's explanation.
    let again = try explain(.bytes(report.picture.pngData()))
    #expect(again.prediction == report.after.prediction)
    #expect(again.explanations.map(\.score) == report.after.explanations.map(\.score))
    #expect(report.changes.contains { $0.isEdited } && report.changes.contains { !$0.isEdited })
    #expect(report.changes.map { abs($0.delta) } == report.changes.map { abs($0.delta) }.sorted(by: >))
    #expect(report.locality.map { (0...1).contains($0) } ?? true)
    #expect(report.summary.contains(node.node.conceptName))
  }

  @Test func conceptsThatNoEditTouchesStay() throws {
    let (image, node, className) = try subject()
    let edit = Intervention(kind: .mask, concept: node.node.conceptID, className: .label(className))
    let report = try intervene(image, [edit])
    let nodes = zip(report.before.explanations, report.after.explanations).map { (before: $0.nodes, after: $1.nodes) }
    let own = try #require(
      zip(nodes[0].before, nodes[0].after).first { $0.0.node.conceptID == node.node.conceptID })
    #expect(own.0.node.detected && !own.1.node.detected)
    // Whatever else is still seen is where it was.
    var stayed = 0
    for (before, after) in nodes.flatMap({ Array(zip($0.before, $0.after)) }) {
      guard let box = before.node.box, after.node.detected else { continue }
      #expect(after.node.box == box)
      stayed += 1
    }
    #expect(stayed > 0)
    #expect(report.changes[0].isEdited)
  }

  @Test func whatIsCarriedOverIsNotTakenForThePicturesOwn() throws {
    let (image, node, className) = try subject()
    let edit = Intervention(kind: .mask, concept: node.node.conceptID, className: .label(className))
    let picture = ImageSource.bytes(try intervene(image, [edit]).picture.pngData())
    let scenes = try scenes()
    let model = try scenes.engine.current().model(scenes.model)
    let trained = try scenes.engine.current().trainedGraph(scenes.graphModel, of: model, covering: nil)
    let builder = try GraphBuilder(
      model: model, classes: trained.classes, dummyValue: trained.dummyValue, store: scenes.engine.store)
    let graphs = try builder.graphs(of: builder.reader.entry(picture), monitor: .silent)
    let positions = try EngineSnapshot.positions(of: nil, in: trained, labels: model.labels)
    let explained = try explain(picture)
    for position in positions {
      let expected = trained.network.maskingValues(of: graphs, output: position, plan: trained.plan)
      let found = try #require(
        explained.explanations.first { $0.className == model.labels[trained.classIndices[position]] }
      ).nodes.map(\.maskingValue)
      #expect(found.map { $0.map { Float($0) } } == expected.map { $0.map { Float($0) } })
    }
  }

  @Test func onlyWhatIsEditedChanges() throws {
    let (image, node, _) = try subject()
    let report = try intervene(image, [Intervention(kind: .mask, concept: node.node.conceptName)])
    let original = try scenes().engine.current().photograph(image)
    let box = try #require(node.node.box)
    // Blending and enlarging reach a few pixels past the patch's box.
    let margin = 10
    for y in 0..<original.height {
      for x in 0..<original.width
      where !(box.x - margin..<box.x + box.width + margin).contains(x)
        || !(box.y - margin..<box.y + box.height + margin).contains(y)
      {
        let place = (y * original.width + x) * 3
        guard report.picture.samples[place] != original.samples[place] else { continue }
        Issue.record("pixel \(x), \(y) changed far from \(box)")
        return
      }
    }
  }

  @Test func randomSubstitutesFollowTheSeed() throws {
    let (image, node, _) = try subject()
    let edit = [Intervention(kind: .random, concept: node.node.conceptID)]
    #expect(try intervene(image, edit, seed: 1).picture == intervene(image, edit, seed: 1).picture)
    #expect(try intervene(image, edit, seed: 1).picture != intervene(image, edit, seed: 2).picture)
  }

  @Test func editsThatCannotBeDoneSayWhy() throws {
    let (image, node, className) = try subject()
    let other = try #require(try scenes().classes.first { $0 != className })
    func message(_ edits: [Intervention]) -> String {
      do {
        _ = try intervene(image, edits)
        return ""
      } catch let error as EngineError { return error.message } catch { return "\(error)" }
    }
    #expect(message([]).contains("at least one"))
    #expect(message([.init(kind: .mask, concept: "nothing")]).contains("nothing"))
    #expect(message([.init(kind: .move, concept: node.node.conceptID)]).contains("edits[0].to"))
    #expect(
      message([.init(kind: .mask, concept: node.node.conceptID, className: .label(other))]).contains("edits[0].class"))
    #expect(
      message([.init(kind: .substitute, concept: node.node.conceptID, source: .bytes([1, 2, 3]))]).isEmpty == false)
  }

  @Test func twoClassesOfAnImageDifferByWhatIsListed() throws {
    let scenes = try scenes()
    let (image, _, className) = try subject()
    let other = try #require(scenes.classes.first { $0 != className })
    let report = try scenes.engine.current().compare(
      ComparisonSide(model: scenes.model, image: image, className: .label(className)),
      ComparisonSide(model: scenes.model, image: image, className: .label(other)), monitor: .silent)
    try expectCompleteness(of: report)
    #expect(Set(report.differences.map(\.className)) == [className, other])
    #expect(report.differences.allSatisfy { $0.left != nil && $0.right != nil })
    #expect(report.left.prediction.probability > report.right.prediction.probability)
    #expect(report.summary.contains(className) && report.summary.contains(other))
    // The scores are those that vrx/explain gives.
    let explained = try explain(image)
    for side in [report.left, report.right] {
      let score = try #require(explained.explanations.first { $0.className == side.className }).score
      #expect(abs(score - side.score) < 1e-4)
    }
  }

  @Test func twoImagesOfAClassDifferByWhatIsListed() throws {
    let scenes = try scenes()
    let (image, _, className) = try subject()
    let second = try #require(scenes.heldOut[className]?.last)
    let report = try scenes.engine.current().compare(
      ComparisonSide(model: scenes.model, image: image, className: .label(className)),
      ComparisonSide(model: scenes.model, image: second, className: .label(className)), monitor: .silent)
    try expectCompleteness(of: report)
    #expect(Set(report.differences.map(\.className)) == [className])
    let same = try scenes.engine.current().compare(
      ComparisonSide(model: scenes.model, image: image, className: .label(className)),
      ComparisonSide(model: scenes.model, image: image, className: .label(className)), monitor: .silent)
    #expect(same.differences.allSatisfy { $0.delta == 0 })
  }

  @Test func aClassOutsideTheGraphIsNamed() throws {
    let scenes = try scenes()
    let (image, _, className) = try subject()
    #expect(throws: EngineError.self) {
      try scenes.engine.current().compare(
        ComparisonSide(model: scenes.model, image: image, className: .label(className)),
        ComparisonSide(model: scenes.model, image: image, className: .label("zeppelin")), monitor: .silent)
    }
  }

  /// Pictures listed under a wrong class are mistakes for certain.
  @Test func mistakesAreCountedTypedAndTriedToCorrect() throws {
    let scenes = try scenes()
    let (first, second) = (scenes.classes[0], scenes.classes[1])
    let own = try #require(scenes.heldOut[first]), other = try #require(scenes.heldOut[second])
    let report = try scenes.engine.current().diagnose(
      model: scenes.model,
      images: [(.label(first), own + other + [.bytes([1, 2, 3])]), (.label(second), other)], graphModel: nil, seed: 0,
      monitor: .silent)
    #expect(report.classes.sorted() == scenes.classes.sorted() && report.skipped.count == 1)
    #expect(report.confusion.joined().reduce(0, +) == own.count + 2 * other.count)
    let right = report.confusion.indices.reduce(0) { $0 + report.confusion[$1][$1] }
    #expect(report.mistakes.count == own.count + 2 * other.count - right && report.mistakes.count >= other.count - 1)
    for mistake in report.mistakes {
      #expect(mistake.truth != mistake.predicted)
      guard let type = mistake.type else { continue }
      #expect(abs(mistake.shares.values.reduce(0, +) - 1) < 1e-9)
      #expect(mistake.shares.values.max() == mistake.shares[type])
      #expect(mistake.evidence.map(\.contribution) == mistake.evidence.map(\.contribution).sorted(by: >))
      #expect(mistake.evidence.allSatisfy { $0.contribution > 0 })
    }
    let corrected = report.mistakes.filter { $0.correction != nil }
    #expect(!corrected.isEmpty)
    for mistake in corrected {
      let correction = try #require(mistake.correction)
      // The blamed concept is the first of those seen, and one of the true class takes its place.
      let seen = mistake.evidence.first { $0.isSeen && !$0.part.contains("→") }
      #expect(seen == nil || seen?.part == correction.replaced)
      #expect(correction.by.hasPrefix(mistake.truth) && correction.marginChange.isFinite)
    }
    #expect(!report.suggestions.isEmpty && report.summary.contains("right"))
  }

  @Test func aSetWithoutMistakesNeedsNoSuggestion() throws {
    let scenes = try scenes()
    let (image, _, className) = try subject()
    let report = try scenes.engine.current().diagnose(
      model: scenes.model, images: [(.label(className), [image])], graphModel: scenes.graphModel, seed: 0,
      monitor: .silent)
    #expect(report.mistakes.isEmpty && report.suggestions.isEmpty)
    #expect(throws: EngineError.self) {
      try scenes.engine.current().diagnose(
        model: scenes.model, images: [(.label(className), [.bytes([0])])], graphModel: nil, seed: 0, monitor: .silent)
    }
  }

  private func expectCompleteness(of report: ComparisonReport) throws {
    let listed = report.differences.reduce(0) { $0 + $1.delta } + report.remainder.left - report.remainder.right
    let gap = report.left.score - report.right.score
    #expect(abs(listed - gap) <= 1e-4 * max(1, abs(gap)))
    #expect(report.differences.map { abs($0.delta) } == report.differences.map { abs($0.delta) }.sorted(by: >))
  }
}
