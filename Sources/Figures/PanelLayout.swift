import Drawing
import Reports
import Structure

/// One concept below the image: what it is, where it was seen, what it adds.
struct ConceptRow: Equatable {
  var number: Int
  var detected: Bool
  var contribution: Double
  var disc: Rect
  var name: PlacedText
  /// The patch matched in this image; shows "not seen" without one.
  var patch: Rect
  var patchNote: PlacedText?
  var conceptID: String
  var exemplars: [Rect]
  var bar: Bar
  var value: PlacedText
  /// The classifier's own change of logit when the concept is masked.
  var verified: PlacedText?
}

/// One relation below the image.
struct RelationRow: Equatable {
  var words: PlacedText
  var bar: Bar
  var value: PlacedText
}

/// Everything about one class.
struct PanelLayout: Equatable {
  var frame: Rect
  var title: PlacedText
  /// The classifier's probability and the reasoning network's score.
  var scores: [PlacedText]
  var stage: StageLayout
  var captions: [PlacedText]
  var rows: [ConceptRow]
  var relations: [RelationRow]
  /// Concepts that are missing, by examples.
  var missing: [MissingConcept] = []
  /// What all concepts carry.
  var share: ShareBar?
  /// How the contributions add up to the score.
  var sum: [PlacedText]
  /// Index of the class among the report's explanations.
  var index: Int
  /// Whether it shows what the classifier itself says, not what the reasoning network predicts.
  var isMeasured = false

  /// Every text of the panel, for drawing and for the check that no two overlap.
  var texts: [PlacedText] {
    [title] + scores + captions + sum + stage.pills.map(\.text) + (stage.trayCaption.map { [$0] } ?? [])
      + rows.flatMap { [$0.name, $0.value] + ($0.patchNote.map { [$0] } ?? []) + ($0.verified.map { [$0] } ?? []) }
      + relations.flatMap { [$0.words, $0.value] } + missing.flatMap(\.name) + (share.map { $0.words + $0.ticks } ?? [])
  }
}

/// Lays out one panel from top to bottom.
struct PanelBuilder {
  var stage: StageBuilder
  var stageHeight: Double
  var report: ExplanationReport
  /// How many exemplars are shown of each concept.
  var exemplarCounts: [String: Int]
  /// Of the bars of measured effects, for all panels.
  var domain: Bar.Domain

  static let width = 264.0
  private static let mostExemplars = 3
  private static let roomyRows = 5
  private static let valueWidth = 42.0
  private static let relationBarWidth = 42.0

  var text: TextLayout { stage.text }
  var scale: DivergingScale { stage.scale }

  /// The panel of the report's explanation at `index` with its top left corner at `x`, `y`.
  func build(_ index: Int, x: Double, y: Double) -> PanelLayout {
    let explanation = report.explanations[index]
    let title = text.line(
      (explanation.isWhy ? "Why " : "Why not ") + explanation.className + "?", .heading, x: x, top: y,
      maxWidth: Self.width)
    var top = title.frame.maxY + 1
    let scores = scoreLines(explanation, x: x, top: top)
    top = (scores.last?.frame.maxY ?? top) + 5
    let stageLayout = stage.build(explanation, in: Rect(x: x, y: top, width: Self.width, height: stageHeight))
    top = stageLayout.frame.maxY + 6

    var panel = PanelLayout(
      frame: Rect(x: x, y: y, width: Self.width, height: 0), title: title, scores: scores, stage: stageLayout,
      captions: [], rows: [], relations: [], sum: [], index: index, isMeasured: explanation.measured != nil)
    top =
      panel.isMeasured
      ? layMeasured(explanation, in: &panel, top: top) : layPredicted(explanation, in: &panel, top: top)
    let words = [sum(of: explanation), RelationSummary.text(for: explanation), explanation.others].compactMap { $0 }
      .joined(separator: " ")
    panel.sum = text.paragraph(words, .small, x: x, top: top + 3, maxWidth: Self.width)
    panel.frame.height = (panel.sum.last?.frame.maxY ?? top) - y
    return panel
  }

