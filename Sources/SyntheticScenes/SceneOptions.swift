import Drawing

/// What a caller forces on a scene; everything else is drawn from the seed.
///
/// Options do not shift the random stream: the same seed with a part omitted is the same picture except for that part.
package struct SceneOptions: Sendable, Equatable {
  /// Where a vehicle's front points; nil leaves it to the seed. An arrangement has no front.
  package var facing: Facing?
  package var omitted: Set<PartName>
  /// Parts that are drawn away from their place, before all others: of a vehicle by offsets in its lengths, `x` towards
  /// its front and `y` up; of an arrangement in widths of the picture, `x` to the right and `y` up.
  package var displaced: [PartName: Offset]
  /// Parts that another part replaces, such as a cross in place of the ladder. The new part is listed under
  /// its own name.
  package var substituted: [PartName: PartName]
  /// Parts that look like those of another scene, by their place: style, colours and size are the donor's.
  package var donors: [PartName: Donor]
  /// The colour of a vehicle's body in red, green and blue in [0, 1]; nil leaves it to the seed.
  package var bodyColor: Color?
  /// Whether trees, cones, houses and boxes stand around.
  package var clutter: Bool
  /// Whether a balloon hangs in a vehicle's backdrop.
  package var landmark: Bool

  /// The scene that a part's look is taken from.
  package struct Donor: Sendable, Equatable, Codable {
    package var subject: SceneSubject
    package var seed: UInt64
  }

  /// An offset of a part: in lengths of the vehicle, or in widths of the picture.
  package struct Offset: Sendable, Equatable, Codable {
    /// Towards the vehicle's front, or to the right.
    package var x: Double
    /// Upwards.
    package var y: Double
  }

  package init(
    facing: Facing? = nil, omitted: Set<PartName> = [], displaced: [PartName: Offset] = [:],
    substituted: [PartName: PartName] = [:], donors: [PartName: Donor] = [:], bodyColor: Color? = nil,
    clutter: Bool = true, landmark: Bool = false
  ) {
    self.facing = facing
    self.omitted = omitted
    self.displaced = displaced
    self.substituted = substituted
    self.donors = donors
    self.bodyColor = bodyColor
    self.clutter = clutter
    self.landmark = landmark
  }
}
