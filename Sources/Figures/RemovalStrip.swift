import Drawing
import Images
import Reports
import Structure

/// The classifier's reaction as concepts are hidden one after the other: a picture a step, and a plot.
struct RemovalStrip: Equatable {
  /// One picture; the first is the whole image.
  struct Step: Equatable {
    /// Numbers of the nodes that are hidden.
    var hidden: [Int]
    var picture: Rect
    /// The disc of the concept that is hidden last.
    var disc: Rect?
    /// The borders of that concept's places.
    var lines: [[Point]]
    /// What that concept is worth, for the colour of its disc.
    var contribution: Double
    var words: [PlacedText]
  }

  /// The margins of the steps as a line, beside those of random regions.
  struct Plot: Equatable {
    var frame: Rect
    var concepts: [Point]
    /// One after each step but the first, as far as that was asked about; the first point is the whole image's.
    var random: [Point]
    var randomLow: [Point]
    var randomHigh: [Point]
    /// Where the margin is 0; nil where that is outside.
    var zero: Double?
    var words: [PlacedText]
  }

  var title: [PlacedText]
  var steps: [Step]
  var plot: Plot
  var bottom: Double

  var texts: [PlacedText] { title + steps.flatMap(\.words) + plot.words }
}

/// Lays out the strip below the panels.
struct RemovalStripBuilder {
  var stage: StageBuilder
  var explanation: ExplanationReport.ClassExplanation

  /// A page that is wide enough has all steps and the plot side by side; else there are a few in a row.
  private static let wide = 700.0
  private static let cells = 3...4
  private static let gap = 10.0
  private static let pictureHeights = 44.0...140.0
  private static let leastCell = 132.0
  private static let leastPlot = 112.0
  /// Width of the plot, at most.
  private static let plotWidth = 260.0
  private static let discRadius = 6.5
  private static let dot = 3.0

  private var text: TextLayout { stage.text }

  /// Nil where nothing was hidden.
  func build(x: Double, top: Double, width: Double) -> RemovalStrip? {
    guard let measured = explanation.measured, !measured.removals.isEmpty else { return nil }
    let perRow =
      width < Self.wide ? Self.cells.lowerBound : max(Self.cells.upperBound, measured.removals.count + 2)
    let aspect = Double(stage.imageWidth) / Double(stage.imageHeight)
    // A tall image leaves no more room beside it than its words need.
    let cell = min(
      (width - Double(perRow - 1) * Self.gap) / Double(perRow),
      max(aspect * Self.pictureHeights.upperBound, Self.leastCell))
    let natural = cell / aspect
    let height = min(max(natural, Self.pictureHeights.lowerBound), Self.pictureHeights.upperBound)
    let title = text.paragraph(
      "What the classifier says of \(explanation.className) as concepts are hidden, one after the other", .heading,
      x: x,
      top: top, maxWidth: width)
    let first = (title.last?.frame.maxY ?? top) + 5
    let wordsHeight = 2 * text.lineHeight(.small) + text.lineHeight(.caption) + 8
    func corner(_ place: Int) -> Point {
      Point(
        x: x + Double(place % perRow) * (cell + Self.gap),
        y: first + Double(place / perRow) * (height + wordsHeight + Self.gap))
    }
    let margins = [measured.evidence.full] + measured.removals.map(\.margin)
    let limit = margins.filter(\.isFinite).map(abs).max() ?? 0
    var steps: [RemovalStrip.Step] = []
    for place in margins.indices {
      let at = corner(place)
      steps.append(
        step(
          place, of: measured, margin: margins[place], limit: limit,
          picture: Rect(x: at.x, y: at.y, width: min(cell, height * aspect), height: height), width: cell))
    }
    // The plot takes what is left of the row.
    let at = corner(margins.count)
    let frame = Rect(
      x: at.x, y: at.y, width: min(x + width - at.x, Self.plotWidth),
      height: max(height + wordsHeight - 4, Self.leastPlot))
    let plot = plot(of: measured, margins: margins, limit: limit, in: frame)
    return RemovalStrip(
      title: title, steps: steps, plot: plot,
      bottom: max(frame.maxY, steps.flatMap(\.words).map(\.frame.maxY).max() ?? 0))
  }

