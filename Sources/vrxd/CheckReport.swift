import Base
import Foundation
import Images
import Networks

/// What `vrxd check` reports about one model.
struct CheckReport {
  /// How one set of recorded outputs compares.
  struct Comparison {
    var name: String
    var agrees: Bool
    /// The greatest difference of any element.
    var greatest: Float?
    /// Why it could not be compared, or what differs.
    var message: String?
    /// Float inputs that were taken as weights.
    var taken: [String] = []
  }

  var name: String
  /// Why the model cannot be read or run.
  var failure: String?
  var graph: NetworkGraph?
  var cost: NetworkGraph.Cost?
  /// The input that the cost is for.
  var inputShape: [Int] = []
  var comparisons: [Comparison] = []

  var isGood: Bool { failure == nil && comparisons.allSatisfy(\.agrees) }
}

extension CheckCase {
  /// Largest model file that is read.
  private static let maxModelBytes = 4 << 30

  /// Reads the model, says what it is and compares it.
  func check(size: Int, absolute: Float, relative: Float) -> CheckReport {
    var report = CheckReport(name: name)
    do {
      let file = try RegularFile.bytes(path: model.path, maxBytes: Self.maxModelBytes)
      let graph = try NetworkGraph(bytes: try SelfContainedModel.bytes(file, at: model.path))
      report.graph = graph
      guard graph.unsupportedOperators.isEmpty else {
        report.failure =
          "not supported: "
          + graph.unsupportedOperators.map { "\($0.name) (first at \($0.node))" }.joined(separator: ", ")
        return report
      }
      report.comparisons = data.map { compare($0, graph: graph, absolute: absolute, relative: relative) }
      if let shape = Self.imageShape(of: graph, size: size) {
        report.inputShape = shape
        do { report.cost = try graph.cost(inputShape: shape) } catch {
          if data.isEmpty { report.failure = "\(error)" }
        }
      }
    } catch {
      report.failure = "\(error)"
    }
    return report
  }

  private func compare(
    _ folder: URL, graph: NetworkGraph, absolute: Float, relative: Float
  ) -> CheckReport.Comparison {
    var comparison = CheckReport.Comparison(name: folder.lastPathComponent, agrees: false)
    do {
      let recorded = try ModelTestData(folder: folder)
      let (outputs, taken) = try graph.run(recorded.inputs)
      comparison.taken = taken
      comparison.greatest = 0
      comparison.agrees = outputs.count >= recorded.outputs.count
      for (output, wanted) in zip(outputs, recorded.outputs) {
        guard let (greatest, isWithin) = output.difference(from: wanted, absolute: absolute, relative: relative) else {
          comparison.agrees = false
          comparison.message = "output \"\(output.name)\" has shape \(output.shape), \(wanted.shape) is recorded"
          continue
        }
        comparison.greatest = max(comparison.greatest ?? 0, greatest)
        guard !isWithin else { continue }
        comparison.agrees = false
        comparison.message = "output \"\(output.name)\" differs by \(greatest)"
      }
    } catch {
      comparison.message = "\(error)"
    }
    return comparison
  }

  /// The extents of one image, where the graph takes one float tensor of four axes.
  private static func imageShape(of graph: NetworkGraph, size: Int) -> [Int]? {
    guard let input = graph.inputs.first, graph.inputs.count == 1, let shape = input.shape, shape.count == 4,
      ["float32", "float16", "float64", "bfloat16"].contains(input.type)
    else { return nil }
    // Channels last where the last extent alone is that of an image.
    let isLast =
      shape[3].map { [1, 3, 4].contains($0) } ?? false && !(shape[1].map { [1, 3, 4].contains($0) } ?? false)
    let channel = isLast ? 3 : 1
    return shape.enumerated().map { axis, extent in extent ?? (axis == 0 ? 1 : axis == channel ? 3 : size) }
  }
}
