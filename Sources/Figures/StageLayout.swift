import Drawing
import Images
import Reports

/// A concept's disc on the image, or in the tray of those not seen.
struct Disc: Equatable {
  var number: Int
  var center: Point
  var radius: Double
  /// The centre of the concept's patch; equal to `center` unless discs had to be moved apart.
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
}

/// A contribution printed on the image.
struct Pill: Equatable {
  /// What a number is about.
  enum Subject { case concept, relation }

  var subject: Subject
  var text: PlacedText
  var frame: Rect
  var contribution: Double
  /// Whether its colour fills it, as for a concept that was seen; else its colour is the outline's.
  var filled: Bool
}

/// Outline of a detected concept on the image.
struct PatchOutline: Equatable {
  /// The bounding box of its patch, or of a place that was measured.
  var frame: Rect
  /// The borders of that place; empty for the box itself.
  var lines: [[Point]] = []
  var contribution: Double
}

/// The image of a panel with its discs, arrows and numbers. Frames never overlap one another.
struct StageLayout: Equatable {
  var frame: Rect
  var image: Rect
  /// Bounding boxes of the detected patches.
  var patches: [PatchOutline]
  var discs: [Disc]
  var arrows: [Arrow]
  var pills: [Pill]
  /// Lines between concepts whose relation was measured to be beyond that of random regions.
  var links: [[Point]] = []
  /// Whether there is a strip below the image for concepts that were not detected.
  var hasTray = false
  /// "not seen", beside the discs of concepts that were not detected.
  var trayCaption: PlacedText?
}

/// Lays out the image of one panel.
struct StageBuilder {
  var text: TextLayout
  var scale: DivergingScale
  /// Pixels of the image.
  var imageWidth: Int
  var imageHeight: Int
  /// Height of the strip below the image for concepts not seen; 0 where the figure needs none.
  var trayHeight: Double
  /// Arrows drawn at most.
  var maxEdges: Int

  /// Arrows weaker than this share of the scale are left out.
  private static let leastEdge = 0.02
  private static let fewDiscs = 5
  /// Places of a concept that are smaller than this share of its largest one are specks: a border would hide them.
  private static let leastPlace = 0.03
  /// Sides of a hole in a place that has a border, in points.
  private static let leastHole = 5.0
  /// Width of an arrow, from no contribution to the scale's limit.
  private static let arrowWidths = 1.1...4.3
  /// Largest distance between discs in the tray.
  private static let trayStep = 72.0
  private static let nodePill = TextStyle(size: 8, bold: true)
  private static let edgePill = TextStyle(size: 7.5)

  func build(_ explanation: ExplanationReport.ClassExplanation, in frame: Rect) -> StageLayout {
    var imageArea = frame
    imageArea.height -= trayHeight
    let image = image(in: imageArea)
    let isMeasured = explanation.measured != nil
    // Small enough to leave the shape of a concept that was measured to be seen.
    let radius = isMeasured ? 8.0 : explanation.pictured.count <= Self.fewDiscs ? 11.0 : 9.5

    var stage = StageLayout(frame: frame, image: image, patches: [], discs: [], arrows: [], pills: [])
    var unseen: [(number: Int, contribution: Double)] = []
    var seen: [DiscPlacement.Node] = []
    for node in explanation.pictured {
      if let place = place(of: node, in: explanation) {
        let center = Point(
          x: image.x + place.x * image.width, y: image.y + place.y * image.height)
        let shape = isMeasured ? node.largest.map { frameOfPatch($0.box, in: image) } : nil
        seen.append((node.node.number, center, explanation.shown(node), shape))
        if let measured = node.measured {
          stage.patches += outlines(of: measured, on: image)
        } else if let box = node.node.box?.clamped(toWidth: imageWidth, height: imageHeight) {
          stage.patches.append(
            PatchOutline(frame: frameOfPatch(box, in: image), contribution: explanation.shown(node)))
        }
      } else {
        unseen.append((node.node.number, explanation.shown(node)))
      }
    }
    stage.discs = DiscPlacement(bounds: imageArea.expanded(by: -1), radius: radius).place(seen)
    stage.hasTray = trayHeight > 0
    if stage.hasTray {
      let isAllSeen = explanation.nodes.allSatisfy(\.node.detected)
      layTray(unseen, caption: isAllSeen ? "every concept was seen" : "", radius: radius, in: &stage)
    }
    route(strongest(of: explanation), in: &stage)
    stage.links = (explanation.measured?.evidence.relations ?? []).filter(\.isBeyondRandom).compactMap { relation in
      let ends = [relation.first, relation.second].compactMap { place in
        stage.discs.first { $0.number == place + 1 }?.center
      }
      return ends.count == 2 ? ends : nil
    }
    // A number would hide what was measured; the rows below have it.
    if !isMeasured { label(&stage) }
    return stage
  }

