import Base
import Images
import Tensors

/// The gradient summaries of a set of images.
struct GradientTable: Sendable {
  private var records: ScratchRecords
  /// Whether the layer has spatial extents, so that attention is known.
  private(set) var hasAttention = true

  init(count: Int) { records = ScratchRecords(count: count) }

  /// Sets an image's summary, once.
  mutating func set(_ index: Int, to summary: GradientSummary) throws {
    let mask = summary.attention ?? Mask(width: 0, height: 0)
    let runs = mask.runs
    if summary.attention == nil { hasAttention = false }
    let extents = [mask.width, mask.height, runs.count].map { UInt32(truncatingIfNeeded: $0) }
    let words = extents + runs.map { UInt32(truncatingIfNeeded: $0) } + summary.pooledGradient.map(\.bitPattern)
    try records.set(index, to: words)
  }

  /// The attended pixels of an image; nil where the layer has no spatial extents.
  func attention(ofImage index: Int) throws -> Mask? {
    let words = try records[index]
    guard words.count >= Self.headerWords, words[0] > 0 else { return nil }
    let runs = words.dropFirst(Self.headerWords).prefix(Int(words[2])).map(Int.init)
    return Mask(width: Int(words[0]), height: Int(words[1]), runs: runs)
  }

  /// All pooled gradients, an image a row: [n, d].
  func pooledGradients() throws -> Tensor {
    Tensor.stack(
      try (0..<records.count).map { index in
        let words = try records[index]
        let gradient = words.dropFirst(Self.headerWords + Int(words[2])).map(Float.init(bitPattern:))
        return Tensor(shape: [gradient.count], elements: gradient)
      })
  }

  /// Words before the mask's runs: its extents and the number of runs.
  private static let headerWords = 3
}
