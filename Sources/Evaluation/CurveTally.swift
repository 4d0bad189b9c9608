import Structure
import Tensors

/// The curves of one image by order; a drawn order has several.
typealias ImageCurves = [EvaluationCurve.Order: [ConceptCurve]]

/// Curves of the images of a run.
struct CurveTally {
  private var images: [ImageCurves] = []

  mutating func add(_ curves: ImageCurves?) { if let curves { images.append(curves) } }

  private typealias Values = KeyPath<ConceptCurve, [Double]>

  /// Means, gains with their tests, and the curves themselves.
  func add(to outcome: inout EvaluationRun.Outcome) {
    guard !images.isEmpty else { return }
    let values: [(EvaluationCurve.Kind, EvaluationCurve.Measure, Values)] = [
      (.deletion, .probability, \.deletion), (.deletion, .margin, \.deletionMargin),
      (.insertion, .probability, \.insertion), (.insertion, .margin, \.insertionMargin),
    ]
    for (kind, measure, path) in values { add(kind, measure, path, to: &outcome) }
    let own = images.compactMap { $0[.predicted]?.first }
    outcome.values["concepts.lost"] = .init(sharesOf: own.map { [$0.smallestDestroying != nil] })
    let lost = own.filter { $0.smallestDestroying != nil }
    for (name, counts) in [
      ("destroying", lost.compactMap(\.smallestDestroying)), ("sufficient", lost.compactMap(\.smallestSufficient)),
    ] {
      guard let mean = Statistics.mean(counts.map(Double.init)) else { continue }
      outcome.values["concepts.\(name)"] = .init(value: mean, count: counts.count)
    }
  }

  private func add(
    _ kind: EvaluationCurve.Kind, _ measure: EvaluationCurve.Measure, _ path: Values,
    to outcome: inout EvaluationRun.Outcome
  ) {
    if measure == .probability, let mean = Statistics.mean(areas(path, .predicted)) {
      outcome.values[MeasureDescription.area(of: kind)] = .init(value: mean, count: images.count)
    }
    for gain in MeasureDescription.CurveGain.all {
      let gains = zip(areas(path, gain.order), areas(path, gain.other)).map { kind == .deletion ? $1 - $0 : $0 - $1 }
      outcome.values[gain.name(kind, measure)] = .init(
        value: Statistics.mean(gains) ?? 0, count: gains.count, pValue: Statistics.signedRankTest(gains))
    }
    for order in EvaluationCurve.Order.allCases {
      outcome.curves[.init(kind: kind, measure: measure, order: order)] = images.map { image in
        let curves = (image[order] ?? []).map {
          ConceptCurve.resampled($0[keyPath: path], count: EvaluationRun.places)
        }
        return (0..<EvaluationRun.places).map { place in Statistics.mean(curves.map { $0[place] }) ?? 0 }
      }
    }
  }

  /// The area under each image's curve in an order; the mean where the order has several curves.
  private func areas(_ path: Values, _ order: EvaluationCurve.Order) -> [Double] {
    images.map { image in
      Statistics.mean((image[order] ?? []).map { ConceptCurve.area(under: $0[keyPath: path]) ?? 0 }) ?? 0
    }
  }
}
