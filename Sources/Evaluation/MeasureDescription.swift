import Structure

/// A measure: its name, its meaning and which direction is better.
package struct MeasureDescription: Sendable {
  var name: String
  var title: String
  var group: EvaluationGroup
  var better: EvaluationMeasure.Direction
  var isShare: Bool

  private init(
    _ name: String, _ title: String, _ group: EvaluationGroup, _ better: EvaluationMeasure.Direction,
    isShare: Bool = false
  ) {
    (self.name, self.title, self.group, self.better, self.isShare) = (name, title, group, better, isShare)
  }

  static func advantage(over control: TrainingControlKind) -> String {
    control == .nodesOnly ? "relations.gain" : "controls.\(control.rawValue)"
  }

  /// In the order of the report.
  static let all = beforeCurves + curves(of: .deletion) + curves(of: .insertion) + afterCurves

  private static let beforeCurves: [MeasureDescription] = [
    .init("completeness", "Largest error of the sum of contributions, as a share of the output", .completeness, .lower),
    .init("agreement.clean", "Same class as the classifier, images as they are", .fidelity, .higher, isShare: true),
    .init("agreement.masked", "Same class as the classifier, concepts masked", .fidelity, .higher, isShare: true),
    .init(
      "agreement.errors", "Same class as the classifier, images that it gets wrong", .fidelity, .higher, isShare: true),
    .init("spearman.clean", "Rank correlation of the margins, images as they are", .fidelity, .higher),
    .init("spearman.masked", "Rank correlation of the margins, concepts masked", .fidelity, .higher),
    .init("mse.clean", "Mean squared error of the normalised margins, images as they are", .fidelity, .lower),
    .init("mse.masked", "Mean squared error of the normalised margins, concepts masked", .fidelity, .lower),
    .init("controls.shuffledTargets", "Agreement beyond that with shuffled targets", .controls, .higher, isShare: true),
    .init("controls.shuffledEdges", "Agreement beyond that with shuffled edges", .controls, .higher, isShare: true),
    .init("controls.randomConcepts", "Agreement beyond that with random concepts", .controls, .higher, isShare: true),
    .init("relations.gain", "Agreement beyond that of nodes alone", .relations, .higher, isShare: true),
    .init("signs.agreement", "Signs confirmed by masking, effects that count", .signs, .higher, isShare: true),
    .init("signs.all", "Signs confirmed by masking, all concepts seen", .signs, .higher, isShare: true),
    .init(
      "signs.beyondRandom", "Signs confirmed by masking, effects beyond random patches", .signs, .higher, isShare: true),
    .init("signs.decided", "Concepts that have another effect than random patches", .signs, .higher, isShare: true),
    .init("locality.first", "Edits after which what was edited has changed most", .locality, .higher, isShare: true),
    .init("locality.share", "Share of the change that lies in what was edited", .locality, .higher, isShare: true),
  ]

  /// The gain of one order of concepts over another.
  struct CurveGain: Sendable {
    var suffix: String
    var order: EvaluationCurve.Order
    var other: EvaluationCurve.Order

    func name(_ kind: EvaluationCurve.Kind, _ measure: EvaluationCurve.Measure) -> String {
      kind.rawValue + (measure == .margin ? ".margin" : "") + "." + suffix
    }

    static let all = [
      CurveGain(suffix: "gain", order: .predicted, other: .random),
      CurveGain(suffix: "gainOverACE", order: .predicted, other: .ace),
      CurveGain(suffix: "gainOverLargest", order: .predicted, other: .largest),
      CurveGain(suffix: "contributionGainOverACE", order: .contribution, other: .ace),
      CurveGain(suffix: "verifiedGainOverACE", order: .verified, other: .ace),
    ]
  }

  /// The name of the area under the curve in the predicted order.
  static func area(of kind: EvaluationCurve.Kind) -> String { kind.rawValue + ".area" }

  /// Measures of the curves of one kind, by probability and by margin.
  private static func curves(of kind: EvaluationCurve.Kind) -> [MeasureDescription] {
    let area = MeasureDescription(
      area(of: kind), "Area under the \(kind.rawValue) curve", .curves, kind == .deletion ? .lower : .higher)
    let does = kind == .deletion ? "deletion falls" : "insertion rises"
    return [area]
      + EvaluationCurve.Measure.allCases.flatMap { measure in
        CurveGain.all.map { gain in
          let unit = measure == .margin ? ", of the margin in logits" : ""
          return .init(
            gain.name(kind, measure),
            "Area by which \(does) faster \(gain.order.words) than \(gain.other.words)\(unit)", .curves, .higher)
        }
      }
  }

  private static let afterCurves: [MeasureDescription] = [
    .init("concepts.destroying", "Concepts masked until the class is lost, where it is", .curves, .lower),
    .init("concepts.lost", "Images whose class is lost with all concepts masked", .curves, .higher, isShare: true),
    .init(
      "concepts.sufficient", "Concepts put back until the class is there again, where it was lost", .curves, .lower),
    .init("stability.cosine", "Cosine of the concepts of two seeds, mean", .stability, .higher),
    .init("stability.cosine5", "Cosine of the concepts of two seeds, 5th percentile", .stability, .higher),
    .init("stability.otherCosine", "Cosine of different concepts of two seeds, to compare", .stability, .lower),
    .init("stability.overlap", "Top-4 concepts that another seed finds there too", .stability, .higher, isShare: true),
    .init("sanity.repeated", "Rank correlation of the concepts' importance with other random sets", .sanity, .higher),
    .init("sanity.randomised", "Rank correlation of the concepts' importance with shuffled weights", .sanity, .lower),
  ]

  package static let names = all.map(\.name)
}
