import Drawing

struct ExplanationPainter {
  var layout: ExplanationLayout
  var image: Bitmap
  /// The matched patch of each class and concept, if any.
  var patches: [[Bitmap?]]
  var exemplars: [String: [Bitmap]]
  /// The pictures of the removal strip.
  var steps: [Bitmap]

  private static let ink = Color(0x222222)
  private static let line = Color(0xb8b8b8)
  private static let paper = Color(0xf1f1f1)
  private static let dash = [3.2, 2.4]
  /// Share of the scale from which on a border has its value's colour.
  private static let leastOutline = 0.6

  private var scale: DivergingScale { layout.scale }

  func paint(on canvas: Canvas) {
    for panel in layout.panels { paint(panel, on: canvas) }
    if let strip = layout.strip { paint(strip, on: canvas) }
    canvas.paint(layout.legend, scale: scale)
    // Discs, pills and bars lie below every text.
    for text in layout.texts { canvas.draw(text) }
  }

  private func paint(_ panel: PanelLayout, on canvas: Canvas) {
    paint(panel.stage, on: canvas)
    for (index, row) in panel.rows.enumerated() {
      paintDisc(row.disc.center, radius: row.disc.width / 2, row.contribution, row.detected, row.number, on: canvas)
      if let patch = patches[panel.index][index] {
        paint(patch, in: row.patch, on: canvas)
        canvas.stroke(row.patch, scale.color(row.contribution).mixed(with: Self.ink, 0.15), width: 1.6)
      } else {
        canvas.stroke(row.patch, Self.line, width: 0.8, dash: Self.dash)
      }
      for (bitmap, frame) in zip(exemplars[row.conceptID] ?? [], row.exemplars) { paint(bitmap, in: frame, on: canvas) }
      canvas.paint(row.bar, scale: scale)
    }
    for relation in panel.relations { canvas.paint(relation.bar, scale: scale) }
    for missing in panel.missing where missing.picture.height > 0 {
      if let bitmap = exemplars[missing.conceptID]?.first { paint(bitmap, in: missing.picture, on: canvas) }
      canvas.stroke(missing.picture, Self.line, width: 0.8)
    }
    if let share = panel.share {
      canvas.paint(share.bar, scale: scale)
      for tick in share.ticks {
        canvas.strokeLine(
          Point(x: tick.frame.center.x, y: share.bar.axis.y), Point(x: tick.frame.center.x, y: share.bar.axis.maxY + 2),
          BarColors.zero, width: 0.8)
      }
    }
  }

  /// An image in its own proportions on paper.
  private func paint(_ bitmap: Bitmap, in frame: Rect, on canvas: Canvas) {
    canvas.fill(frame, Self.paper)
    paintAlone(bitmap, in: frame, on: canvas)
  }

  /// An image in its own proportions, and where it lies.
  @discardableResult
  private func paintAlone(_ bitmap: Bitmap, in frame: Rect, on canvas: Canvas) -> Rect {
    let place = frame.fitting(width: Double(bitmap.width), height: Double(bitmap.height))
    canvas.draw(bitmap, in: place)
    return place
  }

  // MARK: The image

  private func paint(_ stage: StageLayout, on canvas: Canvas) {
    // Paper holds the discs of concepts that are not seen.
    if stage.hasTray { canvas.fill(stage.frame, Self.paper) }
    canvas.draw(image, in: stage.image)
    // A veil, so that drawings on the image stand out; the shapes of concepts stay clear of it.
    let shapes = stage.patches.flatMap(\.lines)
    canvas.fill(stage.image, Color(0xffffff, opacity: shapes.isEmpty ? 0.22 : 0.5))
    if !shapes.isEmpty { canvas.draw(image, in: stage.image, within: shapes) }
    for patch in stage.patches {
      let color = scale.color(patch.contribution).mixed(with: Self.ink, 0.25)
      guard patch.lines.isEmpty else {
        for (color, width) in [(Color(0xffffff, opacity: 0.9), 3.2), (outline(patch.contribution), 1.8)] {
          for line in patch.lines { canvas.strokeLine(through: line + line.prefix(2), color, width: width) }
        }
        continue
      }
      canvas.stroke(patch.frame, Color(0xffffff, opacity: 0.8), width: 2.2, corner: 2)
      canvas.stroke(patch.frame, color, width: 1, corner: 2)
    }
    for disc in stage.discs where disc.isMoved {
      canvas.strokeLine(disc.center, disc.trueCenter, Color(0xffffff), width: 2.6)
      canvas.strokeLine(disc.center, disc.trueCenter, Self.ink, width: 1)
      canvas.fillCircle(disc.trueCenter, radius: 2.6, Color(0xffffff))
      canvas.fillCircle(disc.trueCenter, radius: 1.8, Self.ink)
    }
    for link in stage.links {
      canvas.strokeLine(through: link, Color(0xffffff), width: 3.4)
      canvas.strokeLine(through: link, Self.ink, width: 1.6)
    }
    // The strongest arrow comes last, on top.
    for arrow in stage.arrows.reversed() { paint(arrow, on: canvas) }
    for disc in stage.discs {
      paintDisc(disc.center, radius: disc.radius, disc.contribution, disc.detected, disc.number, on: canvas)
    }
    for pill in stage.pills {
      let color = pill.filled ? scale.color(pill.contribution) : Color(0xffffff, opacity: 0.93)
      canvas.fill(pill.frame, color, corner: 3)
      let rim = scale.color(pill.contribution).mixed(with: Self.ink, pill.filled ? 0.6 : 0.25)
      canvas.stroke(pill.frame, rim, width: 0.8, corner: 3)
    }
    canvas.stroke(stage.hasTray ? stage.frame : stage.image, Self.line, width: 0.8)
  }

