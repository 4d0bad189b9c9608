import Foundation
import Networks

/// How a report reads in a terminal.
extension CheckReport {
  /// A model and the verdict on it, in a line.
  func line() -> String {
    if let failure { return "✗ \(name): \(failure)" }
    if let bad = comparisons.first(where: { !$0.agrees }) { return "✗ \(name): \(bad.message ?? "differs")" }
    let greatest = comparisons.compactMap(\.greatest).max()
    return "✓ \(name)" + (greatest.map { ": greatest difference \($0)" } ?? ": can be run")
  }

  /// Everything that is known, a line each.
  func page() -> String {
    var rows: [(String, String)] = []
    if let graph {
      rows.append(("operator set", "\(graph.opset)"))
      for input in graph.inputs { rows.append(("input", Self.description(of: input))) }
      for output in graph.outputs { rows.append(("output", Self.description(of: output))) }
      rows.append(("operators", Self.counts(graph.operators)))
      rows.append(("parameters", Self.amount(graph.parameterCount)))
    }
    if let cost {
      let image = inputShape.map(String.init).joined(separator: "×")
      rows.append(("layers", "\(cost.layers.count)" + (lastFeatureMap.map { "; last feature map \($0)" } ?? "")))
      rows.append(("cost", String(format: "%.3g GFLOP for an input of \(image)", Double(cost.operations) / 1e9)))
      let bytes = cost.activationBytes + 4 * (graph?.parameterCount ?? 0)
      rows.append(
        ("memory", "about \(Self.amount(bytes))B, of it \(Self.amount(cost.activationBytes))B between layers"))
    }
    for comparison in comparisons {
      var verdict = comparison.agrees ? "✓ agrees" : "✗ \(comparison.message ?? "differs")"
      if comparison.agrees, let greatest = comparison.greatest { verdict += ", greatest difference \(greatest)" }
      if !comparison.taken.isEmpty { verdict += " (taken as weights: \(comparison.taken.joined(separator: ", ")))" }
      rows.append((comparison.name, verdict))
    }
    rows.append(("verdict", failure.map { "✗ \($0)" } ?? (isGood ? "✓ can be run" : "✗ differs")))
    let width = rows.map(\.0.count).max() ?? 0
    let body = rows.map { title, text in
      "  " + title.padding(toLength: width + 2, withPad: " ", startingAt: 0) + text
    }
    return ([name] + body).joined(separator: "\n")
  }

  private var lastFeatureMap: String? {
    guard let layer = cost?.layers.last(where: { $0.shape.count == 3 && $0.shape[1] * $0.shape[2] > 1 }) else {
      return nil
    }
    return "\"\(layer.name)\" \(layer.shape)"
  }

  private static func description(of port: NetworkGraph.Port) -> String {
    let shape = port.shape.map { "[" + $0.map { $0.map(String.init) ?? "?" }.joined(separator: ", ") + "]" }
    return "\(port.name)  \(port.type ?? "no tensor") \(shape ?? "of any shape")"
  }

  private static func counts(_ operators: [String: Int]) -> String {
    operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }

  /// A number with three significant digits and a decimal prefix.
  private static func amount(_ number: Int) -> String {
    let (value, prefix) =
      number >= 1_000_000_000
      ? (Double(number) / 1e9, " G") : number >= 1_000_000 ? (Double(number) / 1e6, " M") : (Double(number) / 1e3, " k")
    return String(format: "%.3g", value) + prefix
  }
}
