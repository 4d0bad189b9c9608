import Drawing
import Reports
import Structure

/// A concept that is missing in the image, by an example of it.
struct MissingConcept: Equatable {
  var conceptID: String
  /// Where its exemplar goes; without one, only its name is there.
  var picture: Rect
  var name: [PlacedText]
}

/// How much of the margin the concepts carry, beside random regions.
struct ShareBar: Equatable {
  var bar: Bar
  var words: [PlacedText]
  /// 0 and 100 %.
  var ticks: [PlacedText]
}

// What was measured of one class, from top to bottom: a row per concept that is seen, examples of what is missing, and
// what all concepts carry.
extension PanelBuilder {
  private static let side = 40.0
  private static let left = 22.0
  private static let exemplars = 2
  private static let valueWidth = 48.0
  private static let barHeight = 13.0
  /// Largest extents of the picture of a concept that is missing, and lines of its name.
  private static let missingWidth = 84.0
  private static let missingHeight = 54.0
  private static let nameLines = 2
  /// A concept with a smaller p beats random regions.
  private static let significance = 0.05

  func layMeasured(
    _ explanation: ExplanationReport.ClassExplanation, in panel: inout PanelLayout, top: Double
  ) -> Double {
    let x = panel.frame.x
    var top = top
    let nodes = explanation.pictured
    if !nodes.isEmpty {
      panel.captions.append(text.line("here", .caption, x: x + Self.left, top: top))
      if nodes.contains(where: { exemplarCounts[$0.node.conceptID, default: 0] > 0 }) {
        panel.captions.append(text.line("other images", .caption, x: exemplarX(x), top: top))
      }
      panel.captions.append(
        text.line("effect on the margin", .caption, x: x + Self.width, top: top, align: .right))
      top += text.lineHeight(.caption) + 3
    }
    for node in nodes {
      let row = measuredRow(node, of: explanation, x: x, top: top)
      panel.rows.append(row)
      top = row.patch.maxY + 7
    }
    top = layMissing(explanation.missing, after: nodes.count, in: &panel, top: top)
    return layShare(of: explanation, in: &panel, top: top)
  }

  private func exemplarX(_ x: Double) -> Double { x + Self.left + Self.side + 9 }

  private func measuredRow(
    _ node: ExplanationReport.Node, of explanation: ExplanationReport.ClassExplanation, x: Double, top: Double
  ) -> ConceptRow {
    let right = x + Self.width
    let height = max(text.lineHeight(.strong), text.lineHeight(.rowName))
    let patch = Rect(x: x + Self.left, y: top + height + 2, width: Self.side, height: Self.side)
    let count = min(exemplarCounts[node.node.conceptID, default: 0], Self.exemplars)
    let exemplars = (0..<count).map { position in
      Rect(x: exemplarX(x) + Double(position) * (Self.side + 3), y: patch.y, width: Self.side, height: Self.side)
    }
    let barX = exemplarX(x) + Double(Self.exemplars) * (Self.side + 3) + 8
    let axis = Rect(x: barX, y: patch.y + 4, width: right - barX, height: Self.barHeight)
    let part = node.measured?.part
    var row = ConceptRow(
      number: node.node.number, detected: true, contribution: explanation.shown(node),
      disc: Rect(center: Point(x: x + 9, y: patch.center.y), radius: 8.5),
      name: text.line(
        node.node.conceptName, .rowName, x: x + Self.left, top: top,
        maxWidth: Self.width - Self.left - Self.valueWidth - 4),
      patch: patch, patchNote: nil, conceptID: node.node.conceptID, exemplars: exemplars,
      bar: Bar(
        axis: axis, contribution: explanation.shown(node), domain: domain,
        interval: part.map { .init(mean: $0.effect, low: $0.low, high: $0.high) }, random: part?.random),
      value: text.line(
        NumberText.signed(explanation.shown(node), limit: scale.limit), .strong, x: right, top: top, align: .right,
        maxWidth: Self.valueWidth))
    if let p = part?.p {
      row.verified = text.line(
        "random: p " + NumberText.probability(p),
        TextStyle.caption.colored(p < Self.significance ? Color(0x1d6b36) : TextStyle.caption.color), x: right,
        top: axis.maxY + 4, align: .right, maxWidth: right - barX)
    }
    return row
  }

  /// Examples of the concepts that are missing, side by side.
  private func layMissing(
    _ nodes: [ExplanationReport.Node], after rows: Int, in panel: inout PanelLayout, top: Double
  ) -> Double {
    guard !nodes.isEmpty else { return top }
    let (x, gap) = (panel.frame.x, 8.0)
    let caption = text.line(
      rows == 0 ? "missing, by an example of each" : "missing here, by an example of each", .caption, x: x, top: top)
    panel.captions.append(caption)
    let width = min(Self.missingWidth, (Self.width - Double(nodes.count - 1) * gap) / Double(nodes.count))
    let hasPictures = nodes.contains { exemplarCounts[$0.node.conceptID, default: 0] > 0 }
    let pictureHeight = hasPictures ? Self.missingHeight : 0
    var bottom = caption.frame.maxY
    for (position, node) in nodes.enumerated() {
      let picture = Rect(
        x: x + Double(position) * (width + gap), y: caption.frame.maxY + 3, width: width, height: pictureHeight)
      var lines = text.wrapped(node.node.conceptName, .caption, to: width)
      if lines.count > Self.nameLines {
        lines = lines.prefix(Self.nameLines - 1) + [lines[(Self.nameLines - 1)...].joined(separator: " ")]
      }
      let name = lines.enumerated().map { line, words in
        text.line(
          words, .caption, x: x + Double(position) * (width + gap),
          top: picture.maxY + 2 + Double(line) * text.lineHeight(.caption), maxWidth: width)
      }
      panel.missing.append(MissingConcept(conceptID: node.node.conceptID, picture: picture, name: name))
      bottom = max(bottom, name.last?.frame.maxY ?? picture.maxY)
    }
    return bottom + 8
  }

  /// What all concepts carry, beside random regions: a bar and its words.
  private func layShare(
    of explanation: ExplanationReport.ClassExplanation, in panel: inout PanelLayout, top: Double
  ) -> Double {
    guard let evidence = explanation.measured?.evidence, let share = evidence.share, let random = evidence.random else {
      return top
    }
    let words = text.paragraph(
      "All concepts carry \(NumberText.percent(share, decimals: 0)) of the margin, random regions on the object "
        + "\(NumberText.percent(random.share, decimals: 0)).", .small, x: panel.frame.x, top: top,
      maxWidth: Self.width)
    let axis = Rect(
      x: panel.frame.x, y: (words.last?.frame.maxY ?? top) + 4, width: Self.width, height: Self.barHeight)
    let domain = Bar.Domain(values: [0, 1, share, random.low, random.high], limit: 1)
    panel.share = ShareBar(
      bar: Bar(
        axis: axis, contribution: share, domain: domain,
        random: .init(mean: random.share, low: random.low, high: random.high),
        color: scale.color(share < 0 ? -scale.limit : scale.limit)), words: words,
      ticks: [0, 1].map { value in
        // Beside its line where the axis ends there.
        let label = NumberText.percent(value, decimals: 0)
        let (x, reach) = (axis.x + domain.position(value) * axis.width, text.width(label, .caption) / 2)
        return text.line(
          label, .caption, x: min(max(x, axis.x + reach), axis.maxX - reach), top: axis.maxY + 2, align: .center)
      })
    return axis.maxY + text.lineHeight(.caption) + 5
  }
}
