import Fields
import Tensors

/// How far the reasoning network can be trusted about one image, and reasons for doubt.
package struct LocalFidelity: Sendable {
  /// How well the reasoning network follows the classifier from the image to pictures of it with a concept masked.
  package struct Measured: Sendable {
    /// Pictures, including the image as it is.
    package var pictures: Int
    /// Share of the pictures for which both predict the same class.
    package var top1Agreement: Double
    /// Pearson correlation, over masked pictures and classes, of the changes of the margins (a class's output less the
    /// mean of the others'); nil with nothing masked, or where nothing changes.
    package var correlation: Double?

    /// - Parameters:
    ///   - outputs: of the reasoning network, one row per picture, the image as it is first.
    ///   - logits: of the classifier, likewise.
    package init(outputs: [[Float]], logits: [[Float]]) {
      pictures = outputs.count
      top1Agreement = Fidelity(outputs: outputs, logits: logits).top1Agreement
      func changes(_ rows: [[Float]]) -> [Double] {
        guard let before = rows.first else { return [] }
        return rows.dropFirst().flatMap { row in
          row.indices.map { LogitChange(before: before, after: row, output: $0).margin }
        }
      }
      correlation = Statistics.pearson(changes(outputs), changes(logits))
    }
  }

  package var cautions: [String]
  /// What masking showed; nil unless verification was asked for.
  package var measured: Measured?

  package var isLow: Bool { !cautions.isEmpty }

  /// The reasoning network follows the classifier from this agreement and correlation on.
  static let leastAgreement = 0.8
  static let leastCorrelation = 0.3

  /// - Parameters:
  ///   - predicted: the class that the classifier predicts.
  ///   - graph: the class that the reasoning network predicts.
  ///   - isAnySeen: whether any concept of these classes is seen in the image.
  package init(predicted: String, graph: String, isAnySeen: Bool = true, measured: Measured?) {
    self.measured = measured
    cautions = []
    if !isAnySeen { cautions.append("no concept of these classes is seen in this image, so nothing is explained") }
    if predicted != graph {
      cautions.append("the reasoning network predicts \(graph), so this explanation does not match the classifier here")
    }
    guard let measured else { return }
    if measured.top1Agreement < Self.leastAgreement {
      let share = String(Int((100 * measured.top1Agreement).rounded()))
      cautions.append(
        "with a concept masked, the reasoning network predicts the classifier's class in only \(share) % of "
          + "\(measured.pictures) pictures"
      )
    }
    if let correlation = measured.correlation, correlation < Self.leastCorrelation {
      let value = String((correlation * 100).rounded() / 100)
      cautions.append(
        "masking concepts changes the classifier otherwise than the reasoning network predicts (correlation \(value))")
    }
  }
}

extension LocalFidelity: WrittenRecord {
  package static let partName: String? = "LocalFidelity"
  package static let fields = FieldList<LocalFidelity>([
    .derived("low", .bool, "Whether there is reason not to believe the explanation of this image.") { $0.isLow },
    .field("cautions", \.cautions, .array(of: .anyString), "The reasons, as sentences."),
    .derivedOptional(
      "pictures", .count, "The image and pictures of it with a concept masked. With verification."
    ) { $0.measured?.pictures },
    .derivedOptional("top1Agreement", .score, "Share of these for which reasoning network and classifier agree.") {
      $0.measured?.top1Agreement
    },
    .derivedOptional(
      "correlation", .score,
      "Of the margins' changes from the image to the masked pictures, the reasoning network's with the classifier's."
    ) { $0.measured.map(\.correlation) },
  ])
}
