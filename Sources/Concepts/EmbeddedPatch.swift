import Images

/// A patch of an image with its embedding.
package struct EmbeddedPatch: Sendable {
  /// Its bounding box in pixels of the network's input.
  package var box: Box
  /// Its pixels in the frame of the network's input.
  package var mask: Mask
  /// The layer's activations of the patch averaged over space: D values.
  package var embedding: [Float]

  package init(box: Box, mask: Mask, embedding: [Float]) {
    (self.box, self.mask, self.embedding) = (box, mask, embedding)
  }
}
