/// What one step of a network costs.
package struct LayerTiming: Sendable, Encodable {
  /// The graph's name of what it makes; empty where a layout is all that changes.
  package var layer: String
  /// What it is: "convolution", "linear", "pooling", "reorder", …
  package var kind: String
  /// oneDNN's implementation.
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
