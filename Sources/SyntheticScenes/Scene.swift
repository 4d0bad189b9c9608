import Images

/// A rendered picture of one subject, with the truth about what is where.
public struct Scene: Sendable {
  /// The picture, square.
  public var image: RGBImage
  /// What it shows, which is its class.
  public var subject: SceneSubject
  /// The seed that the scene was drawn from.
  public var seed: UInt64
  /// Where a vehicle's front points; nil of an arrangement.
  public var facing: Facing?
  /// The smallest rectangle around the subject's visible pixels.
  public var box: Box
  /// The subject's parts that were drawn and of which at least a pixel is visible, back to front.
  public var parts: [Part]
  /// What stands in the backdrop to mark it, where that was asked for and is visible.
  public var landmark: Part?

  /// The part of this name; nil where it was omitted or is wholly hidden.
  public func part(_ name: PartName) -> Part? { parts.first { $0.name == name } }
}

/// One part of the vehicle of a scene: its visible pixels and what follows from them.
public struct Part: Sendable {
  /// What a person would call it.
  public var name: PartName
  /// The pixels in which this part is what one sees: covered at least half by it, and not by anything nearer.
  public var mask: Mask
  /// Mean position of the mask in [0, 1]².
  public var center: (x: Double, y: Double)
  /// The smallest rectangle around the mask, in pixels.
  public var box: Box
  /// Visible pixels over all the pixels that the part covers inside the picture, in (0, 1].
  public var visibleFraction: Double
}
