import Images

/// A superpixel of an image, cut out and embedded.
package struct EmbeddedPatch: Sendable {
  /// Its bounding box in pixels of the network's input.
  package var box: Box
  /// Its pixels in the frame of the network's input.
  package var mask: Mask
  /// The layer's activations of the patch averaged over space: D values.
  package var embedding: [Float]

  package init(box: Box, mask: Mask, embedding: [Float]) {
    self.box = box
    self.mask = mask
    self.embedding = embedding
  }
}
