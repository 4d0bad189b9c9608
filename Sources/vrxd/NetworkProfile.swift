import ArgumentParser
import Base
import Foundation
import Images
import Networks

/// What each step of an image classifier costs: time, speed, implementation and layouts, for one core's share of a
/// batch.
struct NetworkProfile {
  private let rows: [LayerTiming]

  /// Most bytes of a model file.
  private static let maxModelBytes = 4 << 30
  /// The images of the batch.
  private static let images = 16
  /// Number of runs; the fastest counts.
  private static let repetitions = 5

  /// Measures the model in `file`, with inputs of `size` where it leaves that open.
  init(of file: URL, size: Int, precision: String) throws {
    guard let precision = Precision(rawValue: precision) else {
      throw ValidationError("--precision must be f32 or bf16")
    }
    let bytes = try SelfContainedModel.bytes(
      try RegularFile.bytes(path: file.path, maxBytes: Self.maxModelBytes), at: file.path)
    let classifier = try ONNXClassifier(
      bytes: bytes, preprocessing: try Preprocessing(width: size, height: size), precision: precision)
    let image = RGBImage(
      width: classifier.inputWidth, height: classifier.inputHeight, filledWith: (117, 117, 117))
    rows = try classifier.profile(
      images: [RGBImage](repeating: image, count: Self.images), repetitions: Self.repetitions)
  }

  /// A line for each step, and the sums.
  var text: String {
    let lines = rows.map { row in
      Self.line(
        milliseconds: row.seconds * 1e3, speed: row.gigaflops > 0 ? Self.number(row.gigaflops, width: 9) : "",
        kind: row.kind, layouts: row.source == row.result ? row.result : "\(row.source) > \(row.result)",
        implementation: row.implementation, layer: row.layer)
    }
    let total = rows.reduce(0) { $0 + $1.seconds }
    let reorders = rows.filter(\.isReorder)
    let share = total > 0 ? reorders.reduce(0) { $0 + $1.seconds } / total * 100 : 0
    return ([Self.header] + lines).joined(separator: "\n")
      + "\n\(Self.number(total * 1e3, width: 9)) ms in \(rows.count) steps; \(reorders.count) change a layout only, "
      + "\(Self.number(share, width: 0)) % of the time"
  }

  private static let header =
    "       ms   GFLOP/s  step                 layout                        implementation               layer"

  private static func line(
    milliseconds: Double, speed: String, kind: String, layouts: String, implementation: String, layer: String
  ) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return number(milliseconds, width: 9) + " "
      + padded(String(repeating: " ", count: max(0, 9 - speed.count)) + speed, 11)
      + padded(kind, 21) + padded(layouts, 30) + padded(implementation, 29) + layer
  }

  private static func number(_ value: Double, width: Int) -> String {
    let text = String(format: "%.3f", value)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