  /// Where a node lies in [0, 1]²: within its largest place where these were measured. Nil where it was not detected
  /// or no place is known.
  private func place(
    of node: ExplanationReport.Node, in explanation: ExplanationReport.ClassExplanation
  ) -> (x: Double, y: Double)? {
    guard explanation.measured == nil else {
      return node.place.map { ($0.x / Double(imageWidth), $0.y / Double(imageHeight)) }
    }
    return place(of: node.node)
  }

  private func place(of node: GraphNode) -> (x: Double, y: Double)? {
    guard node.detected else { return nil }
    if let center = node.center, center.x.isFinite, center.y.isFinite {
      return (min(max(center.x, 0), 1), min(max(center.y, 0), 1))
    }
    guard let box = node.box?.clamped(toWidth: imageWidth, height: imageHeight) else { return nil }
    return (box.center.x / Double(imageWidth), box.center.y / Double(imageHeight))
  }

  /// Where the image lies in a frame.
  func image(in frame: Rect) -> Rect {
    frame.fitting(width: min(max(Double(imageWidth) / Double(imageHeight), 0.02), 50), height: 1)
  }

  /// All places of a concept that was measured.
  func outlines(of measured: MeasuredNode, on image: Rect) -> [PatchOutline] {
    let largest = measured.regions.map(\.mask.area).max() ?? 0
    return measured.regions.filter { Double($0.mask.area) >= Self.leastPlace * Double(largest) }
      .map { outline(of: $0.mask, in: $0.box, on: image, measured.part.effect) }
  }

  /// A place of a concept: `box` in the original image is where the box of `mask` lies at the network's input.
  private func outline(of mask: Mask, in box: Box, on image: Rect, _ value: Double) -> PatchOutline {
    let frame = frameOfPatch(box, in: image)
    guard let source = mask.boundingBox, source.width > 0, source.height > 0 else {
      return PatchOutline(frame: frame, contribution: value)
    }
    let (scaleX, scaleY) = (frame.width / Double(source.width), frame.height / Double(source.height))
    let lines = mask.outlines.map { line in
      SmoothOutline.points(of: line, side: max(mask.width, mask.height)).map {
        Point(x: frame.x + ($0.x - Double(source.x)) * scaleX, y: frame.y + ($0.y - Double(source.y)) * scaleY)
      }
    }
    let visible = lines.filter { line in
      let (xs, ys) = (line.map(\.x), line.map(\.y))
      return max((xs.max() ?? 0) - (xs.min() ?? 0), (ys.max() ?? 0) - (ys.min() ?? 0)) >= Self.leastHole
    }
    return PatchOutline(frame: frame, lines: visible.isEmpty ? lines : visible, contribution: value)
  }

  private func frameOfPatch(_ box: Box, in image: Rect) -> Rect {
    let (scaleX, scaleY) = (image.width / Double(imageWidth), image.height / Double(imageHeight))
    return Rect(
      x: image.x + Double(box.x) * scaleX, y: image.y + Double(box.y) * scaleY,
      width: Double(box.width) * scaleX, height: Double(box.height) * scaleY)
  }

