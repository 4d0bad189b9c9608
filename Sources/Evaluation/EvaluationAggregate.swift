import Concepts
import Structure
import Tensors

/// Combines the runs of an evaluation.
package struct EvaluationAggregate {
  package var runs: [EvaluationRun.Outcome]

  package init(runs: [EvaluationRun.Outcome]) { self.runs = runs }

  /// Every measure that any run has, in the catalogue's order.
  package func measures() -> [EvaluationMeasure] {
    let stability = stabilityValues()
    return MeasureDescription.all.compactMap { description in
      let values = runs.compactMap { $0.values[description.name] }
      let shared = stability[description.name] ?? []
      guard !values.isEmpty || !shared.isEmpty else { return nil }
      return EvaluationMeasure(
        name: description.name, title: description.title, group: description.group, better: description.better,
        isShare: description.isShare, values: values.isEmpty ? shared : values.map(\.value),
        interval: Self.interval(values),
        pValue: values.contains { $0.pValue != nil } ? values.map { $0.pValue ?? 1 }.max() : nil,
        sampleCount: values.map(\.count).min() ?? shared.count)
    }
  }

  /// Wilson's interval of a share with its effective number of draws (Korn and Graubard 1998). Runs measure the same
  /// images, so more runs do not make it narrower.
  private static func interval(_ values: [EvaluationRun.MeasuredValue]) -> ClosedRange<Double>? {
    let counts = values.compactMap(\.effectiveCount)
    guard counts.count == values.count, let share = Statistics.mean(values.map(\.value)),
      let count = Statistics.mean(counts)
    else { return nil }
    return Statistics.shareInterval(share, effectiveCount: count)
  }

  /// Compares the concepts of every pair of runs, class by class: one value per pair.
  private func stabilityValues() -> [String: [Double]] {
    guard runs.count > 1, runs.allSatisfy({ !$0.concepts.isEmpty }) else { return [:] }
    var result: [String: [Double]] = [:]
    for first in runs.indices {
      for second in runs.indices where second > first {
        let pairs = zip(runs[first].concepts, runs[second].concepts).map { ConceptStability($0, $1) }
        let leading = zip(runs[first].concepts, runs[second].concepts).map {
          ConceptStability($0, $1, top: Self.leading)
        }
        let cosines = pairs.flatMap(\.cosines)
        let possible = leading.reduce(0) { $0 + $1.possible }
        let values: [(String, Double?)] = [
          ("cosine", Statistics.mean(cosines)), ("cosine5", Statistics.percentile(cosines, 5)),
          ("otherCosine", Statistics.mean(pairs.flatMap(\.otherCosines))),
          ("overlap", possible > 0 ? Double(leading.reduce(0) { $0 + $1.same }) / Double(possible) : nil),
        ]
        for case (let name, let value?) in values { result["stability.\(name)", default: []].append(value) }
      }
    }
    return result
  }

  private static let leading = 4

  /// The mean of each curve over images and runs.
  func curves() -> [EvaluationCurve] {
    EvaluationCurve.Measure.allCases.flatMap { measure in
      EvaluationCurve.Kind.allCases.flatMap { kind in
        EvaluationCurve.Order.allCases.compactMap { order in curve(kind, measure, order) }
      }
    }
  }

  private func curve(
    _ kind: EvaluationCurve.Kind, _ measure: EvaluationCurve.Measure, _ order: EvaluationCurve.Order
  ) -> EvaluationCurve? {
    let all = runs.flatMap { $0.curves[.init(kind: kind, measure: measure, order: order)] ?? [] }
    guard !all.isEmpty else { return nil }
    // Runs measure the same images: only the images of one run are independent.
    let independent = Double(all.count) / Double(runs.count)
    var curve = EvaluationCurve(kind: kind, measure: measure, order: order, mean: [], margin: [])
    for place in 0..<EvaluationRun.places {
      let values = all.map { $0[place] }
      curve.mean.append(Statistics.mean(values) ?? 0)
      let spread = Statistics.standardDeviation(values) ?? 0
      curve.margin.append(Self.normalQuantile * spread / max(1, independent).squareRoot())
    }
    return curve
  }

  private static let normalQuantile = 1.96

  /// Compares `measures` with thresholds, by name.
  static func verdicts(_ thresholds: [String: Double], on measures: [EvaluationMeasure]) -> [EvaluationVerdict] {
    thresholds.sorted { $0.key < $1.key }.map { name, threshold in
      let measure = measures.first { $0.name == name }
      let isMet =
        measure.map { measure in
          switch measure.better {
          case .higher: measure.mean >= threshold
          case .lower: measure.mean <= threshold
          }
        } ?? false
      return EvaluationVerdict(measure: name, threshold: threshold, value: measure?.mean, isMet: isMet)
    }
  }
}
