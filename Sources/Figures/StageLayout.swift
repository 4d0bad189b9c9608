import Engine
import Images

/// A concept's disc on the photograph, or in the tray of those not seen.
struct Disc: Equatable {
  /// The number inside.
  var number: Int
  var center: Point
  var radius: Double
  /// Where the concept's patch really has its centre; equal to `center` unless discs had to be moved apart.
  var trueCenter: Point
  var detected: Bool
  var contribution: Double

  var frame: Rect { Rect(center: center, radius: radius) }
  /// Whether a line must lead from the disc to the true centre.
  var isMoved: Bool { (center - trueCenter).length > radius * 0.3 }
}

/// A relation drawn as a bent arrow.
struct Arrow: Equatable {
  var from: Int
  var to: Int
  /// The shaft from the source's rim to the base of the head.
  var shaft: [Point]
  /// The head: base left, tip, base right.
  var head: [Point]
  var width: Double
  var contribution: Double
  /// Whether either end was not seen.
  var dashed: Bool
}

/// A contribution printed on the photograph.
struct Pill: Equatable {
  var text: PlacedText
  var frame: Rect
  var contribution: Double
}

/// Outline of a detected patch on the photograph.
struct PatchOutline: Equatable {
  var frame: Rect
  var contribution: Double
}

/// The photograph of a panel with its discs, arrows and numbers. Frames never overlap one another.
struct StageLayout: Equatable {
  var frame: Rect
  var photograph: Rect
  /// Bounding boxes of the detected patches.
  var patches: [PatchOutline]
  var discs: [Disc]
  var arrows: [Arrow]
  var pills: [Pill]
  /// "not seen", beside the discs of concepts that were not detected.
  var trayCaption: PlacedText?
}

/// Lays out the photograph of one panel.
struct StageBuilder {
  var text: TextLayout
  var scale: DivergingScale
  /// Pixels of the photograph.
  var photoWidth: Int
  var photoHeight: Int
  /// Height of the strip below the photograph for concepts not seen; 0 where the figure needs none.
  var trayHeight: Double
  /// Arrows drawn at most.
  var maxEdges: Int

  /// Arrows weaker than this share of the scale are left out.
  private static let leastEdge = 0.02
  private static let fewDiscs = 5
  private static let pillStyle = TextStyle(size: 8, bold: true)

  func build(_ explanation: ExplanationReport.ClassExplanation, in frame: Rect) -> StageLayout {
    var photoArea = frame
    photoArea.height -= trayHeight
    let photograph = photoArea.fitting(
      width: min(max(Double(photoWidth) / Double(photoHeight), 0.02), 50), height: 1)
    let radius = explanation.nodes.count <= Self.fewDiscs ? 11.0 : 9.5

    var stage = StageLayout(frame: frame, photograph: photograph, patches: [], discs: [], arrows: [], pills: [])
    var unseen: [(number: Int, contribution: Double)] = []
    var seen: [(number: Int, center: Point, contribution: Double)] = []
    for node in explanation.nodes {
      if let place = place(of: node.node) {
        let center = Point(
          x: photograph.x + place.x * photograph.width, y: photograph.y + place.y * photograph.height)
        seen.append((node.node.number, center, node.contribution))
        if let box = node.node.box?.clamped(toWidth: photoWidth, height: photoHeight) {
          stage.patches.append(
            PatchOutline(frame: frameOfPatch(box, in: photograph), contribution: node.contribution))
        }
      } else {
        unseen.append((node.node.number, node.contribution))
      }
    }
    stage.discs = DiscPlacement(bounds: photoArea.expanded(by: -1), radius: radius).place(seen)
    if !unseen.isEmpty {
      let caption = text.line("not seen:", .caption, x: frame.x + 6, top: 0)
      let middle = frame.maxY - trayHeight + radius + 5
      stage.trayCaption = text.line(
        "not seen:", .caption, x: frame.x + 6, top: middle - caption.frame.height / 2)
      let left = caption.frame.maxX + radius + 8
      let step = min(48, (frame.maxX - radius - 6 - left) / Double(max(unseen.count - 1, 1)))
      for (index, node) in unseen.enumerated() {
        let center = Point(x: left + Double(index) * step, y: middle)
        stage.discs.append(
          Disc(
            number: node.number, center: center, radius: radius, trueCenter: center, detected: false,
            contribution: node.contribution))
      }
    }
    route(strongest(explanation.edges), in: &stage)
    label(&stage)
    return stage
  }

