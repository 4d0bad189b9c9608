import Images

/// A superpixel of an image, cut out and embedded.
public struct EmbeddedPatch: Sendable {
  /// Its bounding box in pixels of the network's input.
  public var box: Box
  /// Its pixels in the frame of the network's input.
  public var mask: Mask
  /// The layer's activations of the patch averaged over space: D values.
  public var embedding: [Float]

  /// A patch of these values.
  public init(box: Box, mask: Mask, embedding: [Float]) {
    self.box = box
    self.mask = mask
    self.embedding = embedding
  }
}
