import Images

/// A rendered picture of one subject, with the truth about what is where.
package struct Scene: Sendable {
  /// The picture, square.
  package var image: RGBImage
  /// What it shows, which is its class.
  package var subject: SceneSubject
  package var seed: UInt64
  /// Where a vehicle's front points; nil of an arrangement.
  package var facing: Facing?
  /// The smallest rectangle around the subject's visible pixels.
  package var box: Box
  /// The subject's parts that were drawn and of which at least a pixel is visible, back to front.
  package var parts: [Part]
  /// What stands in the backdrop to mark it, where that was asked for and is visible.
  package var landmark: Part?

  /// The part of this name; nil where it was omitted or is wholly hidden.
  package func part(_ name: PartName) -> Part? { parts.first { $0.name == name } }
}

/// One part of the vehicle of a scene: its visible pixels and what follows from them.
package struct Part: Sendable {
  /// What a person would call it.
  package var name: PartName
  /// The pixels in which this part is what one sees: covered at least half by it, and not by anything nearer.
  package var mask: Mask
  /// Mean position of the mask in [0, 1]².
  package var center: (x: Double, y: Double)
  /// The smallest rectangle around the mask, in pixels.
  package var box: Box
  /// Visible pixels over all the pixels that the part covers inside the picture, in (0, 1].
  package var visibleFraction: Double
}
