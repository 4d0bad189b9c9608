import Drawing
import Foundation
import Images
import Reports

/// The meaning of a figure's signs at its foot.
struct Legend: Equatable {
  var frame: Rect
  /// The scale of colours, where it is shown.
  var bar: Rect?
  var ticks: [PlacedText]
  var captions: [PlacedText]
  /// Samples of the signs with their words.
  var keys: [LegendKey]
}

/// A sign of the figure and its meaning.
struct LegendKey: Equatable {
  enum Sign { case positive, negative, interval, random, link, seen, unseen, relation, moved }
  var sign: Sign
  var at: Point
  var words: PlacedText
}

/// Where everything in an explanation figure goes. Made once for every format; no two texts overlap.
struct ExplanationLayout {
  var width: Double
  var height: Double
  var scale: DivergingScale
  var header: [PlacedText]
  var panels: [PanelLayout]
  var strip: RemovalStrip?
  var legend: Legend

  var texts: [PlacedText] {
    header + panels.flatMap(\.texts) + (strip?.texts ?? []) + legend.ticks + legend.captions + legend.keys.map(\.words)
  }
}

struct ExplanationLayoutBuilder {
  var report: ExplanationReport
  var imageWidth: Int
  var imageHeight: Int
  var exemplarCounts: [String: Int]
  var maxEdges: Int
  var scale: DivergingScale

  private static let margin = 20.0
  private static let gutter = 22.0
  /// Discs and numbers on the image of a prediction need room.
  private static let stageHeights = (measured: 60.0, predicted: 112.0, most: 264.0)
  private static let trayHeight = 46.0

  func build() -> ExplanationLayout {
    let text = TextLayout()
    let columns = Self.columns(for: report.explanations.count)
    let inner = Double(columns) * PanelBuilder.width + Double(columns - 1) * Self.gutter
    let (header, headerBottom) = header(text, width: inner)

    let hasUnseen = report.explanations.contains { explanation in
      explanation.measured == nil && explanation.nodes.contains { !$0.node.detected || $0.node.center == nil }
    }
    let tray = hasUnseen ? Self.trayHeight : 0
    let natural = PanelBuilder.width * Double(imageHeight) / Double(imageWidth)
    let isMeasured = report.explanations.allSatisfy { $0.measured != nil }
    let least = isMeasured ? Self.stageHeights.measured : Self.stageHeights.predicted
    let imageStage = min(max(natural, least), Self.stageHeights.most)
    let stage = StageBuilder(
      text: text, scale: scale, imageWidth: imageWidth, imageHeight: imageHeight, trayHeight: tray, maxEdges: maxEdges)
    let builder = PanelBuilder(
      stage: stage, stageHeight: imageStage + tray, report: report, exemplarCounts: exemplarCounts,
      domain: domain)

    var panels: [PanelLayout] = []
    var top = headerBottom + 14
    var rowBottom = top
    for index in report.explanations.indices {
      if index > 0, index % columns == 0 { top = rowBottom + 20 }
      let x = Self.margin + Double(index % columns) * (PanelBuilder.width + Self.gutter)
      let panel = builder.build(index, x: x, y: top)
      rowBottom = max(rowBottom, panel.frame.maxY)
      panels.append(panel)
    }
    let strip = report.explanations.first(where: \.isWhy).flatMap {
      RemovalStripBuilder(stage: stage, explanation: $0).build(x: Self.margin, top: rowBottom + 18, width: inner)
    }
    let legend = LegendBuilder(text: text, scale: scale, panels: panels).build(
      in: Rect(x: Self.margin, y: (strip?.bottom ?? rowBottom) + 16, width: inner, height: 0))
    return ExplanationLayout(
      width: inner + 2 * Self.margin, height: (legend.frame.maxY + Self.margin).rounded(.up), scale: scale,
      header: header, panels: panels, strip: strip, legend: legend)
  }

  private var verdictColor: Color {
    switch report.verdict {
    case .supported: Color(0x1d6b36)
    case .noBetterThanRandom, .lowFidelity: Color(0x9c1c00)
    case nil: TextStyle.strong.color
    }
  }

  /// What the bars of all panels hold: effects with their intervals, and those of random regions.
  private var domain: Bar.Domain {
    let parts = report.explanations.flatMap { $0.pictured.compactMap { $0.measured?.part } }
    return Bar.Domain(
      values: parts.flatMap { [$0.effect, $0.low, $0.high] + ($0.random.map { [$0.low, $0.high] } ?? []) },
      limit: scale.limit)
  }

  /// Panels side by side: all up to three, then rows as even as possible.
  static func columns(for count: Int) -> Int {
    switch count {
    case ...1: 1
    case 2, 4: 2
    default: 3
    }
  }

  private func header(_ text: TextLayout, width: Double) -> ([PlacedText], Double) {
    var lines: [PlacedText] = []
    var top = Self.margin - 4
    func add(_ words: String, _ style: TextStyle, gap: Double) -> [PlacedText] {
      let placed = text.paragraph(words, style, x: Self.margin, top: top, maxWidth: width)
      if let last = placed.last { top = last.frame.maxY + gap }
      return placed
    }
    lines += add(ExplanationWords.title(of: report), .title, gap: 5)
    // A line for each sentence, the verdict in bold.
    let sentences = ExplanationSummary.sentences(for: report)
    let isOwn = sentences.joined(separator: " ") == report.summary
    for (place, sentence) in (isOwn ? sentences : [report.summary]).enumerated() {
      lines += add(
        sentence.replacing(" %", with: "\u{a0}%").replacing("(-", with: "(\u{2212}").replacing(" -", with: " \u{2212}"),
        isOwn && place == 0 ? .strong.colored(verdictColor) : .body, gap: 2)
    }
    return (lines, top)
  }
}
