import Concepts
import Engine
import Figures
import Images
import Reports
import Tensors

@testable import Structure

/// Explanations made up for drawing.
struct SampleReport {
  var classes = 3
  var concepts = 4
  var imageWidth = 60
  var imageHeight = 40
  var seed: UInt64 = 1
  /// Share of concepts that are not seen.
  var unseen = 0.2
  /// Whether all patches lie in one corner.
  var crowded = false
  var verified = false
  /// Whether the classifier was asked what each concept is worth.
  var measured = false
  var names = [
    "fire engine", "ambulance", "school bus", "garbage truck", "minivan", "recreational vehicle", "sports car", "jeep",
  ]
  var conceptName = "front wheel and the wheel arch above it, from the side"

  var image: RGBImage { RGBImage(width: imageWidth, height: imageHeight, filledWith: (120, 130, 110)) }

  /// `explanation` with effects that were measured: those of its contributions, at the places of its boxes.
  private func measured(_ explanation: ExplanationReport.ClassExplanation) -> ExplanationReport.ClassExplanation {
    var explanation = explanation
    var parts: [MeasuredEvidence.Part?] = []
    for (position, node) in explanation.nodes.enumerated() {
      guard let box = node.node.box else {
        parts.append(nil)
        continue
      }
      var mask = Mask(width: imageWidth, height: imageHeight)
      for y in box.y..<min(box.y + box.height, imageHeight) {
        for x in box.x..<min(box.x + box.width, imageWidth) { mask[x, y] = true }
      }
      let part = MeasuredEvidence.Part(
        region: mask, effect: node.contribution, low: node.contribution - 0.1, high: node.contribution + 0.1,
        p: explanation.isWhy ? 0.03 : nil,
        random: explanation.isWhy ? .init(mean: 0.1, low: -0.2, high: 0.4) : nil)
      parts.append(part)
      explanation.nodes[position].measured = MeasuredNode(part: part, regions: [(box, mask)])
    }
    let sum = parts.compactMap { $0?.effect }.reduce(0, +)
    var evidence = MeasuredEvidence(
      parts: parts, against: [1], full: sum + 3.25, empty: 0.25, everythingElse: 3, passes: 31,
      random: explanation.isWhy && parts.contains { $0 != nil }
        ? .init(share: 0.05, low: -0.1, high: 0.2, p: 0.01) : nil)
    if explanation.isWhy {
      let seen = parts.indices.filter { parts[$0] != nil }.sorted {
        (parts[$0]?.effect ?? 0) > (parts[$1]?.effect ?? 0)
      }
      for (step, part) in seen.prefix(4).enumerated() {
        let margin = (evidence.removals.last?.margin ?? evidence.full) - (parts[part]?.effect ?? 0)
        evidence.removals.append(
          .init(
            part: part, margin: margin, choice: step > 1 ? 1 : 0,
            random: .init(mean: evidence.full - 0.1, low: evidence.full - 0.4, high: evidence.full)))
      }
    }
    explanation.measured = MeasuredReasons(evidence: evidence, classes: [names[0], "another class"])
    return explanation
  }

