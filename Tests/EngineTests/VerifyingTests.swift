import Reports
import Structure
import Testing

@testable import Engine

/// Asking the classifier about an explanation, on the embedded network's scenes.
@Suite struct VerifyingTests {
  private func reports(controls: Int) throws -> [ExplanationReport] {
    let scenes = try TrainedScenes.shared.get()
    return try scenes.heldOut.values.compactMap(\.first).map { image in
      try scenes.engine.current().explain(
        model: scenes.model, image: image, classes: nil, graphModel: scenes.graphModel, verify: true,
        controls: controls, monitor: .silent)
    }
  }

  @Test func everyConceptThatIsSeenIsComparedWithRandomPatches() throws {
    let controls = 6
    let reports = try reports(controls: controls)
    let nodes = reports.flatMap(\.explanations).flatMap(\.nodes)
    #expect(nodes.contains { $0.node.detected })
    for node in nodes {
      #expect((node.verified != nil) == node.node.detected)
      guard let check = node.verified else { continue }
      // A part that fills the picture has no other place.
      if let control = check.control {
        #expect(control.count <= controls && control.interval.contains(control.effect))
        #expect(abs(check.marginChange - control.mean - control.effect) < 1e-9)
        let claim = node.contribution > 0 ? control.effect < 0 : control.effect > 0
        #expect(
          check.verdict == (!control.isSignificant ? .undecided : claim ? .confirmed : .contradicted))
      }
    }
    let checks = nodes.compactMap(\.verified)
    #expect(checks.count { $0.control != nil } * 2 > checks.count)
    // Other images' patches of the same concepts took their places.
    let swaps = checks.filter { $0.exemplarChange != nil }
    #expect(!swaps.isEmpty)
    for report in reports {
      for explanation in report.explanations {
        let seen = Set(explanation.nodes.filter(\.node.detected).map(\.node.number))
        let moved = explanation.edges.filter { $0.verified != nil }
        #expect(moved.count <= 3 && moved.allSatisfy { seen.contains($0.from) && seen.contains($0.to) })
      }
      let isChecked = report.explanations.contains { $0.nodes.contains { $0.verified?.verdict != nil } }
      #expect(report.summary.contains("effect than random patches") == isChecked)
    }
    #expect(reports.flatMap(\.explanations).flatMap(\.edges).contains { $0.verified != nil })
  }

  @Test func theSameImageGivesTheSameVerdicts() throws {
    let checks = try (0..<2).map { _ in
      try reports(controls: 3).flatMap {
        $0.explanations.flatMap { $0.nodes.map(\.verified) + $0.edges.map(\.verified) }
      }
    }
    #expect(Set(checks[0].compactMap { $0.map { "\($0)" } }) == Set(checks[1].compactMap { $0.map { "\($0)" } }))
  }

  @Test func maskingAloneComparesWithNothing() throws {
    let reports = try reports(controls: 0)
    #expect(reports.contains { ($0.localFidelity.measured?.pictures ?? 0) > 1 })
    for report in reports {
      let checks = report.explanations.flatMap(\.nodes).compactMap(\.verified)
      #expect(
        checks.allSatisfy { $0.control == nil && $0.verdict == nil && $0.exemplarChange == nil })
      #expect(report.explanations.flatMap(\.edges).allSatisfy { $0.verified == nil })
      let measured = try #require(report.localFidelity.measured)
      #expect((measured.pictures > 1) == !checks.isEmpty && (0...1).contains(measured.top1Agreement))
    }
  }
}
