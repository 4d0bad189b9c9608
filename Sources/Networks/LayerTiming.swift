/// What one step of a network costs.
public struct LayerTiming: Sendable, Encodable {
  /// The graph's name of what it makes; empty where a layout is all that changes.
  public var layer: String
  /// What it is: "convolution", "linear", "pooling", "reorder", …
  public var kind: String
  /// oneDNN's implementation.
  public var implementation: String
  /// Layout and element type that it reads.
  public var source: String
  /// Layout and element type that it writes.
  public var result: String
  /// Whether it only changes a layout.
  public var isReorder: Bool
  /// Seconds for the images that are computed at once.
  public var seconds: Double
  /// Billions of multiplications and additions a second.
  public var gigaflops: Double
}
