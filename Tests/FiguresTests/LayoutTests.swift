import Drawing
import Testing

@testable import Figures

/// Labels and discs never overlap, whatever is drawn.
@Suite struct LayoutTests {
  static let samples: [SampleReport] = {
    var samples: [SampleReport] = []
    let shapes = [(60, 40), (300, 20), (20, 300), (1, 1)]
    for classes in 1...6 {
      for concepts in [1, 2, 4, 5, 8] {
        for (index, shape) in shapes.enumerated() {
          samples.append(
            SampleReport(
              classes: classes, concepts: concepts, imageWidth: shape.0, imageHeight: shape.1,
              seed: UInt64(classes * 100 + concepts * 10 + index), unseen: [0, 0.3, 1][(classes + index) % 3],
              crowded: (classes + concepts + index) % 2 == 0, verified: concepts % 2 == 0))
        }
      }
    }
    return samples
  }()

  @Test func textsNeverOverlap() {
    for sample in Self.samples {
      let layout = sample.figure.layout()
      let page = Rect(x: 0, y: 0, width: layout.width, height: layout.height)
      let texts = layout.texts
      for (index, text) in texts.enumerated() {
        #expect(page.contains(text.frame), "\(text.text) leaves the page")
        for other in texts[(index + 1)...] {
          #expect(
            !text.frame.expanded(by: -0.01).intersects(other.frame), "\(text.text) overlaps \(other.text) in \(sample)")
        }
      }
    }
  }

  @Test func discsAndNumbersNeverOverlap() {
    for sample in Self.samples {
      for stage in sample.figure.layout().panels.map(\.stage) {
        #expect(stage.discs.count == min(4, sample.concepts))
        for (index, disc) in stage.discs.enumerated() {
          #expect(stage.frame.contains(disc.frame), "disc \(disc.number) leaves its panel")
          for other in stage.discs[(index + 1)...] {
            let distance = (disc.center - other.center).length
            #expect(distance > disc.radius + other.radius, "discs \(disc.number), \(other.number) overlap in \(sample)")
          }
          for pill in stage.pills { #expect(!pill.frame.intersects(disc.frame)) }
        }
        for (index, pill) in stage.pills.enumerated() {
          #expect(stage.frame.contains(pill.frame))
          #expect(pill.frame.contains(pill.text.frame.center))
          #expect(pill.frame.width > pill.text.frame.width)
          for other in stage.pills[(index + 1)...] { #expect(!pill.frame.intersects(other.frame)) }
        }
      }
    }
  }

  @Test func aConceptsNumberIsNearestItsOwnDisc() {
    var placed = 0
    for sample in Self.samples {
      for stage in sample.figure.layout().panels.map(\.stage) {
        let pills = stage.pills.filter { $0.subject == .concept }
        placed += pills.count
        for pill in pills {
          func gap(_ disc: Disc) -> Double { (pill.frame.clamp(disc.center) - disc.center).length - disc.radius }
          let nearest = stage.discs.min { gap($0) < gap($1) }
          #expect(nearest?.contribution == pill.contribution, "in \(sample)")
        }
      }
    }
    let all = Self.samples.reduce(0) { $0 + $1.classes * min(4, $1.concepts) }
    #expect(Double(placed) > 0.9 * Double(all), "\(placed) of \(all) numbers found room")
  }

  @Test func picturesNeverOverlapTexts() {
    for sample in Self.samples {
      let layout = sample.figure.layout()
      for panel in layout.panels {
        for row in panel.rows {
          let pictures = [row.disc, row.patch, row.bar.axis] + row.exemplars
          for (index, picture) in pictures.enumerated() {
            #expect(panel.frame.contains(picture))
            for other in pictures[(index + 1)...] { #expect(!picture.intersects(other)) }
            for text in panel.texts where text != row.patchNote { #expect(!text.frame.intersects(picture)) }
          }
        }
      }
    }
  }

  @Test func aLoneConceptLiesAtItsPlace() throws {
    var sample = SampleReport(classes: 2, concepts: 1, imageWidth: 200, imageHeight: 100, unseen: 0)
    sample.seed = 9
    let report = sample.report
    let stage = try #require(sample.figure.layout().panels.first?.stage)
    let disc = try #require(stage.discs.first)
    let center = try #require(report.explanations[0].nodes[0].node.center)
    #expect(abs(disc.trueCenter.x - (stage.image.x + center.x * stage.image.width)) < 1e-9)
    #expect(abs(disc.trueCenter.y - (stage.image.y + center.y * stage.image.height)) < 1e-9)
    #expect(!disc.isMoved)
    #expect(stage.image.width / stage.image.height == 2)
  }

  @Test func crowdedDiscsAreMovedApartAndSayWhereTheyBelong() throws {
    let sample = SampleReport(classes: 2, concepts: 4, imageWidth: 200, imageHeight: 100, unseen: 0, crowded: true)
    let stage = try #require(sample.figure.layout().panels.first?.stage)
    #expect(stage.discs.filter(\.isMoved).count >= 2)
    #expect(stage.discs.allSatisfy { stage.image.contains($0.trueCenter) })
    let layout = sample.figure.layout()
    #expect(layout.legend.keys.contains { $0.sign == .moved })
  }

  @Test func theTwoDirectionsAreTwoArcs() {
    let discs = [Point(x: 30, y: 30), Point(x: 110, y: 40)].enumerated().map { index, center in
      Disc(number: index + 1, center: center, radius: 11, trueCenter: center, detected: true, contribution: 0)
    }
    var routing = ArrowRouting(discs: discs, bounds: Rect(x: 0, y: 0, width: 150, height: 100))
    let there = routing.route(from: discs[0], to: discs[1], width: 2, contribution: 1)
    let back = routing.route(from: discs[1], to: discs[0], width: 2, contribution: 1)
    let gap = (there.shaft[there.shaft.count / 2] - back.shaft[back.shaft.count / 2]).length
    #expect(gap > 12)
    // The heads point at the discs they belong to, and end at the rim.
    #expect(abs((there.head[1] - discs[1].center).length - 11) < 5)
    #expect(abs((back.head[1] - discs[0].center).length - 11) < 5)
  }

  @Test func theStrongestRelationsAreDrawn() throws {
    let sample = SampleReport(classes: 2, concepts: 4, unseen: 0)
    let edges = sample.report.explanations[0].edges
    let panel = try #require(sample.figure.layout().panels.first)
    let drawn = panel.stage.arrows.map { abs($0.contribution) }
    #expect(drawn == edges.map { abs($0.contribution) }.sorted(by: >).prefix(6).map { $0 })
    #expect(panel.relations.count == 6)
  }

  @Test func panelsComeInEvenRows() {
    #expect((1...7).map(ExplanationLayoutBuilder.columns) == [1, 2, 3, 2, 3, 3, 3])
  }

  @Test func longNamesEndInAnEllipsis() {
    let text = TextLayout()
    let line = text.line(String(repeating: "wheel ", count: 50), .body, x: 0, top: 0, maxWidth: 100)
    #expect(line.text.hasSuffix("…"))
    #expect(line.frame.width <= 100)
    #expect(text.line("wheel", .body, x: 0, top: 0, maxWidth: 100).text == "wheel")
    let lines = text.wrapped(String(repeating: "W", count: 90) + " and a wheel", .body, to: 100)
    #expect(lines.allSatisfy { text.width($0, .body) <= 100 })
    #expect(lines.joined().filter { $0 == "W" }.count == 90)
  }
}