  /// The colour of a shape's border: strong enough to be seen on a photograph, whatever the value.
  private func outline(_ value: Double) -> Color {
    let least = Self.leastOutline * scale.limit
    guard abs(value) < least else { return scale.color(value) }
    return scale.color(value < 0 ? -least : least).mixed(with: Self.ink, 0.15)
  }

  private func paint(_ arrow: Arrow, on canvas: Canvas) {
    let color = scale.color(arrow.contribution)
    canvas.roundsJoins = true
    for (casing, margin) in [(Self.ink, 1.3), (Color(0xffffff), 0.75)] {
      canvas.strokeLine(through: arrow.shaft, casing, width: arrow.width + 2 * margin)
      canvas.fillPolygon(arrow.head, casing, margin: margin)
    }
    canvas.strokeLine(through: arrow.shaft, color, width: arrow.width)
    canvas.fillPolygon(arrow.head, color)
  }

  private func paintDisc(
    _ center: Point, radius: Double, _ contribution: Double, _ detected: Bool, _ number: Int, on canvas: Canvas
  ) {
    let color = scale.color(contribution)
    let style = TextStyle(size: number > 99 ? radius * 0.7 : number > 9 ? radius * 0.9 : radius * 1.05, bold: true)
    if detected {
      canvas.fillCircle(center, radius: radius, Color(0xffffff))
      canvas.fillCircle(center, radius: radius - 1.6, color)
      canvas.strokeCircle(center, radius: radius - 0.4, Self.ink, width: 0.9)
      canvas.draw(numbers.centered("\(number)", style.colored(color.contrasting), at: center))
    } else {
      canvas.fillCircle(center, radius: radius, Color(0xffffff))
      canvas.strokeCircle(
        center, radius: radius - 1.2, color.mixed(with: Self.ink, 0.35), width: 2, dash: Self.dash)
      canvas.draw(numbers.centered("\(number)", style, at: center))
    }
  }

  private let numbers = TextLayout()

  // MARK: The strip

  private func paint(_ strip: RemovalStrip, on canvas: Canvas) {
    for (step, bitmap) in zip(strip.steps, steps) {
      canvas.stroke(paintAlone(bitmap, in: step.picture, on: canvas), Self.line, width: 0.8)
      for line in step.lines {
        canvas.strokeLine(through: line + line.prefix(2), Color(0xffffff, opacity: 0.9), width: 1.8)
        canvas.strokeLine(through: line + line.prefix(2), outline(step.contribution), width: 0.9)
      }
      guard let disc = step.disc, let number = step.hidden.last else { continue }
      paintDisc(disc.center, radius: disc.width / 2, step.contribution, true, number, on: canvas)
    }
    let plot = strip.plot
    canvas.fill(plot.frame, BarColors.axis)
    if !plot.random.isEmpty {
      canvas.fillPolygon(plot.randomLow + plot.randomHigh.reversed(), BarColors.random)
      canvas.strokeLine(through: plot.random, BarColors.randomMean, width: 1.4, dash: Self.dash)
    }
    if let zero = plot.zero {
      canvas.strokeLine(Point(x: plot.frame.x, y: zero), Point(x: plot.frame.maxX, y: zero), BarColors.zero, width: 0.8)
    }
    canvas.roundsJoins = true
    canvas.strokeLine(through: plot.concepts, PlotColors.own, width: 2)
    for point in plot.concepts { canvas.fillCircle(point, radius: 3, PlotColors.own) }
  }
}
