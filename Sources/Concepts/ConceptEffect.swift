import Fields
import Tensors

/// What hiding a concept takes from the classifier in images of its class, beside random regions on the object of the
/// same area (METHOD section 4b). In log odds of the class.
package struct ConceptEffect: Sendable, Equatable {
  /// The mean over the images that show it, and the 95 % interval of that mean.
  package var effect: Double
  package var low: Double
  package var high: Double
  /// The mean effect of the random regions.
  package var random: Double
  /// Two-sided p of the hypothesis that its effects are those of random regions, by Wilcoxon's signed-rank test over
  /// the images.
  package var p: Double
  /// The mean share of the picture that it covers, and of what the class's patches cover of it.
  package var area: Double
  package var ofObject: Double
  /// Images that show it, of those looked at.
  package var images: Int
  package var looked: Int

  /// Largest p at which it counts as better than random regions.
  package static let significance = 0.05
  /// A concept that covers more than this share of the object is no part of it.
  private static let largestPart = 0.5

  package init(
    effect: Double, low: Double, high: Double, random: Double, p: Double, area: Double, ofObject: Double, images: Int,
    looked: Int
  ) {
    (self.effect, self.low, self.high, self.random) = (effect, low, high, random)
    (self.p, self.area, self.ofObject) = (p, area, ofObject)
    (self.images, self.looked) = (images, looked)
  }

  /// Of one image that shows the concept.
  package struct Sample: Sendable {
    /// Log odds that hiding the concept took, and the mean of those that hiding random regions took.
    package var change: Double
    package var random: Double
    /// The share of the picture that was hidden, and of what the class's patches cover of it.
    package var area: Double
    package var ofObject: Double

    package init(change: Double, random: Double, area: Double, ofObject: Double) {
      (self.change, self.random, self.area, self.ofObject) = (change, random, area, ofObject)
    }
  }

  /// - Parameter looked: images that were looked at.
  /// - Returns: nil for no samples.
  package init?(_ samples: [Sample], looked: Int) {
    let changes = samples.map(\.change)
    guard let mean = Statistics.mean(changes), let random = Statistics.mean(samples.map(\.random)),
      let area = Statistics.mean(samples.map(\.area)), let ofObject = Statistics.mean(samples.map(\.ofObject))
    else { return nil }
    let interval = Statistics.meanInterval(changes) ?? mean...mean
    self.init(
      effect: mean, low: interval.lowerBound, high: interval.upperBound, random: random,
      p: Statistics.signedRankTest(samples.map { $0.change - $0.random }) ?? 1, area: area, ofObject: ofObject,
      images: samples.count, looked: looked)
  }

  /// The effect per share of the picture.
  package var effectPerArea: Double { effect / max(area, .leastNormalMagnitude) }

  /// How much more hiding it takes than hiding random regions.
  package var beyondRandom: Double { effect - random }

  /// Whether it is most of the object, and not a part of it.
  package var isMostOfObject: Bool { ofObject > Self.largestPart }

  /// Whether hiding it takes more than hiding random regions does.
  package var beatsRandom: Bool { beyondRandom > 0 && p <= Self.significance }
}

extension ConceptEffect: StoredRecord {
  package static let partName: String? = "ConceptEffect"
  package static var blank: ConceptEffect {
    ConceptEffect(effect: 0, low: 0, high: 0, random: 0, p: 1, area: 0, ofObject: 0, images: 0, looked: 0)
  }

  package static let fields = FieldList<ConceptEffect>([
    .field(
      "effect", \.effect, .score, "Log odds of the class that hiding it takes: the mean over the images that show it."),
    .field("low", \.low, .score, "Lower end of the 95 % interval of that mean."),
    .field("high", \.high, .score, "Upper end."),
    .field("random", \.random, .score, "The same for random regions on the object, of the same areas."),
    .field(
      "p", \.p, .score, "Of the hypothesis that its effects are those of random regions (signed-rank test over images)."
    ),
    .field("area", \.area, .score, "The mean share of the picture that it covers."),
    .field("ofObject", \.ofObject, .score, "The mean share of what the class's patches cover that it covers."),
    .field("images", \.images, .count, "Images that show it."),
    .field("looked", \.looked, .count, "Images that were looked at."),
    .derived("effectPerArea", .score, "Effect by area.") { $0.effectPerArea },
    .derived(
      "mostOfObject", .bool, "Whether it covers more than half of that: it is no part, and ranked after parts."
    ) { $0.isMostOfObject },
    .derived("beatsRandom", .bool, "Whether it takes more than random regions do, by p ≤ 0.05.") { $0.beatsRandom },
  ])
}
