import Concepts
import Images
import Testing

@testable import Structure

/// Which classes are known to one side only.
@Suite struct MirrorStatisticsTests {
  /// Three classes of two concepts whose exemplars lie where `column` says, by class, concept and exemplar.
  private func classes(_ column: (_ class: Int, _ concept: Int, _ patch: Int) -> Int) -> [DiagnosedClass] {
    (0..<3).map { entry in
      DiagnosedClass(
        name: "class \(entry)", index: entry,
        concepts: (0..<2).map { concept in
          let patches = (0..<20).map { patch in
            var mask = Mask(width: 100, height: 10)
            mask[column(entry, concept, patch), 5] = true
            return ConceptPatch(imageIndex: patch, box: Box(x: 0, y: 0, width: 1, height: 1), mask: mask, distance: 0)
          }
          var result = StructureTests.concept("\(entry).\(concept)", rank: concept, center: [0], threshold: 1)
          result.patches = patches
          return result
        })
    }
  }

  @Test func aClassLearntToOneSideIsNamedWithTheOther() throws {
    // Class 0 has its concepts on the left, class 1 on both sides, class 2 on the right.
    let classes = classes { entry, _, patch in
      [20 + patch % 5, patch.isMultiple(of: 2) ? 20 : 80, 70 + patch % 5][entry]
    }
    var mirrors = MirrorStatistics(classes: classes)
    for mistake in 0..<10 {
      for truth in 0..<2 { mirrors.add(truth: truth, isCorrected: mistake < 9) }
      // Mirroring corrects few mistakes of class 2.
      mirrors.add(truth: 2, isCorrected: mistake < 4)
    }
    let findings = mirrors.findings()
    #expect(findings.map(\.className) == [classes[0].name])
    let finding = try #require(findings.first)
    #expect(finding.place == "right" && finding.opposite == "left")
    #expect(finding.mistakes == 10 && finding.corrected == 9 && finding.p < 1e-6)
    #expect(abs(finding.usual - 0.22) < 0.02)
    #expect(classes[0].concepts.map(\.name).contains(finding.concept))
  }

  @Test func fewMistakesTellNothing() {
    let classes = classes { _, _, patch in 20 + patch % 5 }
    var mirrors = MirrorStatistics(classes: classes)
    for _ in 0..<3 { mirrors.add(truth: 0, isCorrected: true) }
    #expect(mirrors.findings().isEmpty)
    mirrors.add(truth: 0, isCorrected: true)
    #expect(mirrors.findings().count == 1)
    // A class that the graph does not have is passed over.
    mirrors.add(truth: 99, isCorrected: true)
    #expect(mirrors.findings().count == 1)
  }

  @Test func aMirroredPictureIsTheSameFromTheOtherSide() {
    let image = RGBImage(width: 3, height: 2, samples: (0..<18).map { UInt8($0) })
    #expect(image.mirrored.samples.prefix(9) == [6, 7, 8, 3, 4, 5, 0, 1, 2])
    #expect(image.mirrored.mirrored == image)
  }
}
