import Concepts
import Images
import Testing

@testable import Engine

/// Which classes are known to one side only.
@Suite(.serialized) struct MirrorStatisticsTests {
  /// A graph's classes whose concepts' exemplars lie where `column` says, by class, concept and exemplar.
  private func trained(_ column: (_ class: Int, _ concept: Int, _ patch: Int) -> Int) throws -> TrainedGraph {
    let scenes = try TrainedScenes.shared.get()
    var graph = try scenes.engine.trainedGraph(
      scenes.graphModel, of: scenes.engine.model(scenes.model), covering: nil)
    for entry in graph.classes.indices {
      for concept in graph.classes[entry].concepts.indices {
        graph.classes[entry].concepts[concept].patches = (0..<20).map { patch in
          var mask = Mask(width: 100, height: 10)
          mask[column(entry, concept, patch), 5] = true
          return ConceptPatch(imageIndex: patch, box: Box(x: 0, y: 0, width: 1, height: 1), mask: mask, distance: 0)
        }
      }
    }
    return graph
  }

  @Test func aClassLearntToOneSideIsNamedWithTheOther() throws {
    // Class 0 has its concepts on the left, class 1 on both sides, class 2 on the right.
    let graph = try trained { entry, _, patch in
      [20 + patch % 5, patch.isMultiple(of: 2) ? 20 : 80, 70 + patch % 5][entry]
    }
    var mirrors = MirrorStatistics(trained: graph)
    for mistake in 0..<10 {
      for truth in 0..<2 { mirrors.add(truth: truth, isCorrected: mistake < 9) }
      // Mirroring mends few mistakes of class 2.
      mirrors.add(truth: 2, isCorrected: mistake < 4)
    }
    let findings = mirrors.findings()
    #expect(findings.map(\.className) == [graph.classes[0].report.className])
    let finding = try #require(findings.first)
    #expect(finding.place == "right" && finding.opposite == "left")
    #expect(finding.mistakes == 10 && finding.corrected == 9 && finding.p < 1e-6)
    #expect(abs(finding.usual - 0.22) < 0.02)
    #expect(graph.classes[0].concepts.map(\.name).contains(finding.concept))
  }

  @Test func fewMistakesTellNothing() throws {
    let graph = try trained { _, _, patch in 20 + patch % 5 }
    var mirrors = MirrorStatistics(trained: graph)
    for _ in 0..<3 { mirrors.add(truth: 0, isCorrected: true) }
    #expect(mirrors.findings().isEmpty)
    mirrors.add(truth: 0, isCorrected: true)
    #expect(mirrors.findings().count == 1)
    // A class that the graph does not have is passed over.
    mirrors.add(truth: 99, isCorrected: true)
    #expect(mirrors.findings().count == 1)
  }

  @Test func aMirroredPictureIsTheSameFromTheOtherSide() {
    let picture = RGBImage(width: 3, height: 2, samples: (0..<18).map { UInt8($0) })
    #expect(picture.mirrored.samples.prefix(9) == [6, 7, 8, 3, 4, 5, 0, 1, 2])
    #expect(picture.mirrored.mirrored == picture)
  }
}
