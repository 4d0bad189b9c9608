import Structure

/// Every measure by name: what it says and which way is better.
package struct MeasureDescription: Sendable {
  var name: String
  var title: String
  var group: EvaluationGroup
  var better: EvaluationMeasure.Direction
  var isShare = false

  static func advantage(over control: TrainingControlKind) -> String {
    control == .nodesOnly ? "relations.gain" : "controls.\(control.rawValue)"
  }

  /// In the order in which they are told.
  static let all = beforeCurves + curves(of: .deletion) + curves(of: .insertion) + afterCurves

  private static let beforeCurves: [MeasureDescription] = [
    .init(
      name: "completeness", title: "Largest error of the sum of contributions, as a share of the output",
      group: .completeness, better: .lower),
    .init(
      name: "agreement.clean", title: "Same class as the classifier, images as they are", group: .fidelity,
      better: .higher, isShare: true),
    .init(
      name: "agreement.masked", title: "Same class as the classifier, concepts masked", group: .fidelity,
      better: .higher, isShare: true),
    .init(
      name: "agreement.errors", title: "Same class as the classifier, images that it gets wrong", group: .fidelity,
      better: .higher, isShare: true),
    .init(
      name: "spearman.clean", title: "Rank correlation of the margins, images as they are", group: .fidelity,
      better: .higher),
    .init(
      name: "spearman.masked", title: "Rank correlation of the margins, concepts masked", group: .fidelity,
      better: .higher),
    .init(
      name: "mse.clean", title: "Mean squared error of the normalised margins, images as they are", group: .fidelity,
      better: .lower),
    .init(
      name: "mse.masked", title: "Mean squared error of the normalised margins, concepts masked", group: .fidelity,
      better: .lower),
    .init(
      name: "controls.shuffledTargets", title: "Agreement beyond that with shuffled targets", group: .controls,
      better: .higher, isShare: true),
    .init(
      name: "controls.shuffledEdges", title: "Agreement beyond that with shuffled edges", group: .controls,
      better: .higher, isShare: true),
    .init(
      name: "controls.randomConcepts", title: "Agreement beyond that with random concepts", group: .controls,
      better: .higher, isShare: true),
    .init(
      name: "relations.gain", title: "Agreement beyond that of nodes alone", group: .relations, better: .higher,
      isShare: true),
    .init(
      name: "signs.agreement", title: "Signs confirmed by masking, effects that count",
      group: .signs, better: .higher, isShare: true),
    .init(
      name: "signs.all", title: "Signs confirmed by masking, all concepts seen",
      group: .signs, better: .higher, isShare: true),
    .init(
      name: "signs.beyondRandom", title: "Signs confirmed by masking, effects beyond random patches",
      group: .signs, better: .higher, isShare: true),
    .init(
      name: "signs.decided", title: "Concepts that have another effect than random patches",
      group: .signs, better: .higher, isShare: true),
    .init(
      name: "locality.first", title: "Edits after which an edited part has changed most", group: .locality,
      better: .higher, isShare: true),
    .init(
      name: "locality.share", title: "Share of the change that falls to the edited parts", group: .locality,
      better: .higher, isShare: true),
  ]

  /// What one order of concepts has over another.
  struct CurveGain: Sendable {
    var suffix: String
    var order: EvaluationCurve.Order
    var other: EvaluationCurve.Order

    func name(_ kind: EvaluationCurve.Kind, _ measure: EvaluationCurve.Measure) -> String {
      kind.rawValue + (measure == .margin ? ".margin" : "") + "." + suffix
    }

    static let all = [
      CurveGain(suffix: "gain", order: .foretold, other: .random),
      CurveGain(suffix: "gainOverACE", order: .foretold, other: .ace),
      CurveGain(suffix: "gainOverLargest", order: .foretold, other: .largest),
      CurveGain(suffix: "contributionGainOverACE", order: .contribution, other: .ace),
      CurveGain(suffix: "verifiedGainOverACE", order: .verified, other: .ace),
    ]
  }

  /// The name of the area under the curve of the order that is foretold.
  static func area(of kind: EvaluationCurve.Kind) -> String { kind.rawValue + ".area" }

  /// What the curves of one kind say, by probability and by margin.
  private static func curves(of kind: EvaluationCurve.Kind) -> [MeasureDescription] {
    let area = MeasureDescription(
      name: area(of: kind), title: "Area under the \(kind.rawValue) curve", group: .curves,
      better: kind == .deletion ? .lower : .higher)
    let does = kind == .deletion ? "deletion falls" : "insertion rises"
    return [area]
      + EvaluationCurve.Measure.allCases.flatMap { measure in
        CurveGain.all.map { gain in
          let unit = measure == .margin ? ", of the margin in logits" : ""
          return .init(
            name: gain.name(kind, measure),
            title: "Area by which \(does) faster \(gain.order.words) than \(gain.other.words)\(unit)", group: .curves,
            better: .higher)
        }
      }
  }

  private static let afterCurves: [MeasureDescription] = [
    .init(
      name: "concepts.destroying", title: "Concepts masked until the class is lost, where it is", group: .curves,
      better: .lower),
    .init(
      name: "concepts.lost", title: "Images whose class is lost with all concepts masked", group: .curves,
      better: .higher, isShare: true),
    .init(
      name: "concepts.sufficient", title: "Concepts put back until the class is there again, where it was lost",
      group: .curves, better: .lower),
    .init(
      name: "stability.cosine", title: "Cosine of the concepts of two seeds, mean", group: .stability, better: .higher),
    .init(
      name: "stability.cosine5", title: "Cosine of the concepts of two seeds, 5th percentile", group: .stability,
      better: .higher),
    .init(
      name: "stability.otherCosine", title: "Cosine of different concepts of two seeds, to compare", group: .stability,
      better: .lower),
    .init(
      name: "stability.overlap", title: "Top-4 concepts that another seed finds there too",
      group: .stability, better: .higher, isShare: true),
    .init(
      name: "sanity.repeated", title: "Rank correlation of the concepts' importance with other random sets",
      group: .sanity,
      better: .higher),
    .init(
      name: "sanity.randomised", title: "Rank correlation of the concepts' importance with shuffled weights",
      group: .sanity, better: .lower),
  ]

  package static let names = all.map(\.name)
}
