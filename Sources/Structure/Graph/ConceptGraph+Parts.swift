import Concepts
import Images

extension ConceptGraph.Node {
  /// A patch that gives pixels to a node.
  package struct Part: Sendable, Equatable {
    /// The whole patch.
    package var mask: Mask
    /// How many pixels it gives.
    package var pixels: Int

    package init(mask: Mask, pixels: Int) { (self.mask, self.pixels) = (mask, pixels) }
  }

  /// What is embedded for this node: its parts, or its patch. Empty where it is not detected.
  package var regions: [PatchRegion] {
    (parts.isEmpty ? [mask].compactMap { $0 } : parts.map(\.mask)).compactMap { mask in
      mask.boundingBox.map { PatchRegion(mask: mask, box: $0) }
    }
  }

  /// The node's embedding, of those of its `regions`: their mean, weighted by the pixels that they give.
  package func embedding(of regions: some Collection<EmbeddedPatch>) -> [Float] {
    guard let first = regions.first else { return embedding }
    guard !parts.isEmpty else { return first.embedding }
    var sum = [Double](repeating: 0, count: first.embedding.count)
    for (part, patch) in zip(parts, regions) {
      for (index, value) in patch.embedding.prefix(sum.count).enumerated() {
        sum[index] += Double(value) * Double(part.pixels)
      }
    }
    let whole = Double(parts.reduce(0) { $0 + $1.pixels })
    return sum.map { Float($0 / whole) }
  }

  /// The node where its pixels are moved to; nil where none of them is left in the picture.
  func shifted(x right: Int, y down: Int) -> ConceptGraph.Node? {
    guard let mask = mask?.shifted(x: right, y: down), let box = mask.boundingBox else { return nil }
    var node = self
    (node.mask, node.box) = (mask, box)
    node.center = mask.middle
    node.parts = parts.compactMap { part in
      let moved = part.mask.shifted(x: right, y: down)
      return moved.area > 0 ? Part(mask: moved, pixels: part.pixels) : nil
    }
    return node
  }
}

extension Mask {
  /// The mean position of the pixels in [0, 1]²; where there are none, that of a dummy.
  var middle: (x: Float, y: Float) {
    centroid.map { (Float($0.x), Float($0.y)) } ?? ConceptGraph.dummyCenter
  }
}
