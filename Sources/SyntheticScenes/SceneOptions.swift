/// What a caller forces on a scene; everything else is drawn from the seed.
///
/// Options do not shift the random stream: the same seed with a part omitted is the same picture but for that part.
public struct SceneOptions: Sendable, Equatable {
  /// Where the vehicle's front points; nil leaves it to the seed.
  public var facing: Facing?
  /// Parts that are not drawn.
  public var omitted: Set<PartName>
  /// Parts that are drawn away from their place, by offsets in lengths of the vehicle: `x` towards its front, `y` up.
  public var displaced: [PartName: Offset]
  /// Parts in whose place another part is drawn, such as a cross where the ladder belongs. The new part is listed under
  /// its own name.
  public var substituted: [PartName: PartName]
  /// The colour of the body in red, green and blue in [0, 1]; nil leaves it to the seed.
  public var bodyColor: Color?
  /// Whether trees, cones, houses and boxes stand around.
  public var clutter: Bool

  /// An offset in lengths of the vehicle.
  public struct Offset: Sendable, Equatable {
    /// Towards the vehicle's front.
    public var x: Double
    /// Upwards.
    public var y: Double

    /// An offset of `x` towards the front and `y` up.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Options that force what is given.
  public init(
    facing: Facing? = nil, omitted: Set<PartName> = [], displaced: [PartName: Offset] = [:],
    substituted: [PartName: PartName] = [:], bodyColor: Color? = nil, clutter: Bool = true
  ) {
    self.facing = facing
    self.omitted = omitted
    self.displaced = displaced
    self.substituted = substituted
    self.bodyColor = bodyColor
    self.clutter = clutter
  }
}
