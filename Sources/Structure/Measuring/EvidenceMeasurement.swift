import Base
import Concepts
import Images
import Tensors

/// Measures what parts of one image are worth to the classifier: hides them in all combinations and asks it (METHOD
/// section 4b).
package struct EvidenceMeasurement {
  /// What is measured for one class.
  package struct Subject {
    /// Position of the class among the reasoning network's, and of those that its margin is over.
    package var position: Int
    package var against: [Int]
    /// By node of the class's graph, its places; they do not overlap.
    package var regions: [Mask?]
    /// The image's superpixels, and the pixels to which the class attends (nil for all): random regions are of these.
    package var superpixels: [Mask]
    package var attention: Mask?
    /// Whether the second fill is asked as well, and random regions.
    package var isCompared: Bool
    /// How many regions are measured one by one: the first ones.
    package var mostConcepts: Int

    package init(
      position: Int, against: [Int], regions: [Mask?], superpixels: [Mask], attention: Mask?,
      isCompared: Bool, mostConcepts: Int = EvidenceMeasurement.mostRegions
    ) {
      (self.position, self.against, self.regions) = (position, against, regions)
      (self.superpixels, self.attention) = (superpixels, attention)
      (self.isCompared, self.mostConcepts) = (isCompared, min(mostConcepts, EvidenceMeasurement.mostRegions))
    }

    /// The class's logit less the mean of those it is measured against.
    func margin(of logits: [Float]) -> Double {
      let others = against.map { Double(logits[$0]) }
      return Double(logits[position]) - (Statistics.mean(others) ?? 0)
    }
  }

  /// Regions that can be measured one by one.
  package static let mostRegions = MaskingGame.mostRegions
  /// Up to this many players every combination is asked about.
  static let mostExact = 8
  /// With more players, orders are drawn, each with its reverse: as many as give about this many pictures, within the
  /// range.
  private static let drawnPictures = 400
  private static let drawnOrders = 2...16
  /// Pictures of random regions: as many sets of them are compared as these allow, within the range.
  private static let controlPictures = 160
  private static let controls = 3...20
  private static let confidence = 0.95
  /// Concepts that are hidden one after the other.
  private static let removed = 4
  /// Pictures that are in memory together.
  private static let picturesAtOnce = 64

  let image: ExplainedImage
  private let blur: RGBImage
  private let grey: RGBImage
  private let monitor: WorkMonitor
  private let ask: ([RGBImage]) throws -> [[Float]]

  /// - Parameters:
  ///   - level: the grey of the second fill.
  ///   - ask: the classifier's logits of the reasoning network's classes, a row per picture.
  package init(
    of image: ExplainedImage, level: UInt8, monitor: WorkMonitor, ask: @escaping ([RGBImage]) throws -> [[Float]]
  ) {
    self.image = image
    self.monitor = monitor
    self.ask = ask
    let (width, height) = (image.input.width, image.input.height)
    blur = image.input.obscured()
    grey = RGBImage(width: width, height: height, filledWith: (level, level, level))
  }

  /// What the parts are worth.
  package func evidence(of subject: Subject) throws -> MeasuredEvidence {
    // Others are less important: they count to everything else.
    let places = subject.regions.indices.filter { subject.regions[$0] != nil }.prefix(subject.mostConcepts)
    let regions = places.compactMap { subject.regions[$0] }
    let asked = Asked(subject: subject)
    let measured = try values(of: regions, fill: blur, asked: asked)
    let interactions = asked.interactions
    let (full, empty) = (asked.worths[asked.everyone] ?? 0, asked.worths[[]] ?? 0)
    var evidence = MeasuredEvidence(
      parts: subject.regions.map { _ in nil }, against: subject.against, full: full, empty: empty,
      everythingElse: measured.last?.value ?? 0, passes: 0)
    // In the order of their effects, the concepts with the largest ones.
    let order = measured.dropLast().indices.sorted { abs(measured[$0].value) > abs(measured[$1].value) }
      .prefix(Self.removed).sorted { measured[$0].value > measured[$1].value }
    if subject.isCompared { evidence.removals = try removals(of: regions, order: order, places: places, asked: asked) }
    let second = try subject.isCompared ? values(of: regions, fill: grey, asked: asked) : []
    let otherInteractions = asked.interactions
    let drawn =
      try subject.isCompared
      ? drawnRegions(like: regions, subject: subject, empty: empty, order: order, asked: asked) : []
    for (player, place) in places.enumerated() {
      let (effect, error) = measured[player]
      let other = second.indices.contains(player) ? second[player].value : effect
      evidence.parts[place] = .init(
        region: regions[player], effect: effect, low: min(effect - error, other), high: max(effect + error, other),
        p: Self.band(of: drawn.map { $0.effects[player] }, around: effect)?.p,
        random: Self.spread(of: drawn.map { $0.effects[player] }))
    }
    for step in evidence.removals.indices {
      let margins = drawn.compactMap { $0.margins.indices.contains(step) ? $0.margins[step] : nil }
      evidence.removals[step].random = Self.spread(of: margins)
    }
    if let share = evidence.share {
      evidence.random = Self.band(
        of: drawn.compactMap { MeasuredEvidence.share(of: $0.effects, full: full, empty: empty) }, around: share)
    }
    if subject.isCompared {
      try compareArrangement(
        of: Array(places), in: &evidence, interactions: (interactions, otherInteractions),
        random: drawn.flatMap(\.interactions), asked: asked)
    }
    evidence.passes = asked.passes
    return evidence
  }

  /// The Shapley values of regions and everything else, with half their 95 % interval: 0 where all combinations were
  /// asked about.
  ///
  /// - Parameters:
  ///   - empty: the margin of the wholly hidden picture, where it is known.
  ///   - orders: how many are drawn where there are too many players for all combinations.
  private func values(
    of regions: [Mask], fill: RGBImage, empty: Double? = nil, orders: Int? = nil, asked: Asked
  ) throws -> [(value: Double, error: Double)] {
    let game = MaskingGame(picture: image.input, fill: fill, regions: regions)
    asked.begin(game, empty: empty)
    let worth = { (coalitions: [Set<Int>]) in try worths(of: coalitions, in: game, asked: asked) }
    guard game.players > Self.mostExact else {
      return try ShapleyValues.values(players: game.players, seed: 0, worth: worth).map { ($0, 0) }
    }
    let fitting = Self.drawnPictures / (2 * (game.players - 1))
    let orders = orders ?? min(max(fitting, Self.drawnOrders.lowerBound), Self.drawnOrders.upperBound)
    let estimates = try ShapleyValues.estimates(players: game.players, orders: orders, seed: 0, worth: worth)
    let quantile = Statistics.twoSidedQuantile(confidence: Self.confidence, degreesOfFreedom: Double(orders - 1)) ?? 0
    return estimates.map { ($0.value, quantile * $0.standardError) }
  }

  /// What is left when regions are hidden in this order, each besides those before.
  private func removals(
    of regions: [Mask], order: [Int], places: ArraySlice<Int>, asked: Asked
  ) throws -> [MeasuredEvidence.Removal] {
    let game = MaskingGame(picture: image.input, fill: blur, regions: regions)
    let left = Self.left(removing: order, players: game.players)
    // Known where all combinations were asked about.
    let margins = try worths(of: left, in: game, asked: asked)
    return order.indices.map { step in
      .init(
        part: places[places.startIndex + order[step]], margin: margins[step],
        choice: asked.choices[left[step]] ?? asked.subject.position)
    }
  }

  /// The players that are left after each step of `order`.
  private static func left(removing order: [Int], players: Int) -> [Set<Int>] {
    order.indices.map { Set(0..<players).subtracting(order[...$0]) }
  }

  /// Random regions on the object in the place of others: their effects, the margin when they are hidden one after the
  /// other, and the interactions of their pairs, as far as these were asked about.
  private typealias DrawnRegions = (effects: [Double], margins: [Double], interactions: [Double])

  /// Sets of random regions on the object in the place of `regions`.
  private func drawnRegions(
    like regions: [Mask], subject: Subject, empty: Double, order: [Int], asked: Asked
  ) throws -> [DrawnRegions] {
    guard !regions.isEmpty, !subject.superpixels.isEmpty else { return [] }
    let players = regions.count + 1
    // All but the whole picture and the wholly hidden one; or those of one order and its reverse.
    let pictures = players > Self.mostExact ? 2 * (players - 1) : (1 << players) - 2
    let sets = min(max(Self.controlPictures / pictures, Self.controls.lowerBound), Self.controls.upperBound)
    var random = SeededRandom(seed: 0, purpose: "regions on the object of \(image.identity) \(subject.position)")
    return try (0..<sets).map { _ in
      let drawn = OnObjectRegions.draw(
        areas: regions.map(\.area), among: subject.superpixels, within: subject.attention, random: &random)
      // One that found no place hides nothing.
      let masks = drawn.map { $0?.mask ?? Mask(width: image.input.width, height: image.input.height) }
      let effects = try values(of: masks, fill: blur, empty: empty, orders: 1, asked: asked).dropLast().map(\.value)
      let margins = Self.left(removing: order, players: players).map { asked.worths[$0] }
      return (effects, margins.contains(nil) ? [] : margins.compactMap(\.self), asked.interactions)
    }
  }

  /// The margins of coalitions, from what is known of the game where it is.
  private func worths(of coalitions: [Set<Int>], in game: MaskingGame, asked: Asked) throws -> [Double] {
    let new = coalitions.filter { asked.worths[$0] == nil && $0 != asked.everyone }
    let rows = try answers(to: new.map { coalition in { game.picture(showing: coalition) } }, asked: asked)
    for (coalition, row) in zip(new, rows) {
      asked.worths[coalition] = asked.subject.margin(of: row)
      asked.choices[coalition] = ClassChoice.position(in: row)
    }
    asked.worths[asked.everyone] = asked.subject.margin(of: image.logits)
    return coalitions.map { asked.worths[$0] ?? 0 }
  }

  /// The classifier's logits for pictures, each of which is made when it is needed.
  func answers(to pictures: [() -> RGBImage], asked: Asked) throws -> [[Float]] {
    try stride(from: 0, to: pictures.count, by: Self.picturesAtOnce).flatMap { start in
      try monitor.checkCancelled()
      let part = pictures[start..<min(start + Self.picturesAtOnce, pictures.count)]
      asked.passes += part.count
      return try ask(part.map { $0() })
    }
  }

  /// What is known of the game that is played, and how much was asked in all.
  final class Asked {
    let subject: Subject
    var worths: [Set<Int>: Double] = [:]
    var choices: [Set<Int>: Int] = [:]
    var everyone: Set<Int> = []
    var passes = 0

    init(subject: Subject) { self.subject = subject }

    func begin(_ game: MaskingGame, empty: Double?) {
      worths = empty.map { [[]: $0] } ?? [:]
      choices = [:]
      everyone = Set(0..<game.players)
    }

    /// Of the pairs of regions, in lexical order; none where orders were drawn.
    var interactions: [Double] {
      guard everyone.count <= EvidenceMeasurement.mostExact else { return [] }
      return ShapleyValues.interactions(players: everyone.count) { $0.map { worths[$0] ?? 0 } }
        .filter { $0.second < everyone.count - 1 }.map(\.value)
    }
  }

  /// How far from their mean other values like these lie, as a standard deviation; nil for fewer than two.
  private static func width(of values: [Double]) -> Double? {
    Statistics.standardDeviation(values).map { $0 * (1 + 1 / Double(values.count)).squareRoot() }
  }

  /// Where 95 % of values like these lie; nil for fewer than two.
  private static func spread(of values: [Double]) -> MeasuredEvidence.Spread? {
    guard let mean = Statistics.mean(values), let width = width(of: values),
      let quantile = Statistics.twoSidedQuantile(confidence: confidence, degreesOfFreedom: Double(values.count - 1))
    else { return nil }
    return .init(mean: mean, low: mean - quantile * width, high: mean + quantile * width)
  }

  /// Where 95 % of values like these lie, and how likely one as far away as `value` is; nil for fewer than two.
  static func band(of values: [Double], around value: Double) -> MeasuredEvidence.Band? {
    let freedom = Double(values.count - 1)
    guard let spread = spread(of: values), let width = width(of: values) else { return nil }
    // Where all are equal, only their number says how far others may lie.
    let p =
      width > 0
      ? Statistics.twoSidedP(t: (value - spread.mean) / width, degreesOfFreedom: freedom)
      : value == spread.mean ? 1 : 1 / Double(values.count + 1)
    return p.map { .init(share: spread.mean, low: spread.low, high: spread.high, p: $0) }
  }
}
