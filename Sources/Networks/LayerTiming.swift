/// The cost of one step of a network.
package struct LayerTiming: Sendable, Encodable {
  /// The graph's name of its result; empty where only a layout changes.
  package var layer: String
  /// Such as "convolution", "linear", "pooling", "reorder", …
  package var kind: String
  package var implementation: String
  /// Layout and element type that it reads.
  package var source: String
  /// Layout and element type that it writes.
  package var result: String
  /// Whether it only changes a layout.
  package var isReorder: Bool
  /// Seconds for the images that are computed at once.
  package var seconds: Double
  /// Billions of multiplications and additions a second.
  package var gigaflops: Double
}