  /// What the reasoning network predicts of a class, from top to bottom: a row per concept, and relations.
  private func layPredicted(
    _ explanation: ExplanationReport.ClassExplanation, in panel: inout PanelLayout, top: Double
  ) -> Double {
    let (x, nodes) = (panel.frame.x, explanation.pictured)
    let side = nodes.count <= Self.roomyRows ? 38.0 : 28.0
    let small = nodes.count <= Self.roomyRows ? 31.0 : 24.0
    let exemplarX = x + 24 + side + 8
    var top = top
    if !nodes.isEmpty {
      panel.captions = [
        text.line("here", .caption, x: x + 24, top: top, maxWidth: side),
        text.line("contribution", .caption, x: x + Self.width, top: top, align: .right),
      ]
      if nodes.contains(where: { exemplarCounts[$0.node.conceptID, default: 0] > 0 }) {
        panel.captions.append(text.line("examples of it", .caption, x: exemplarX, top: top))
      }
      top += text.lineHeight(.caption) + 2
    }
    for node in nodes {
      let row = row(node, of: explanation, x: x, exemplarX: exemplarX, top: top, side: side, small: small)
      panel.rows.append(row)
      top = max(row.patch.maxY, row.verified?.frame.maxY ?? 0) + 7
    }
    (panel.relations, top) = relations(explanation, x: x, top: top, captions: &panel.captions)
    return top
  }

  private func scoreLines(_ explanation: ExplanationReport.ClassExplanation, x: Double, top: Double) -> [PlacedText] {
    let probability = report.prediction.first { $0.label == explanation.className }.map {
      "classifier " + NumberText.chance($0.probability)
    }
    let score =
      explanation.measured.map { measured in
        "margin over \(measured.against.count == 1 ? measured.against[0] : "the others") "
          + NumberText.significant(measured.evidence.full)
      } ?? "reasoning network\u{2019}s score " + NumberText.significant(explanation.score)
    let words = ([probability].compactMap { $0 } + [score]).joined(separator: "  ·  ")
    return [text.line(words, .small, x: x, top: top, maxWidth: Self.width)]
  }

  private func row(
    _ node: ExplanationReport.Node, of explanation: ExplanationReport.ClassExplanation, x: Double, exemplarX: Double,
    top: Double, side: Double, small: Double
  ) -> ConceptRow {
    let nameHeight = text.lineHeight(.small)
    let patch = Rect(x: x + 24, y: top + nameHeight + 2, width: side, height: side)
    let count = min(exemplarCounts[node.node.conceptID, default: 0], Self.mostExemplars)
    let exemplars = (0..<count).map { position in
      Rect(x: exemplarX + Double(position) * (small + 3), y: patch.y, width: small, height: small)
    }
    let right = x + Self.width
    let barX = exemplarX + Double(Self.mostExemplars) * (small + 3) + 8
    let axis = Rect(
      x: barX, y: patch.y + side / 2 - 12, width: right - Self.valueWidth - barX, height: 9)
    let valueHeight = text.lineHeight(.strong)
    var row = ConceptRow(
      number: node.node.number, detected: explanation.isSeen(node), contribution: explanation.shown(node),
      disc: Rect(center: Point(x: x + 10, y: patch.center.y), radius: 9),
      name: text.line(
        node.node.conceptName, .rowName, x: x + 24, top: top, maxWidth: Self.width - 24),
      patch: patch, patchNote: nil, conceptID: node.node.conceptID, exemplars: exemplars,
      bar: Bar(axis: axis, contribution: explanation.shown(node)),
      value: text.line(
        NumberText.signed(explanation.shown(node), limit: scale.limit), .strong, x: right,
        top: axis.center.y - valueHeight / 2, align: .right, maxWidth: Self.valueWidth))
    if !explanation.isSeen(node) || node.node.box == nil {
      let note = text.line("not seen", .caption, x: 0, top: 0)
      let style = TextStyle(size: min(8, 8 * (side - 4) / note.frame.width), color: TextStyle.caption.color)
      row.patchNote = text.centered(explanation.isSeen(node) ? "no patch" : "not seen", style, at: patch.center)
    }
    if let verified = node.verified {
      let change = "masked: " + NumberText.signed(verified.logitChange, limit: abs(verified.logitChange))
      row.verified = text.line(
        change + (verified.agrees ? " \u{2713}" : " \u{2717}"),
        TextStyle(size: 8, color: verified.agrees ? Color(0x1d6b36) : Color(0x9c1c00)), x: right,
        top: axis.center.y + valueHeight / 2 + 1, align: .right, maxWidth: right - barX)
    }
    return row
  }

