import Fields
import Tensors

/// How unusual it is that a concept is in an image: distances of the nearest patch in images of its class, and in those
/// of the classes that it is compared with, its rivals (METHOD section 4b).
package struct PresenceOdds: Sendable, Equatable {
  /// The mean distance in images of the class, and in rivals' images; and the standard deviation within both.
  package var mean: Double
  package var meanOfRivals: Double
  package var deviation: Double
  /// Share of the class's images that count as showing it, and of the rivals'.
  package var rate: Double
  package var rateOfRivals: Double
  /// Images of the class, and of rivals, that were looked at.
  package var images: Int
  package var rivalImages: Int

  /// Images of either kind without which nothing can be said.
  private static let fewestImages = 4

  package init(
    mean: Double, meanOfRivals: Double, deviation: Double, rate: Double, rateOfRivals: Double, images: Int,
    rivalImages: Int
  ) {
    (self.mean, self.meanOfRivals, self.deviation) = (mean, meanOfRivals, deviation)
    (self.rate, self.rateOfRivals, self.images, self.rivalImages) = (rate, rateOfRivals, images, rivalImages)
  }

  /// Of one image.
  package struct Sample: Sendable {
    /// Distance of the nearest patch; infinite where there is none.
    package var distance: Float
    /// Whether the image counts as showing the concept.
    package var isSeen: Bool

    package init(distance: Float, isSeen: Bool) {
      (self.distance, self.isSeen) = (distance, isSeen)
    }
  }

  /// - Parameters:
  ///   - samples: of the class's images.
  ///   - rivals: of its rivals' images.
  /// - Returns: nil for too few images of either kind.
  package init?(_ samples: [Sample], rivals: [Sample]) {
    func distances(_ samples: [Sample]) -> [Double] { samples.map(\.distance).filter(\.isFinite).map(Double.init) }
    let (own, other) = (distances(samples), distances(rivals))
    guard min(own.count, other.count) >= Self.fewestImages,
      let mean = Statistics.mean(own), let meanOfRivals = Statistics.mean(other),
      let spread = Statistics.standardDeviation(own), let spreadOfRivals = Statistics.standardDeviation(other)
    else { return nil }
    func rate(_ samples: [Sample]) -> Double { Double(samples.count(where: \.isSeen)) / Double(samples.count) }
    self.init(
      mean: mean, meanOfRivals: meanOfRivals,
      deviation: ((spread * spread + spreadOfRivals * spreadOfRivals) / 2).squareRoot(), rate: rate(samples),
      rateOfRivals: rate(rivals), images: samples.count, rivalImages: rivals.count)
  }

  /// The log odds by which a nearest patch at this distance speaks for an image of the class: of two normal
  /// distributions of one width. Nil where the distances have no width, or there is no patch.
  package func logOdds(at distance: Float) -> Double? {
    let (fromOwn, fromRivals) = (Double(distance) - mean, Double(distance) - meanOfRivals)
    let odds = (fromRivals * fromRivals - fromOwn * fromOwn) / (2 * deviation * deviation)
    return odds.isFinite ? odds : nil
  }
}

extension PresenceOdds: StoredRecord {
  package static let partName: String? = "PresenceOdds"
  package static var blank: PresenceOdds {
    PresenceOdds(
      mean: 0, meanOfRivals: 0, deviation: 0, rate: 0, rateOfRivals: 0, images: 0, rivalImages: 0)
  }

  package static let fields = FieldList<PresenceOdds>([
    .field("mean", \.mean, .score, "Mean distance of the nearest patch in the class's images."),
    .field("meanOfRivals", \.meanOfRivals, .score, "The same in images of the other classes."),
    .field("deviation", \.deviation, .score, "Standard deviation of these distances within either kind."),
    .field("rate", \.rate, .score, "Share of the class's images that count as showing it."),
    .field("rateOfRivals", \.rateOfRivals, .score, "Share of the other classes' images that do."),
    .field("images", \.images, .count, "Images of the class that were looked at."),
    .field("rivalImages", \.rivalImages, .count, "Images of other classes that were looked at."),
  ])
}
