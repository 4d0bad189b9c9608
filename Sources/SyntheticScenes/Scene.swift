import Images

/// A rendered picture of one subject, with the truth about what is where.
package struct Scene: Sendable {
  /// The picture, square.
  package var image: RGBImage
  package var subject: SceneSubject
  package var seed: UInt64
  /// Where a vehicle's front points; nil for an arrangement.
  package var facing: Facing?
  /// The smallest rectangle around the subject's visible pixels.
  package var box: Box
  /// The subject's parts that were drawn and of which at least a pixel is visible, back to front.
  package var parts: [Part]
  /// The landmark in the backdrop, where requested and visible.
  package var landmark: Part?

  /// The part of this name; nil where it was omitted or is fully hidden.
  package func part(_ name: PartName) -> Part? { parts.first { $0.name == name } }
}

/// One part of the vehicle of a scene: its visible pixels and what follows from them.
package struct Part: Sendable {
  /// Its everyday name.
  package var name: PartName
  /// Its visible pixels: at least half covered by it, and not hidden by anything nearer.
  package var mask: Mask
  /// Mean position of the mask in [0, 1]².
  package var center: (x: Double, y: Double)
  /// The smallest rectangle around the mask, in pixels.
  package var box: Box
  /// Visible pixels over all the pixels that the part covers inside the picture, in (0, 1].
  package var visibleFraction: Double
}
