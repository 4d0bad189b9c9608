import Drawing

struct ExplanationPainter {
  var layout: ExplanationLayout
  var image: Bitmap
  /// The matched patch of each class and concept, if any.
  var patches: [[Bitmap?]]
  var exemplars: [String: [Bitmap]]

  private static let ink = Color(0x222222)
  private static let line = Color(0xb8b8b8)
  private static let paper = Color(0xf1f1f1)
  private static let dash = [3.2, 2.4]

  private var scale: DivergingScale { layout.scale }

  func paint(on canvas: Canvas) {
    for panel in layout.panels { paint(panel, on: canvas) }
    paint(layout.legend, on: canvas)
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
  }

  /// An image in its own proportions on paper.
  private func paint(_ bitmap: Bitmap, in frame: Rect, on canvas: Canvas) {
    canvas.fill(frame, Self.paper)
    canvas.draw(bitmap, in: frame.fitting(width: Double(bitmap.width), height: Double(bitmap.height)))
  }

  // MARK: The image

  private func paint(_ stage: StageLayout, on canvas: Canvas) {
    canvas.fill(stage.frame, Self.paper)
    canvas.draw(image, in: stage.image)
    // A veil, so that drawings on the image stand out.
    canvas.fill(stage.image, Color(0xffffff, opacity: 0.22))
    for patch in stage.patches {
      let color = scale.color(patch.contribution).mixed(with: Self.ink, 0.25)
      guard patch.lines.isEmpty else {
        for (color, width) in [(Color(0xffffff, opacity: 0.8), 2.6), (color, 1.4)] {
          for line in patch.lines { canvas.strokeLine(through: line + line.prefix(1), color, width: width) }
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
    canvas.stroke(stage.frame, Self.line, width: 0.8)
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

  // MARK: The legend

  private func paint(_ legend: Legend, on canvas: Canvas) {
    let limit = scale.limit
    canvas.fill(legend.bar, leftToRight: [-1, -0.5, 0, 0.5, 1].map { scale.color($0 * limit) })
    canvas.stroke(legend.bar, Self.line, width: 0.6)
    for share in [0, 0.25, 0.5, 0.75, 1] {
      let x = legend.bar.x + share * legend.bar.width
      canvas.strokeLine(Point(x: x, y: legend.bar.maxY), Point(x: x, y: legend.bar.maxY + 3), Self.ink, width: 0.7)
    }
    let positive = scale.color(0.6 * limit)
    for key in legend.keys {
      switch key.sign {
      case .seen:
        canvas.fillCircle(key.at, radius: 4.4, positive)
        canvas.strokeCircle(key.at, radius: 4.8, Self.ink, width: 0.8)
      case .unseen: canvas.strokeCircle(key.at, radius: 4.4, Self.ink, width: 1, dash: [2, 1.6])
      case .relation:
        let tip = Point(x: key.at.x + 11, y: key.at.y)
        canvas.strokeLine(Point(x: key.at.x - 11, y: key.at.y), Point(x: tip.x - 5, y: tip.y), Self.ink, width: 1.6)
        canvas.fillPolygon([Point(x: tip.x - 6, y: tip.y - 3), tip, Point(x: tip.x - 6, y: tip.y + 3)], Self.ink)
      case .moved:
        canvas.strokeCircle(Point(x: key.at.x - 5, y: key.at.y), radius: 4, Self.ink, width: 0.8)
        canvas.strokeLine(
          Point(x: key.at.x - 1, y: key.at.y), Point(x: key.at.x + 9, y: key.at.y), Self.ink, width: 0.9)
        canvas.fillCircle(Point(x: key.at.x + 9, y: key.at.y), radius: 1.8, Self.ink)
      }
    }
  }
}

extension Canvas {
  /// A signed bar about its zero line.
  func paint(_ bar: Bar, scale: DivergingScale) {
    let zero = bar.axis.center.x
    let length = scale.position(bar.contribution) * bar.axis.width / 2
    fill(bar.axis, Color(0xf4f4f4))
    let filled = Rect(x: min(zero, zero + length), y: bar.axis.y, width: abs(length), height: bar.axis.height)
    fill(filled, scale.color(bar.contribution))
    if abs(length) > 0.5 {
      stroke(filled, scale.color(bar.contribution).mixed(with: Color(0x222222), 0.3), width: 0.5)
    }
    strokeLine(
      Point(x: zero, y: bar.axis.y - 1.5), Point(x: zero, y: bar.axis.maxY + 1.5), Color(0x666666), width: 0.8)
  }
}
