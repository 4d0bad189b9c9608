import Concepts
import Testing

@testable import Structure

/// Where concepts lie in images that are classified rightly and in those that are not.
@Suite struct PoseStatisticsTests {
  private let diagnosed = [
    DiagnosedClass(
      name: "van", index: 5,
      concepts: [
        concept("wheel", rank: 1, center: [0], threshold: 1), concept("roof", rank: 2, center: [0], threshold: 1),
      ])
  ]

  private func graph(_ centers: [(x: Float, y: Float)?], classIndex: Int = 5) -> ConceptGraph {
    ConceptGraph(
      classIndex: classIndex,
      nodes: centers.map { center in
        ConceptGraph.Node(
          conceptID: "", detected: center != nil, distance: 0, center: center ?? (0.9, 0.9), box: nil, mask: nil,
          embedding: [])
      })
  }

  @Test func aConceptThatLiesElsewhereInMistakesIsNamed() throws {
    var poses = PoseStatistics(classes: diagnosed)
    for image in 0..<12 {
      let jitter = Float(image % 4) * 0.01
      // The wheel is on the right where the class is known, on the left in mistakes; the roof stays.
      poses.add(graph([(0.7 + jitter, 0.5), (0.5, 0.2 + jitter)]), isCorrect: true)
      poses.add(graph([(0.2 + jitter, 0.5), (0.5, 0.2 + jitter)]), isCorrect: false)
    }
    let findings = poses.findings()
    #expect(findings.count == 1)
    let finding = try #require(findings.first)
    #expect(finding.className == "van" && finding.concept == diagnosed[0].concepts[0].name)
    #expect(finding.place == "left" && finding.opposite == "right")
    #expect(abs(finding.wrong - 0.215) < 1e-3 && abs(finding.right - 0.715) < 1e-3 && finding.p < 1e-6)
  }

  @Test func fewOrUnseenConceptsSayNothing() {
    var poses = PoseStatistics(classes: diagnosed)
    for image in 0..<12 {
      let jitter = Float(image % 4) * 0.01
      poses.add(graph([nil, (0.5, 0.2 + jitter)]), isCorrect: true)
      poses.add(graph([(0.2 + jitter, 0.5), nil]), isCorrect: false)
      // A class that is not looked into is passed over.
      poses.add(graph([(0.2, 0.2), (0.2, 0.2)], classIndex: 9), isCorrect: false)
    }
    #expect(poses.findings().isEmpty)
  }
}
