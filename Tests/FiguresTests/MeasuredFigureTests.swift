import Drawing
import Images
import Testing

@testable import Figures
@testable import Reports
@testable import Structure

/// Pictures and sentences of explanations that were measured.
@Suite struct MeasuredFigureTests {
  static let samples: [SampleReport] = {
    var samples: [SampleReport] = []
    for classes in 1...8 {
      for concepts in [1, 4, 8] {
        samples.append(
          SampleReport(
            classes: classes, concepts: concepts, imageWidth: classes % 2 == 0 ? 300 : 60,
            imageHeight: classes % 3 == 0 ? 180 : 60,
            seed: UInt64(classes * 10 + concepts), unseen: [0.2, 0, 1][classes % 3], crowded: concepts == 4,
            measured: true))
      }
    }
    return samples
  }()

  @Test func textsNeverOverlap() {
    for sample in Self.samples {
      let layout = sample.figure.layout()
      let (texts, page) = (layout.texts, Rect(x: 0, y: 0, width: layout.width, height: layout.height))
      for (index, text) in texts.enumerated() {
        #expect(page.contains(text.frame), "\(text.text) leaves the page in \(sample)")
        for other in texts[(index + 1)...] {
          #expect(
            !text.frame.expanded(by: -0.01).intersects(other.frame), "\(text.text) overlaps \(other.text) in \(sample)")
        }
      }
    }
  }

  @Test func onlyWhatWasMeasuredIsDrawn() throws {
    for sample in Self.samples {
      let layout = sample.figure.layout()
      for (panel, explanation) in zip(layout.panels, sample.report.explanations) {
        #expect(panel.stage.arrows.isEmpty && panel.relations.isEmpty, "relations are predicted")
        let all = explanation.nodes.filter { $0.measured != nil }
        let unseen = explanation.nodes.filter { !$0.node.detected }
        // At most four, those with the largest effects; up to two places of a "why not" are for what is missing.
        let places = explanation.isWhy ? 4 : 4 - min(unseen.count, 2)
        let seen = all.sorted { abs(explanation.shown($0)) > abs(explanation.shown($1)) }.prefix(places)
        let drawn = panel.rows.map(\.number)
        // What speaks most for the class comes first.
        let sorted = seen.sorted { explanation.shown($0) > explanation.shown($1) }
        #expect(drawn == sorted.map(\.node.number))
        #expect(panel.missing.count == (explanation.isWhy ? 0 : min(unseen.count, 4 - seen.count)))
        let words = panel.sum.map(\.text).joined(separator: " ")
        #expect((all.count > seen.count) == words.contains("Also seen: "))
        #expect((unseen.count > panel.missing.count) == words.contains("Not seen: "))
        #expect(panel.stage.patches.count == seen.count)
        #expect(panel.stage.patches.allSatisfy { $0.lines.count == 1 })
        #expect(panel.stage.discs.count == seen.count && panel.stage.trayCaption == nil, "only places have discs")
      }
      #expect(try sample.figure.render(as: .png).starts(with: [0x89, 0x50]))
    }
  }

  /// More concepts may be seen than are measured one by one.
  @Test func whatIsSeenAndNotMeasuredIsNotCalledMissing() throws {
    var figure = SampleReport(classes: 2, concepts: 5, unseen: 0, measured: true).figure
    let missing = figure.report.explanations[1].nodes[4].node.conceptName + " (the fifth)"
    figure.report.explanations[1].nodes[4].node.conceptName = missing
    figure.report.explanations[1].nodes[4].measured = nil
    func words() throws -> (summary: String, page: String) {
      figure.report.summary = ExplanationSummary.text(for: figure.report)
      return (figure.report.summary, try HTMLReport.explanationPage(figure))
    }
    #expect(try !words().summary.contains(missing) && words().page.contains(">not measured<"))
    #expect(try !words().page.contains(">not seen<"))
    figure.report.explanations[1].nodes[4].node.detected = false
    #expect(try words().summary.contains("not seen: \(missing)") && !words().page.contains(">not measured<"))
    // More than two are counted.
    for place in figure.report.explanations[1].nodes.indices {
      figure.report.explanations[1].nodes[place].node.detected = false
    }
    #expect(try words().summary.contains(" and 3 more"))
  }

  @Test func picturesOverlapNothing() {
    for sample in Self.samples {
      let layout = sample.figure.layout()
      let page = Rect(x: 0, y: 0, width: layout.width, height: layout.height)
      var pictures = layout.strip.map { $0.steps.map(\.picture) + $0.steps.compactMap(\.disc) + [$0.plot.frame] } ?? []
      for panel in layout.panels {
        pictures += panel.rows.flatMap { [$0.disc, $0.patch, $0.bar.axis] + $0.exemplars }
        pictures += [panel.stage.frame] + panel.missing.map(\.picture) + (panel.share.map { [$0.bar.axis] } ?? [])
      }
      for (index, picture) in pictures.enumerated() {
        #expect(page.contains(picture), "in \(sample)")
        for other in pictures[(index + 1)...] {
          #expect(!picture.expanded(by: -0.01).intersects(other), "in \(sample)")
        }
        for text in layout.texts {
          #expect(!text.frame.expanded(by: -0.01).intersects(picture), "\(text.text) in \(sample)")
        }
      }
    }
  }

  @Test func whatIsMissingIsShownByAnExample() throws {
    var figure = SampleReport(classes: 2, concepts: 4, unseen: 1.1, measured: true).figure
    func missing() throws -> [MissingConcept] { try #require(figure.layout().panels.last).missing }
    #expect(try missing().map(\.conceptID) == ["c1-0", "c1-1", "c1-2", "c1-3"])
    #expect(try missing().allSatisfy { $0.picture.height > 40 && !$0.name.isEmpty })
    // The most unusual to miss comes first.
    figure.report.explanations[1].nodes[2].presence = -3
    #expect(try missing().map(\.conceptID) == ["c1-2", "c1-0", "c1-1", "c1-3"])
    // Its exemplar is there, not an empty frame.
    let frame = try #require(missing().first).picture
    let color = [250, 10, 20]
    figure.exemplars["c1-2"] = [RGBImage(width: 9, height: 9, filledWith: (250, 10, 20))]
    #expect(try RGBImage.decode(figure.render(as: .png)).pixel(at: frame.center) == color)
    figure.exemplars = [:]
    #expect(try missing().allSatisfy { $0.picture.height == 0 && !$0.name.isEmpty })
  }

  @Test func barsHaveIntervalsAndWhatRandomRegionsHave() throws {
    let layout = SampleReport(classes: 2, concepts: 4, seed: 3, unseen: 0, measured: true).figure.layout()
    let (why, whyNot) = (layout.panels[0].rows.map(\.bar), layout.panels[1].rows.map(\.bar))
    #expect(why.count == 4 && why.allSatisfy { $0.random == .init(mean: 0.1, low: -0.2, high: 0.4) })
    #expect(whyNot.allSatisfy { $0.random == nil })
    for bar in why + whyNot {
      let (interval, domain) = (try #require(bar.interval), try #require(bar.domain))
      #expect(interval.low < bar.contribution && bar.contribution < interval.high)
      // One axis for all.
      #expect(domain == why[0].domain && domain.position(0) > 0 && domain.position(interval.high) <= 1)
      #expect(domain.position(bar.contribution) > domain.position(interval.low))
    }
    let share = try #require(layout.panels[0].share)
    #expect(share.bar.random == .init(mean: 0.05, low: -0.1, high: 0.2) && layout.panels[1].share == nil)
    #expect(layout.legend.keys.map(\.sign).contains(.random) && layout.legend.keys.map(\.sign).contains(.interval))
  }

  @Test func numbersThatAreNotFiniteStopNoBar() {
    let domain = Bar.Domain(values: [.nan, .infinity, -1, 2], limit: 2)
    #expect(domain == Bar.Domain(values: [-1, 2], limit: 2))
    #expect(domain.position(.nan) == domain.position(0) && domain.position(.infinity) == 1)
    #expect(domain.position(-.infinity) == 0 && abs(domain.position(0) - 1.0 / 3) < 1e-12)
    #expect(Bar.Domain(values: [], limit: 1).position(0) == 0)
    // What lies far beyond all effects is cut off.
    #expect(Bar.Domain(values: [-50, 1], limit: 1).low > -2)
  }

  @Test func theStripShowsTheReactionAsConceptsAreHidden() throws {
    let sample = SampleReport(
      classes: 3, concepts: 4, imageWidth: 120, imageHeight: 80, seed: 5, unseen: 0, measured: true)
    var figure = sample.figure
    // Stripes, so that a blur shows.
    for index in figure.image.samples.indices where index / 3 % 2 == 0 { figure.image.samples[index] = 255 }
    let strip = try #require(figure.layout().strip)
    let measured = try #require(figure.report.explanations[0].measured)
    #expect(strip.steps.map(\.hidden.count) == [0, 1, 2, 3, 4])
    #expect(strip.steps.dropFirst().compactMap(\.hidden.last) == measured.removals.map(\.concept))
    let margins = [measured.evidence.full] + measured.removals.map(\.margin)
    let limit = try #require(margins.map(abs).max())
    for (step, margin) in zip(strip.steps, margins) {
      #expect(step.words.map(\.text).contains("margin " + NumberText.unsigned(margin, limit: limit)))
    }
    // Where the classifier changes its mind, it is said.
    #expect(
      strip.steps[3].words.last?.text == "now another class" && strip.steps[1].words.last?.text != "now another class")
    // The plot is drawn of the same numbers.
    for (index, point) in strip.plot.concepts.enumerated() {
      for (other, margin) in zip(strip.plot.concepts, margins) {
        #expect((other.y < point.y) == (margin > margins[index]))
      }
    }
    #expect(strip.plot.random.count == 5 && strip.plot.randomLow.count == 5)
    func overlap(_ one: ExplanationReport.Node, _ other: ExplanationReport.Node) -> Bool {
      guard let first = one.node.box, let second = other.node.box else { return false }
      return first.overlap(with: second) > 0
    }
    // In each picture exactly the hidden concepts are blurred.
    let nodes = figure.report.explanations[0].nodes
    let pictures = try RemovalPictures(image: figure.image, nodes: nodes).pictures(of: strip.steps).map { $0.image() }
    #expect(pictures[0] == figure.image)
    for (picture, step) in zip(pictures, strip.steps) {
      for node in nodes where nodes.allSatisfy({ $0.node.number == node.node.number || !overlap($0, node) }) {
        let center = try #require(node.node.box).center
        let point = (Int(center.y) * 120 + Int(center.x)) * 3
        let isBlurred = picture.samples[point..<point + 6] != figure.image.samples[point..<point + 6]
        #expect(isBlurred == step.hidden.contains(node.node.number), "concept \(node.node.number) in \(step.hidden)")
      }
    }
    #expect(SampleReport(measured: false).figure.layout().strip == nil)
  }

  @Test func aDiscLiesWithinItsConcept() throws {
    var figure = SampleReport(classes: 1, concepts: 1, imageWidth: 100, imageHeight: 100, unseen: 0, measured: true)
      .figure
    // An L, whose middle is outside of it.
    var mask = Mask(width: 50, height: 50)
    for place in 0..<40 { for side in 0..<4 { (mask[side, place], mask[place, 36 + side]) = (true, true) } }
    let part = MeasuredEvidence.Part(region: mask, effect: 1, low: 1, high: 1)
    let box = Box(x: 0, y: 0, width: 80, height: 80)
    figure.report.explanations[0].nodes[0].measured = MeasuredNode(part: part, regions: [(box, mask)])
    let stage = try #require(figure.layout().panels.first).stage
    let center = try #require(stage.discs.first).trueCenter
    let column = Int((center.x - stage.image.x) / stage.image.width * 50)
    let row = Int((center.y - stage.image.y) / stage.image.height * 50)
    #expect(mask[column, row])
    // The border is drawn without steps.
    let line = try #require(stage.patches.first?.lines.first)
    let slanted = zip(line, line.dropFirst()).filter { one, next in one.x != next.x && one.y != next.y }
    #expect(line.count > 50 && !slanted.isEmpty)
  }

  @Test func aDiscLeavesASmallShapeToBeSeen() throws {
    var figure = SampleReport(classes: 1, concepts: 1, imageWidth: 200, imageHeight: 200, unseen: 0, measured: true)
      .figure
    var mask = Mask(width: 200, height: 200)
    for y in 100..<112 { for x in 80..<92 { mask[x, y] = true } }
    let part = MeasuredEvidence.Part(region: mask, effect: 1, low: 1, high: 1)
    figure.report.explanations[0].nodes[0].measured = MeasuredNode(
      part: part, regions: [(Box(x: 80, y: 100, width: 12, height: 12), mask)])
    let stage = try #require(figure.layout().panels.first).stage
    let (disc, shape) = (try #require(stage.discs.first), try #require(stage.patches.first).frame)
    #expect(disc.isMoved && !disc.frame.intersects(shape) && shape.contains(disc.trueCenter))
  }

  @Test func aSpeckHasNoBorder() throws {
    var figure = SampleReport(classes: 1, concepts: 1, imageWidth: 200, imageHeight: 200, unseen: 0, measured: true)
      .figure
    func place(_ x: Int, side: Int) -> (box: Box, mask: Mask) {
      var mask = Mask(width: 200, height: 200)
      for row in 0..<side { for column in 0..<side { mask[x + column, row] = true } }
      return (Box(x: x, y: 0, width: side, height: side), mask)
    }
    let places = [place(0, side: 60), place(100, side: 30), place(150, side: 2)]
    let part = MeasuredEvidence.Part(region: places[0].mask, effect: 1, low: 1, high: 1)
    figure.report.explanations[0].nodes[0].measured = MeasuredNode(part: part, regions: places)
    #expect(figure.layout().panels.first?.stage.patches.count == 2)
  }

  @Test func aRelationIsShownWhereItIsBeyondRandomRegions() throws {
    var figure = SampleReport(classes: 2, concepts: 3, unseen: 0, measured: true).figure
    let effect = MeasuredRelation.Effect(value: 1.5, random: 0.25, p: 0.001)
    func relation(_ first: Int, _ second: Int, isBeyondRandom: Bool) -> MeasuredRelation {
      MeasuredRelation(first: first, second: second, swapped: effect, isBeyondRandom: isBeyondRandom)
    }
    figure.report.explanations[0].measured?.evidence.relations = [
      relation(0, 1, isBeyondRandom: false), relation(1, 2, isBeyondRandom: true),
    ]
    let layout = figure.layout()
    let stage = try #require(layout.panels.first).stage
    let ends = [2, 3].compactMap { number in stage.discs.first { $0.number == number }?.center }
    #expect(stage.links == [ends])
    #expect(layout.legend.keys.map(\.sign).contains(.link))
    #expect(try HTMLReport.explanationPage(figure).contains(">Relations: exchanging the places of "))
    figure.report.explanations[0].measured?.evidence.relations = [relation(0, 1, isBeyondRandom: false)]
    #expect(figure.layout().panels.allSatisfy { $0.stage.links.isEmpty })
    #expect(try HTMLReport.explanationPage(figure).contains(">No relation between its concepts is beyond"))
  }

  @Test func bordersAreSmoothAndKeepTheirPlace() {
    var stairs: [(x: Int, y: Int)] = []
    for step in 0..<10 {
      stairs.append((x: step * 2, y: step * 2))
      stairs.append((x: step * 2 + 2, y: step * 2))
    }
    stairs.append((x: 20, y: 30))
    stairs.append((x: 0, y: 30))
    let points = SmoothOutline.points(of: stairs, side: 224)
    let page = Rect(x: 0, y: 0, width: 20, height: 30)
    #expect(points.allSatisfy(page.contains))
    for point in points where (4.0...16).contains(point.x) && point.y < point.x + 2 {
      let distance = point.y - point.x + 0.5
      #expect(abs(distance) < 1)
    }
    let pixel: [(x: Int, y: Int)] = [(1, 1), (2, 1), (2, 2), (1, 2)]
    #expect(SmoothOutline.points(of: pixel, side: 224).count == 4)
    #expect(SmoothOutline.points(of: [], side: 224).isEmpty)
    // In a small picture a corner stays one.
    let square: [(x: Int, y: Int)] = [(10, 10), (30, 10), (30, 30), (10, 30)]
    let nearest = SmoothOutline.points(of: square, side: 64).map { ($0 - Point(x: 10, y: 10)).length }.min()
    #expect((nearest ?? 9) < 1)
  }

  @Test func summariesAreShortAndCautionsStandOnceInTheReport() throws {
    for measured in [true, false] {
      for verified in [false, !measured] {
        var figure = SampleReport(classes: 5, concepts: 8, unseen: 0.6, verified: verified, measured: measured).figure
        figure.report.fidelity.top1Agreement = 0.5
        figure.report.doubts = ["Random concepts do as well."]
        figure.report.localFidelity.cautions = ["it does not follow"]
        let summary = ExplanationSummary.text(for: figure.report)
        figure.report.summary = summary
        let sentences = summary.split(separator: " ").filter { $0.hasSuffix(".") }
        #expect(sentences.count <= 4, "\(summary)")
        #expect(measured || summary.hasPrefix("Doubtful: the classifier chooses fire engine"), "\(summary)")
        let picture = figure.layout().texts.map(\.text).joined(separator: " ")
        let page = try HTMLReport.explanationPage(figure)
        for caution in ["Low fidelity", "Random concepts do as well."] {
          #expect(!picture.contains(caution) && page.components(separatedBy: caution).count == 2)
        }
        #expect(page.contains("class=\"warning\">It does not follow."))
      }
    }
    // The rivals that came nearest are named.
    var report = SampleReport(classes: 5, unseen: 0, measured: true).report
    report.prediction[4].logit = report.prediction[1].logit + 0.5
    let summary = ExplanationSummary.text(for: report)
    #expect(summary.contains("Why not minivan?") && summary.contains("Why not ambulance?"))
    #expect(!summary.contains("Why not school bus?") && !summary.contains("Why not garbage truck?"))
    report = SampleReport(classes: 2, concepts: 5).report
    report.localFidelity.cautions = []
    #expect(
      ExplanationSummary.text(for: report).hasPrefix("Predicted, not measured: the classifier chooses fire engine"))
  }

  @Test func theVerdictComesFirst() throws {
    let report = SampleReport(unseen: 0, measured: true).report
    let evidence = try #require(report.explanations[0].measured?.evidence)
    for (share, verdict, words) in [
      (0.9, Verdict.supported, "Supported: "), (0.01, .noBetterThanRandom, "No better than random: "),
    ] {
      var told = report
      let effects = evidence.parts.count
      for place in 0..<effects {
        told.explanations[0].measured?.evidence.parts[place]?.effect =
          share * (evidence.full - evidence.empty) / Double(effects)
      }
      told.explanations[0].measured?.evidence.random = .init(share: 0.1, low: 0.05, high: 0.3, p: 0.01)
      told.localFidelity.cautions = []
      #expect(told.verdict == verdict)
      let text = ExplanationSummary.text(for: told)
      #expect(text.hasPrefix(words), "\(text)")
      #expect(text.contains("Why fire engine? ") && text.contains("everything else in the picture: +3.00"))
      told.localFidelity.cautions = ["it does not follow"]
      #expect(told.verdict == (verdict == .supported ? .lowFidelity : .noBetterThanRandom))
    }
    let unseen = SampleReport(unseen: 1.1, measured: true).report
    #expect(unseen.verdict == .noBetterThanRandom && ExplanationSummary.text(for: unseen).hasPrefix("Not explained: "))
    #expect(SampleReport().report.verdict == nil)
  }
}