  var report: ExplanationReport {
    var random = SeededRandom(seed: seed)
    func uniform(_ low: Double, _ high: Double) -> Double { Double.random(in: low...high, using: &random) }
    let explanations = (0..<classes).map { index -> ExplanationReport.ClassExplanation in
      let nodes = (0..<concepts).map { position -> ExplanationReport.Node in
        let seen = uniform(0, 1) >= unseen
        let reach = crowded ? 0.05 : 1
        let box = Box(
          x: Int(Double(imageWidth) * uniform(0, 0.7) * reach), y: Int(Double(imageHeight) * uniform(0, 0.7) * reach),
          width: max(1, imageWidth / 4), height: max(1, imageHeight / 4))
        let center = (x: box.center.x / Double(imageWidth), y: box.center.y / Double(imageHeight))
        let contribution = uniform(-0.7, 0.8)
        return .init(
          node: GraphNode(
            conceptID: "c\(index)-\(position)", conceptName: conceptName, number: position + 1, detected: seen,
            distance: 1, center: seen ? center : nil, box: seen ? box : nil), contribution: contribution,
          verified: verified && seen
            ? Verification(
              change: LogitChange(logit: -contribution, margin: -contribution), contribution: contribution) : nil)
      }
      let edges = ConceptGraph.edges(among: concepts).map { edge in
        ExplanationReport.Edge(from: edge.from + 1, to: edge.to + 1, contribution: uniform(-0.4, 0.4))
      }
      let explanation = ExplanationReport.ClassExplanation(
        className: names[index % names.count], isWhy: index == 0, score: uniform(-2, 3), nodes: nodes, edges: edges,
        otherGraphs: [(className: "another", contribution: 0.1)], bias: -0.05)
      return measured ? self.measured(explanation) : explanation
    }
    return ExplanationReport(
      image: "photo.jpg", model: "m1", graphModel: "g1",
      prediction: explanations.enumerated().map { index, explanation in
        Prediction(
          index: index, label: explanation.className, probability: 1 / Double(index + 2), logit: 5 - Double(index))
      },
      graphScores: explanations.map { (className: $0.className, score: $0.score) },
      fidelity: Fidelity(top1Agreement: 0.93, spearman: 0.88, meanSquaredError: 0.002, imageCount: 60),
      explanations: explanations,
      summary: "The classifier says \(names[0]). Most in favour are the ladder (+0.71) and the cab (+0.42).")
  }

  var exemplars: [String: [RGBImage]] {
    var exemplars: [String: [RGBImage]] = [:]
    for index in 0..<classes {
      for position in 0..<concepts {
        exemplars["c\(index)-\(position)"] = (0..<3).map {
          RGBImage(width: 12 + 5 * $0, height: 14, filledWith: (UInt8(60 * $0), 90, 160))
        }
      }
    }
    return exemplars
  }

  var figure: ExplanationFigure {
    ExplanationFigure(report: report, image: image, exemplars: exemplars)
  }

  /// What discovery might say of the first class.
  var discovery: DiscoveryReport {
    DiscoveryReport(
      className: names[0], classIndex: 3, layer: "conv11",
      concepts: (0..<concepts).map { position in
        ConceptSummary(
          id: "c0-\(position)", name: conceptName, className: names[0], rank: position + 1,
          tcav: TCAVSummary(
            mean: 0.9, standardDeviation: 0.04, pValue: 0.0012, effect: 2.5, scores: [0.86, 0.9, 0.94],
            significance: TCAVSignificance(
              measure: .scores, correctedPValue: 0.0084, correction: .bonferroni, tests: 7)),
          cavAccuracy: 0.875, size: 61, threshold: 12.25, patches: [],
          measures: ConceptMeasures(
            detection: ConceptDetection(
              threshold: 9, rate: 0.82, falseAlarmRate: 0.03, images: 50, randomImages: 30),
            effect: ConceptEffect(
              effect: 0.63, low: 0.41, high: 0.85, random: 0.27, p: position == 0 ? 0.0192 : 0.3, area: 0.04,
              ofObject: 0.13, images: 44, looked: 50)))
      },
      facts: DiscoveryFacts(
        imageCount: 50, segmentCount: 2130, seconds: ["embed": 14.75], notes: ["Thresholds were scaled."]),
      reusedSegments: 0, reusedEmbeddings: 0, skipped: [SkippedImage(image: "broken.jpg", reason: "cut short")])
  }

  /// What training might say.
  func training(agreement: Double) -> TrainingReport {
    TrainingReport(
      graphModel: "g1", classes: Array(names.prefix(classes)), epochs: 120,
      heldOut: Fidelity(top1Agreement: agreement, spearman: 0.8, meanSquaredError: 0.0123, imageCount: 60),
      masked: Fidelity(top1Agreement: 0.81, spearman: 0.77, meanSquaredError: 0.02, imageCount: 180), history: [],
      loss: "l1NormalisedMSE", skipped: [], seconds: ["fit": 4.5], notes: [])
  }
}