  /// Where a node lies in [0, 1]²; nil where it was not detected or no place is known.
  private func place(of node: GraphNode) -> (x: Double, y: Double)? {
    guard node.detected else { return nil }
    if let center = node.center, center.x.isFinite, center.y.isFinite {
      return (min(max(center.x, 0), 1), min(max(center.y, 0), 1))
    }
    guard let box = node.box?.clamped(toWidth: photoWidth, height: photoHeight) else { return nil }
    return (box.center.x / Double(photoWidth), box.center.y / Double(photoHeight))
  }

  private func frameOfPatch(_ box: Box, in photograph: Rect) -> Rect {
    let (scaleX, scaleY) = (photograph.width / Double(photoWidth), photograph.height / Double(photoHeight))
    return Rect(
      x: photograph.x + Double(box.x) * scaleX, y: photograph.y + Double(box.y) * scaleY,
      width: Double(box.width) * scaleX, height: Double(box.height) * scaleY)
  }

  /// The relations to draw, strongest first.
  func strongest(_ edges: [ExplanationReport.Edge]) -> [ExplanationReport.Edge] {
    let worthwhile = edges.enumerated().filter {
      $0.element.contribution.isFinite && abs(scale.position($0.element.contribution)) >= Self.leastEdge
    }
    let sorted = worthwhile.sorted {
      let (left, right) = (abs($0.element.contribution), abs($1.element.contribution))
      return left == right ? $0.offset < $1.offset : left > right
    }
    return sorted.prefix(max(maxEdges, 0)).map(\.element)
  }

  private func route(_ edges: [ExplanationReport.Edge], in stage: inout StageLayout) {
    var routing = ArrowRouting(discs: stage.discs, bounds: stage.frame.expanded(by: -2))
    for edge in edges {
      guard let from = stage.discs.first(where: { $0.number == edge.from }),
        let to = stage.discs.first(where: { $0.number == edge.to }), from.number != to.number
      else { continue }
      let strength = abs(scale.position(edge.contribution))
      stage.arrows.append(routing.route(from: from, to: to, width: 1.1 + 3.2 * strength, contribution: edge.contribution))
    }
  }

  private func label(_ stage: inout StageLayout) {
    var placement = LabelPlacement(
      bounds: stage.frame.expanded(by: -2), obstacles: stage.discs.map { $0.frame.expanded(by: 1) },
      curves: stage.arrows.map { $0.shaft + $0.head })
    if let caption = stage.trayCaption { placement.obstacles.append(caption.frame) }
    for disc in stage.discs where disc.isMoved {
      placement.obstacles.append(Rect(center: disc.trueCenter, radius: 3))
    }
    for disc in stage.discs {
      let words = NumberText.signed(disc.contribution, limit: scale.limit)
      let frame = placement.place(size: size(of: words), around: disc)
      if let frame { stage.pills.append(pill(words, frame, disc.contribution)) }
    }
    for (index, arrow) in stage.arrows.enumerated() {
      let words = NumberText.signed(arrow.contribution, limit: scale.limit)
      let frame = placement.place(size: size(of: words), along: index)
      if let frame { stage.pills.append(pill(words, frame, arrow.contribution)) }
    }
  }

  private func size(of words: String) -> (width: Double, height: Double) {
    (text.width(words, Self.pillStyle) + 6, Self.pillStyle.size + 3.5)
  }

  private func pill(_ words: String, _ frame: Rect, _ contribution: Double) -> Pill {
    Pill(text: text.centered(words, Self.pillStyle, at: frame.center), frame: frame, contribution: contribution)
  }
}
