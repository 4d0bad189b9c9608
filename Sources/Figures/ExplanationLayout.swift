import Drawing
import Foundation
import Images
import Reports

/// The scale of colours at the foot of a figure, and the meaning of its signs.
struct Legend: Equatable {
  var frame: Rect
  var bar: Rect
  var ticks: [PlacedText]
  var captions: [PlacedText]
  /// Samples of the signs with their words.
  var keys: [LegendKey]
}

/// A sign of the figure and its meaning.
struct LegendKey: Equatable {
  enum Sign { case seen, unseen, relation, moved }
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
  var warnings: [PlacedText]
  var panels: [PanelLayout]
  var legend: Legend

  var texts: [PlacedText] {
    header + warnings + panels.flatMap(\.texts) + legend.ticks + legend.captions + legend.keys.map(\.words)
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
  private static let stageHeights = 148.0...232.0
  private static let trayHeight = 46.0

  func build() -> ExplanationLayout {
    let text = TextLayout()
    let columns = Self.columns(for: report.explanations.count)
    let inner = Double(columns) * PanelBuilder.width + Double(columns - 1) * Self.gutter
    let (header, warnings, headerBottom) = header(text, width: inner)

    let hasUnseen = report.explanations.contains { explanation in
      explanation.nodes.contains { !explanation.isSeen($0) || $0.node.center == nil }
    }
    let tray = hasUnseen ? Self.trayHeight : 0
    let natural = PanelBuilder.width * Double(imageHeight) / Double(imageWidth)
    let imageStage = min(max(natural, Self.stageHeights.lowerBound), Self.stageHeights.upperBound)
    let stage = StageBuilder(
      text: text, scale: scale, imageWidth: imageWidth, imageHeight: imageHeight, trayHeight: tray, maxEdges: maxEdges)
    let builder = PanelBuilder(
      stage: stage, stageHeight: imageStage + tray, report: report, exemplarCounts: exemplarCounts)

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
    let legend = LegendBuilder(text: text, scale: scale, panels: panels).build(
      in: Rect(x: Self.margin, y: rowBottom + 18, width: inner, height: 0))
    return ExplanationLayout(
      width: inner + 2 * Self.margin, height: (legend.frame.maxY + Self.margin).rounded(.up), scale: scale,
      header: header, warnings: warnings, panels: panels, legend: legend)
  }

  /// Panels side by side: all up to three, then rows as even as possible.
  static func columns(for count: Int) -> Int {
    switch count {
    case ...1: 1
    case 2, 4: 2
    default: 3
    }
  }

  private func header(_ text: TextLayout, width: Double) -> ([PlacedText], [PlacedText], Double) {
    var lines: [PlacedText] = []
    var top = Self.margin - 4
    func add(_ words: String, _ style: TextStyle, gap: Double) -> [PlacedText] {
      let placed = text.paragraph(words, style, x: Self.margin, top: top, maxWidth: width)
      if let last = placed.last { top = last.frame.maxY + gap }
      return placed
    }
    lines += add(ExplanationWords.title(of: report), .title, gap: 5)
    lines += add(report.summary, .body, gap: 5)
    lines += add(ExplanationWords.fidelity(report.fidelity), .small, gap: 3)
    let warnings = ExplanationWords.warnings(for: report).flatMap { add($0, .warning, gap: 3) }
    return (lines, warnings, top)
  }
}