  private func step(
    _ place: Int, of measured: MeasuredReasons, margin: Double, limit: Double, picture: Rect, width: Double
  ) -> RemovalStrip.Step {
    let removed = place > 0 ? measured.removals[place - 1] : nil
    let node = removed.flatMap { removed in explanation.nodes.first { $0.node.number == removed.concept } }
    var top = picture.maxY + 3
    var words: [PlacedText] = []
    func add(_ line: String, _ style: TextStyle, from left: Double = 0) {
      words.append(
        text.line(line, style, x: picture.x + left, top: top, maxWidth: width - left))
      top = words[words.count - 1].frame.maxY + 1
    }
    let disc =
      removed == nil
      ? nil
      : Rect(
        center: Point(x: picture.x + Self.discRadius + 1, y: top + text.lineHeight(.small) / 2),
        radius: Self.discRadius)
    add(
      removed == nil ? "whole picture" : (place == 1 ? "without " : "and ") + (node?.node.conceptName ?? ""), .small,
      from: disc == nil ? 0 : 2 * Self.discRadius + 5)
    top += 2
    add("margin " + NumberText.unsigned(margin, limit: limit), .rowName)
    if let removed, removed.className != explanation.className {
      add("now \(removed.className)", TextStyle.caption.colored(StripColors.changed))
    } else if let random = removed?.random {
      add("random regions " + NumberText.unsigned(random.mean, limit: limit), .caption)
    }
    return .init(
      hidden: measured.removals.prefix(place).map(\.concept), picture: picture, disc: disc,
      lines: node?.measured.map { stage.outlines(of: $0, on: stage.image(in: picture)).flatMap(\.lines) } ?? [],
      contribution: node.map(explanation.shown) ?? 0, words: words)
  }

  private func plot(
    of measured: MeasuredReasons, margins: [Double], limit: Double, in frame: Rect
  ) -> RemovalStrip.Plot {
    let randoms = measured.removals.map(\.random)
    let known = randoms.prefix { $0 != nil }.compactMap(\.self)
    let values = (margins + known.flatMap { [$0.low, $0.high] } + [0]).filter(\.isFinite)
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let numberWidth =
      [low, high].map { text.width(NumberText.unsigned($0, limit: limit), .caption) }.max() ?? 0
    let caption = text.lineHeight(.caption)
    let area = Rect(
      x: frame.x + numberWidth + 6, y: frame.y + 1.5 * caption + 4, width: frame.width - numberWidth - 6 - Self.dot - 1,
      height: frame.height - 3.5 * caption - 9)
    func y(_ value: Double) -> Double {
      guard high > low, value.isFinite else { return area.maxY }
      return area.maxY - (min(max(value, low), high) - low) / (high - low) * area.height
    }
    func point(_ step: Int, _ value: Double) -> Point {
      Point(x: area.x + Double(step) / Double(max(margins.count - 1, 1)) * area.width, y: y(value))
    }
    func line(_ value: (MeasuredEvidence.Spread) -> Double) -> [Point] {
      known.isEmpty
        ? [] : [point(0, margins[0])] + known.enumerated().map { point($0.offset + 1, value($0.element)) }
    }
    var words = [
      text.line("margin", .caption, x: frame.x, top: frame.y, maxWidth: frame.width),
      text.line(
        NumberText.unsigned(high, limit: limit), .caption, x: area.x - 5, top: y(high) - caption / 2, align: .right),
    ]
    for value in [0, low] where y(value) - y(high) > caption * 1.2 {
      let label = text.line(
        NumberText.unsigned(value, limit: limit), .caption, x: area.x - 5, top: y(value) - caption / 2, align: .right)
      if !words.contains(where: { $0.frame.intersects(label.frame) }) { words.append(label) }
    }
    for step in margins.indices {
      words.append(text.line("\(step)", .caption, x: point(step, low).x, top: area.maxY + 3, align: .center))
    }
    words.append(
      text.line(
        "concepts hidden", .caption, x: area.center.x, top: area.maxY + 4 + caption, align: .center,
        maxWidth: area.width))
    return .init(
      frame: area, concepts: margins.enumerated().map { point($0.offset, $0.element) }, random: line(\.mean),
      randomLow: line(\.low), randomHigh: line(\.high), zero: y(0), words: words)
  }
}

enum StripColors {
  /// Where the classifier's choice is another one.
  static let changed = Color(0x9c1c00)
}