  /// The relations to draw, strongest first.
  func strongest(of explanation: ExplanationReport.ClassExplanation) -> [ExplanationReport.Edge] {
    // Relations are predicted only; they do not stand beside what was measured.
    guard explanation.measured == nil else { return [] }
    let numbers = Set(explanation.pictured.map(\.node.number))
    return explanation.edgesByStrength.filter { edge in
      numbers.contains(edge.from) && numbers.contains(edge.to)
        && abs(scale.position(edge.contribution)) >= Self.leastEdge
    }.prefix(max(maxEdges, 0)).map { $0 }
  }

  /// Puts the discs of concepts not seen in a row below the image, with a caption; another where there are none.
  private func layTray(
    _ unseen: [(number: Int, contribution: Double)], caption: String, radius: Double, in stage: inout StageLayout
  ) {
    let frame = stage.frame
    let middle = frame.maxY - trayHeight + radius + 5
    let words = unseen.isEmpty ? caption : "not seen"
    let height = text.lineHeight(.caption)
    if !words.isEmpty {
      stage.trayCaption = text.line(
        words, .caption, x: frame.x + 5, top: unseen.isEmpty ? middle - height / 2 : frame.maxY - height - 3)
    }
    let inset = radius + 8
    let step = min(Self.trayStep, (frame.width - 2 * inset) / Double(max(unseen.count - 1, 1)))
    for (index, node) in unseen.enumerated() {
      let center = Point(x: frame.x + inset + Double(index) * step, y: middle)
      stage.discs.append(
        Disc(
          number: node.number, center: center, radius: radius, trueCenter: center, detected: false,
          contribution: node.contribution))
    }
  }

  private func route(_ edges: [ExplanationReport.Edge], in stage: inout StageLayout) {
    var routing = ArrowRouting(discs: stage.discs, bounds: stage.frame.expanded(by: -2))
    for edge in edges {
      guard let from = stage.discs.first(where: { $0.number == edge.from }),
        let to = stage.discs.first(where: { $0.number == edge.to }), from.number != to.number
      else { continue }
      let strength = abs(scale.position(edge.contribution))
      let width = Self.arrowWidths.lowerBound + (Self.arrowWidths.upperBound - Self.arrowWidths.lowerBound) * strength
      stage.arrows.append(routing.route(from: from, to: to, width: width, contribution: edge.contribution))
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
      let size = size(of: words, Self.nodePill)
      guard let frame = placement.place(size: size, around: disc, among: stage.discs) else { continue }
      let style = Self.nodePill.colored(disc.detected ? scale.color(disc.contribution).contrasting : Color(0x222222))
      stage.pills.append(
        Pill(
          subject: .concept, text: text.centered(words, style, at: frame.center), frame: frame,
          contribution: disc.contribution, filled: disc.detected))
    }
    for (index, arrow) in stage.arrows.enumerated() {
      let words = NumberText.signed(arrow.contribution, limit: scale.limit)
      guard let frame = placement.place(size: size(of: words, Self.edgePill), along: index) else { continue }
      stage.pills.append(
        Pill(
          subject: .relation, text: text.centered(words, Self.edgePill, at: frame.center), frame: frame,
          contribution: arrow.contribution, filled: false))
    }
  }

  private func size(of words: String, _ style: TextStyle) -> (width: Double, height: Double) {
    (text.width(words, style) + 5, style.size + 3.5)
  }
}

extension ExplanationReport.ClassExplanation {
  /// The relations, strongest first; those that are not finite come last.
  var edgesByStrength: [ExplanationReport.Edge] {
    func strength(_ edge: ExplanationReport.Edge) -> Double {
      edge.contribution.isFinite ? abs(edge.contribution) : -1
    }
    return edges.enumerated().sorted {
      let (left, right) = (strength($0.element), strength($1.element))
      return left == right ? $0.offset < $1.offset : left > right
    }.map(\.element)
  }
}