  /// The relations that are drawn, in two columns, and the top of what follows.
  private func relations(
    _ explanation: ExplanationReport.ClassExplanation, x: Double, top: Double, captions: inout [PlacedText]
  ) -> ([RelationRow], Double) {
    let drawn = stage.strongest(of: explanation)
    guard !explanation.edges.isEmpty, explanation.measured == nil else { return ([], top) }
    let caption = text.line(
      drawn.isEmpty
        ? "no relation contributes noticeably (\(explanation.edges.count) checked)"
        : "relations: the strongest \(drawn.count) of \(explanation.edges.count)", .caption, x: x, top: top,
      maxWidth: Self.width)
    captions.append(caption)
    let first = caption.frame.maxY + 2
    let height = text.lineHeight(.small) + 2
    let column = Self.width / 2
    let rows = drawn.enumerated().map { position, edge in
      let left = x + Double(position % 2) * (column + 4)
      let line = first + Double(position / 2) * height
      let axis = Rect(x: left + 36, y: line + height / 2 - 4, width: Self.relationBarWidth, height: 6)
      return RelationRow(
        words: text.line("\(edge.from) \u{2192} \(edge.to)", .small, x: left, top: line, maxWidth: 34),
        bar: Bar(axis: axis, contribution: edge.contribution),
        value: text.line(
          NumberText.signed(edge.contribution, limit: scale.limit), .small, x: left + column - 6, top: line,
          align: .right, maxWidth: column - 6 - 36 - Self.relationBarWidth - 2))
    }
    return (rows, first + Double((rows.count + 1) / 2) * height)
  }

  /// "Concepts +1.2, everything else +3.1, with everything hidden +0.1: margin 4.4. …"
  private func sum(of evidence: MeasuredEvidence) -> String {
    let effects = evidence.parts.compactMap { $0?.effect }.reduce(0, +)
    let limit = max(abs(evidence.full), abs(effects), abs(evidence.everythingElse), abs(evidence.empty))
    func part(_ name: String, _ value: Double) -> String { name + " " + NumberText.signed(value, limit: limit) }
    let sum =
      [
        part("Concepts", effects), part("everything else", evidence.everythingElse),
        part("with everything hidden", evidence.empty),
      ].joined(separator: ", ")
    return sum + ": margin " + NumberText.unsigned(evidence.full, limit: limit) + "."
  }

  /// "concepts +1.2, relations −0.3, other classes' graphs +0.1, bias +0.0: score 1.0".
  private func sum(of explanation: ExplanationReport.ClassExplanation) -> String {
    if let evidence = explanation.measured?.evidence { return sum(of: evidence) }
    let limit = max(scale.limit, explanation.score.isFinite ? abs(explanation.score) : 0)
    func part(_ name: String, _ value: Double) -> String { name + " " + NumberText.signed(value, limit: limit) }
    let parts = [
      part("Concepts", explanation.nodes.reduce(0) { $0 + $1.contribution }),
      part("relations", explanation.edges.reduce(0) { $0 + $1.contribution }),
      part("other classes\u{2019} graphs", explanation.otherGraphs.reduce(0) { $0 + $1.contribution }),
      part("bias", explanation.bias),
    ]
    return parts.joined(separator: ", ") + ": score " + NumberText.unsigned(explanation.score, limit: limit) + "."
  }
}
