import Fields
import Tensors

/// How far the reasoning network can be believed about one image, and why it perhaps cannot.
package struct LocalFidelity: Sendable {
  /// How the reasoning network follows the classifier from the image to pictures of it with a concept masked.
  package struct Measured: Sendable {
    /// Pictures, the image as it is among them.
    package var pictures: Int
    /// Share of the pictures for which both name the same class.
    package var top1Agreement: Double
    /// Pearson correlation over masked pictures and classes of the changes of the margins, each a class's output less the mean of the
    /// others'; nil with nothing masked, or where nothing changes.
    package var correlation: Double?

    /// - Parameters:
    ///   - outputs: the reasoning network's, a row per picture, the image as it is first.
    ///   - logits: the classifier's.
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

  /// Reasons not to believe the explanation of this image, as sentences; none where there is none.
  package var cautions: [String]
  /// What masking showed; nil unless verification was asked for.
  package var measured: Measured?

  /// Whether there is reason not to believe the explanation.
  package var isLow: Bool { !cautions.isEmpty }

  /// Agreement, or correlation, from which on the reasoning network follows the classifier.
  static let leastAgreement = 0.8
  static let leastCorrelation = 0.3

  /// - Parameters:
  ///   - predicted: the classifier's class.
  ///   - graph: the reasoning network's.
  ///   - isAnySeen: whether any concept of these classes is seen in the image.
  package init(predicted: String, graph: String, isAnySeen: Bool = true, measured: Measured?) {
    self.measured = measured
    cautions = []
    if !isAnySeen { cautions.append("no concept of these classes is seen in this image, so that nothing is explained") }
    if predicted != graph {
      cautions.append("the graph itself would say \(graph), so this account does not match the classifier here")
    }
    guard let measured else { return }
    if measured.top1Agreement < Self.leastAgreement {
      let share = String(Int((100 * measured.top1Agreement).rounded()))
      cautions.append(
        "with a concept masked, the graph names the classifier's class in \(share) % of \(measured.pictures) pictures only"
      )
    }
    if let correlation = measured.correlation, correlation < Self.leastCorrelation {
      let value = String((correlation * 100).rounded() / 100)
      cautions.append(
        "what masking concepts does to the classifier is not what the graph foretells (correlation \(value))")
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
    .derivedOptional("top1Agreement", .score, "Share of these for which graph and classifier agree.") {
      $0.measured?.top1Agreement
    },
    .derivedOptional(
      "correlation", .score,
      "Of the margins' changes from the image to the masked pictures, the graph's with the classifier's."
    ) { $0.measured.map(\.correlation) },
  ])
}
