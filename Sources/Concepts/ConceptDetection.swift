import Fields
import Tensors

/// When an image counts as showing a concept: nearly no random image may (METHOD section 4b).
///
/// Only patches that are nearer the concept's centre than that of any other cluster of the class may show it: what
/// another cluster would take is no false alarm.
package struct ConceptDetection: Sendable, Equatable {
  /// Distance of the nearest such patch up to which an image counts as showing the concept.
  package var threshold: Float
  /// Share of the class's images that count as showing it.
  package var rate: Double
  /// Share of random images that do: a false alarm each.
  package var falseAlarmRate: Double
  /// Images of the class, and random ones, that were looked at.
  package var images: Int
  package var randomImages: Int

  /// The largest share of false alarms.
  private static let mostFalseAlarms = 0.05
  /// Random images without which nothing can be said.
  private static let fewestImages = 10

  package init(threshold: Float, rate: Double, falseAlarmRate: Double, images: Int, randomImages: Int) {
    (self.threshold, self.rate, self.falseAlarmRate) = (threshold, rate, falseAlarmRate)
    (self.images, self.randomImages) = (images, randomImages)
  }

  /// - Parameters:
  ///   - distances: of the nearest such patch, by image of the class; infinite where there is none.
  ///   - random: the same for random images.
  ///   - largest: the threshold is no larger than this.
  /// - Returns: nil for too few images.
  package init?(_ distances: [Float], random: [Float], largest: Float) {
    guard !distances.isEmpty, random.count >= Self.fewestImages else { return nil }
    // As many of the nearest as may be false alarms lie below it.
    let allowed = Int(Self.mostFalseAlarms * Double(random.count))
    let threshold = min(largest, random.sorted()[allowed].nextDown)
    func rate(_ distances: [Float]) -> Double {
      Double(distances.count { $0 <= threshold }) / Double(distances.count)
    }
    self.init(
      threshold: threshold, rate: rate(distances), falseAlarmRate: rate(random), images: distances.count,
      randomImages: random.count)
  }
}

extension ConceptDetection: StoredRecord {
  package static let partName: String? = "Detection"
  package static var blank: ConceptDetection {
    ConceptDetection(threshold: 0, rate: 0, falseAlarmRate: 0, images: 0, randomImages: 0)
  }

  package static let fields = FieldList<ConceptDetection>([
    .field(
      "threshold", \.threshold, .number(.finite),
      "Distance of the nearest patch up to which an image counts as showing the concept; patches nearer another cluster's centre do not count."
    ),
    .field("rate", \.rate, .score, "Share of the class's images that count as showing it."),
    .field("falseAlarmRate", \.falseAlarmRate, .score, "Share of random images that do: at most 5 %."),
    .field("images", \.images, .count, "Images of the class that were looked at."),
    .field("randomImages", \.randomImages, .count, "Random images that were looked at."),
  ])
}
