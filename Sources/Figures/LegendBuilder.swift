import Drawing

/// Lays out the legend: what was measured and the signs for it; or, predicted, the scale with numbers and the signs.
struct LegendBuilder {
  var text: TextLayout
  var scale: DivergingScale
  var panels: [PanelLayout]

  private static let barWidth = 240.0
  private static let barHeight = 10.0
  /// Width of a sign with the space before its words.
  private static let signWidth = 30.0
  private static let columnGap = 22.0

  func build(in frame: Rect) -> Legend {
    panels.contains(where: \.isMeasured) ? measured(in: frame) : predicted(in: frame)
  }

  // MARK: Measured

  private func measured(in frame: Rect) -> Legend {
    var signs: [(LegendKey.Sign, String)] = [
      (.positive, "speaks for the class"), (.negative, "speaks against the class"),
    ]
    let bars = panels.flatMap(\.rows).map(\.bar)
    if bars.contains(where: { $0.interval.map { $0.low < $0.high } ?? false }) {
      signs.append((.interval, "range of the effect, with parts hidden by blur or by grey"))
    }
    if bars.contains(where: { $0.random != nil }) || panels.contains(where: { $0.share != nil }) {
      signs.append((.random, "random regions on the object, of the same area: their mean, and where 95 % lie"))
    }
    if panels.contains(where: { !$0.stage.links.isEmpty }) {
      signs.append((.link, "a relation beyond that of random regions"))
    }
    if panels.flatMap(\.stage.discs).contains(where: \.isMoved) {
      signs.append((.moved, "moved aside; the line leads to the true place"))
    }
    // Signs side by side, as many as fit a line.
    var keys: [LegendKey] = []
    var (left, top) = (frame.x, frame.y)
    for (sign, words) in signs {
      let width = Self.signWidth + text.width(words, .caption)
      if left > frame.x, left + width > frame.maxX { (left, top) = (frame.x, top + text.lineHeight(.caption) + 4) }
      let line = text.line(
        words, .caption, x: left + Self.signWidth, top: top, maxWidth: frame.maxX - left - Self.signWidth)
      keys.append(LegendKey(sign: sign, at: Point(x: left + 12, y: line.frame.center.y), words: line))
      left = line.frame.maxX + Self.columnGap
    }
    let notes = text.paragraph(
      "Effect: what a concept adds to the classifier\u{2019}s margin, in logits, averaged over all ways to hide parts of the "
        + "picture (Shapley value). Margin: the class\u{2019}s logit less the mean of the others\u{2019}. p: how often "
        + "a random region has an effect so far from the mean.", .caption, x: frame.x,
      top: (keys.last?.words.frame.maxY ?? frame.y) + 6, maxWidth: frame.width)
    let bottom = notes.last?.frame.maxY ?? frame.y
    return Legend(
      frame: Rect(x: frame.x, y: frame.y, width: frame.width, height: bottom - frame.y), bar: nil, ticks: [],
      captions: notes, keys: keys)
  }

  // MARK: Predicted

  private func predicted(in frame: Rect) -> Legend {
    let caption = text.line(
      "Contribution to the class\u{2019}s score, one scale for all classes", .caption, x: frame.x, top: frame.y)
    let bar = Rect(x: frame.x + 12, y: caption.frame.maxY + 3, width: Self.barWidth, height: Self.barHeight)
    let ticks = [-1.0, -0.5, 0, 0.5, 1].map { share in
      text.line(
        NumberText.signed(share * scale.limit, limit: scale.limit), .caption, x: bar.x + (share + 1) / 2 * bar.width,
        top: bar.maxY + 3, align: .center)
    }
    let below = (ticks.first?.frame.maxY ?? bar.maxY) + 1
    let captions = [
      caption, text.line("\u{2190} against the class", .caption, x: frame.x, top: below),
      text.line("for the class \u{2192}", .caption, x: bar.maxX + 12, top: below, align: .right),
    ]
    var bottom = captions.map(\.frame.maxY).max() ?? below

    // The signs go beside the bar where there is room, else below it.
    let wide = frame.width >= 2 * Self.barWidth + 40
    let left = wide ? bar.maxX + 40 : frame.x
    var keyTop = wide ? frame.y + 1 : bottom + 6
    let keys = signs().map { sign, words in
      let line = text.line(
        words, .caption, x: left + Self.signWidth, top: keyTop, maxWidth: frame.maxX - left - Self.signWidth)
      keyTop = line.frame.maxY + 4
      return LegendKey(sign: sign, at: Point(x: left + 12, y: line.frame.center.y), words: line)
    }
    bottom = max(bottom, keys.last?.words.frame.maxY ?? 0)
    var notes = captions
    if panels.contains(where: { $0.rows.contains { $0.verified != nil } }) {
      let placed = text.paragraph(
        "masked: change of the classifier\u{2019}s own logit when the concept is greyed out; \u{2713} agrees with the "
          + "contribution\u{2019}s sign, \u{2717} does not", .caption, x: frame.x, top: bottom + 6,
        maxWidth: frame.width)
      bottom = placed.last?.frame.maxY ?? bottom
      notes += placed
    }
    return Legend(
      frame: Rect(x: frame.x, y: frame.y, width: frame.width, height: bottom - frame.y), bar: bar, ticks: ticks,
      captions: notes, keys: keys)
  }

  private func signs() -> [(LegendKey.Sign, String)] {
    let discs = panels.flatMap(\.stage.discs)
    var signs: [(LegendKey.Sign, String)] = []
    if discs.contains(where: \.detected) { signs.append((.seen, "concept, at its place in the image")) }
    if discs.contains(where: { !$0.detected }) { signs.append((.unseen, "concept not seen in the image")) }
    if panels.contains(where: { !$0.stage.arrows.isEmpty }) { signs.append((.relation, "relation")) }
    if discs.contains(where: \.isMoved) { signs.append((.moved, "moved aside; the line leads to the true place")) }
    return signs
  }
}
