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
  private static let mostExact = 8
  /// With more players, orders are drawn, each with its reverse: as many as give about this many pictures, within the
  /// range.
  private static let drawnPictures = 400
  private static let drawnOrders = 2...16
  /// Pictures of random regions: as many sets of them are compared as these allow, within the range.
  private static let controlPictures = 160
  private static let controls = 3...20
  private static let confidence = 0.95
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
    let second = try subject.isCompared ? values(of: regions, fill: grey, asked: asked) : []
    let otherInteractions = asked.interactions
    let random = try subject.isCompared ? randomGames(like: regions, subject: subject, empty: empty, asked: asked) : []
    for (player, place) in places.enumerated() {
      let (effect, error) = measured[player]
      let other = second.indices.contains(player) ? second[player].value : effect
      evidence.parts[place] = .init(
        region: regions[player], effect: effect, low: min(effect - error, other), high: max(effect + error, other),
        p: Self.band(of: random.map { $0.values[player] }, around: effect)?.p)
    }
    if let share = evidence.share {
      evidence.random = Self.band(
        of: random.compactMap { MeasuredEvidence.share(of: $0.values, full: full, empty: empty) }, around: share)
    }
    if subject.isCompared {
      try compareArrangement(
        of: Array(places), in: &evidence, interactions: (interactions, otherInteractions),
        random: random.flatMap(\.interactions), asked: asked)
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

  /// Random regions on the object in the place of `regions`, by set: their effects, and the interactions of their pairs.
  private func randomGames(
    like regions: [Mask], subject: Subject, empty: Double, asked: Asked
  ) throws -> [(values: [Double], interactions: [Double])] {
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
      let values = try values(of: masks, fill: blur, empty: empty, orders: 1, asked: asked).dropLast().map(\.value)
      return (values, asked.interactions)
    }
  }

  /// The margins of coalitions, from what is known of the game where it is.
  private func worths(of coalitions: [Set<Int>], in game: MaskingGame, asked: Asked) throws -> [Double] {
    let new = coalitions.filter { asked.worths[$0] == nil && $0 != asked.everyone }
    let margins = try margins(of: new.map { coalition in { game.picture(showing: coalition) } }, asked: asked)
    for (coalition, margin) in zip(new, margins) { asked.worths[coalition] = margin }
    asked.worths[asked.everyone] = asked.subject.margin(of: image.logits)
    return coalitions.map { asked.worths[$0] ?? 0 }
  }

  /// The margins of pictures, each of which is made when it is needed.
  func margins(of pictures: [() -> RGBImage], asked: Asked) throws -> [Double] {
    try stride(from: 0, to: pictures.count, by: Self.picturesAtOnce).flatMap { start in
      try monitor.checkCancelled()
      let part = pictures[start..<min(start + Self.picturesAtOnce, pictures.count)]
      asked.passes += part.count
      return try ask(part.map { $0() }).map(asked.subject.margin)
    }
  }

  /// What is known of the game that is played, and how much was asked in all.
  final class Asked {
    let subject: Subject
    var worths: [Set<Int>: Double] = [:]
    var everyone: Set<Int> = []
    var passes = 0

    init(subject: Subject) { self.subject = subject }

    func begin(_ game: MaskingGame, empty: Double?) {
      worths = empty.map { [[]: $0] } ?? [:]
      everyone = Set(0..<game.players)
    }

    /// Of the pairs of regions, in lexical order; none where orders were drawn.
    var interactions: [Double] {
      guard everyone.count <= EvidenceMeasurement.mostExact else { return [] }
      return ShapleyValues.interactions(players: everyone.count) { $0.map { worths[$0] ?? 0 } }
        .filter { $0.second < everyone.count - 1 }.map(\.value)
    }
  }

  /// Where 95 % of values like these lie, and how likely one as far away as `value` is; nil for fewer than two.
  static func band(of values: [Double], around value: Double) -> MeasuredEvidence.Band? {
    let freedom = Double(values.count - 1)
    guard let mean = Statistics.mean(values), let deviation = Statistics.standardDeviation(values),
      let quantile = Statistics.twoSidedQuantile(confidence: confidence, degreesOfFreedom: freedom)
    else { return nil }
    let width = deviation * (1 + 1 / Double(values.count)).squareRoot()
    // Where all are equal, only their number says how far others may lie.
    let p =
      width > 0
      ? Statistics.twoSidedP(t: (value - mean) / width, degreesOfFreedom: freedom)
      : value == mean ? 1 : 1 / Double(values.count + 1)
    return p.map { .init(share: mean, low: mean - quantile * width, high: mean + quantile * width, p: $0) }
  }
}
