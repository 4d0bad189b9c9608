import Concepts
import Drawing
import Foundation
import Reports
import Structure

/// Prepares the report's values for its templates, which escape them.
struct ReportContext {
  typealias Values = ReportTemplates.Values

  var report: HTMLReport

  private static let mostExemplars = 10
  private static let exemplarSide = 152

  func values() throws -> Values {
    let seconds = secondsRows()
    let skipped = report.classes.flatMap(\.discovery.skipped) + (report.training?.skipped ?? [])
    var values: Values = [
      "title": report.title,
      "warnings": warnings(),
      "hasData": !report.facts.isEmpty || !report.classes.isEmpty,
      "hasFacts": !report.facts.isEmpty,
      "facts": report.facts.map(Self.fact),
      "hasClasses": !report.classes.isEmpty,
      "classes": try report.classes.map(classValues),
      "hasSkipped": !skipped.isEmpty,
      "skipped": skipped.map { ["image": $0.image, "reason": $0.reason] },
      "hasExplanations": !report.explanations.isEmpty,
      "explanations": try report.explanations.map { try ExplanationContext(figure: $0).values() },
      "hasSettings": !report.settings.isEmpty || !seconds.isEmpty,
      "hasSeconds": !seconds.isEmpty,
      "seconds": seconds,
      "settings": report.settings.map(Self.fact),
      "hasNotes": !report.notes.isEmpty,
      "notes": report.notes,
    ]
    if let training = report.training { values["training"] = trainingValues(training) }
    return values
  }

  private static func fact(_ fact: HTMLReport.Fact) -> Values { ["name": fact.name, "value": fact.value] }

  /// Warnings at the top of the page.
  private func warnings() -> [String] {
    // What is said of its training stands there.
    guard let training = report.training else {
      return ExplanationWords.cautions(for: report.explanations.map(\.report))
    }
    guard ExplanationWords.isLow(training.heldOut) else { return [] }
    return [
      "Low fidelity: on held-out images the reasoning network follows the classifier poorly "
        + "(the same class in \(NumberText.percent(training.heldOut.top1Agreement)) of them). Explanations below may be "
        + "wrong about the classifier. More images, or concepts that separate the classes better, may help."
    ]
  }

  private func classValues(_ section: HTMLReport.ClassSection) throws -> Values {
    let discovery = section.discovery
    return [
      "name": discovery.className,
      "layer": discovery.layer,
      "images": "\(discovery.facts.imageCount)",
      "segments": "\(discovery.facts.segmentCount)",
      "conceptCount": "\(discovery.concepts.count)",
      "skippedCount": "\(discovery.skipped.count)",
      "degenerate": discovery.facts.degenerateLayer,
      "hasConcepts": !discovery.concepts.isEmpty,
      "concepts": try discovery.concepts.map { try conceptValues($0, section) },
      "hasNotes": !discovery.facts.notes.isEmpty,
      "notes": discovery.facts.notes,
    ]
  }

  private func conceptValues(_ concept: ConceptSummary, _ section: HTMLReport.ClassSection) throws -> Values {
    let exemplars = (section.exemplars[concept.id] ?? []).prefix(Self.mostExemplars)
    return [
      "rank": "\(concept.rank)",
      "name": concept.name,
      "measured": concept.measures.effect.map(effectValues) ?? false,
      "detection": concept.measures.detection.map { detection -> Values in
        [
          "rate": NumberText.percent(detection.rate, decimals: 0),
          "falseAlarmRate": NumberText.percent(detection.falseAlarmRate, decimals: 0),
        ]
      } ?? false,
      "mean": NumberText.decimal(concept.tcav.mean, 2),
      "deviation": NumberText.decimal(concept.tcav.standardDeviation, 2),
      "p": concept.tcav.pValue.map(NumberText.significant) ?? "undefined",
      "interval": concept.tcav.confidenceInterval.map { range -> Values in
        ["low": NumberText.decimal(range.lowerBound, 2), "high": NumberText.decimal(range.upperBound, 2)]
      } ?? false,
      "corrected": concept.tcav.significance?.correctedPValue.map(NumberText.significant) ?? false,
      "effect": NumberText.significant(concept.tcav.effect),
      "accuracy": NumberText.percent(concept.cavAccuracy, decimals: 0),
      "size": "\(concept.size)",
      "threshold": NumberText.significant(concept.threshold),
      "hasExemplars": !exemplars.isEmpty,
      "exemplars": try exemplars.enumerated().map { position, image -> Values in
        let png = try Bitmap(image).limited(toSide: Self.exemplarSide).png()
        return [
          "source": DataURI.make(png, as: .png), "alt": "Example \(position + 1) of the concept \(concept.name)",
        ]
      },
    ]
  }

  private func effectValues(_ effect: ConceptEffect) -> Values {
    let limit = max(abs(effect.low), abs(effect.high), abs(effect.random))
    return [
      "beatsRandom": effect.beatsRandom, "mostOfObject": effect.isMostOfObject,
      "effect": NumberText.signed(effect.effect, limit: limit), "low": NumberText.signed(effect.low, limit: limit),
      "high": NumberText.signed(effect.high, limit: limit), "random": NumberText.signed(effect.random, limit: limit),
      "p": NumberText.significant(effect.p), "area": NumberText.percent(effect.area, decimals: 0),
      "images": "\(effect.images)", "looked": "\(effect.looked)",
    ]
  }

  private func trainingValues(_ training: TrainingReport) -> Values {
    var values: Values = [
      "classes": ExplanationWords.joined(training.classes, by: "and"),
      "epochs": "\(training.epochs)",
      "loss": training.loss,
      "rows": [
        row("As they are", training.heldOut), row("With concepts masked", training.masked),
      ]
        + training.controls.map { row("As they are, " + ExplanationWords.name(of: $0.kind), $0.heldOut) },
      "hasControls": !training.controls.isEmpty,
      "doubts": training.doubts,
      "hasNotes": !training.notes.isEmpty,
      "notes": training.notes,
    ]
    if ExplanationWords.isLow(training.heldOut) {
      values["warning"] = ["The reasoning network follows this classifier poorly."]
    }
    return values
  }

  private func row(_ name: String, _ fidelity: Fidelity) -> Values {
    [
      "name": name,
      "count": "\(fidelity.imageCount)",
      "agreement": NumberText.percent(fidelity.top1Agreement),
      "spearman": NumberText.decimal(fidelity.spearman, 3),
      "error": NumberText.significant(fidelity.meanSquaredError),
    ]
  }

  private func secondsRows() -> [Values] {
    var rows: [Values] = []
    func add(_ work: String, _ seconds: [String: Double]) {
      for (stage, value) in seconds.sorted(by: { $0.key < $1.key }) {
        rows.append(["work": work, "stage": stage, "seconds": NumberText.decimal(value, 2)])
      }
    }
    for section in report.classes { add("Concepts of \(section.discovery.className)", section.discovery.facts.seconds) }
    if let training = report.training { add("Training", training.seconds) }
    return rows
  }
}

/// Files inside a page, as addresses.
enum DataURI {
  static func make(_ bytes: [UInt8], as format: PictureFormat) -> String {
    let type =
      switch format {
      case .png: "image/png"
      case .svg: "image/svg+xml"
      case .pdf: "application/pdf"
      }
    return "data:\(type);base64," + Data(bytes).base64EncodedString()
  }
}
