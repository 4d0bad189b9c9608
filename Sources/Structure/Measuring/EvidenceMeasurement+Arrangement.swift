import Base
import Concepts
import Images
import Tensors

/// Whether it matters where parts are, and to one another (METHOD section 4b): a part is moved, two change places, and
/// the same is done to random regions on the object.
extension EvidenceMeasurement {
  /// Random regions that are moved, and pairs of them that change places.
  private static let triedMoves = 8
  /// Below this probability, over all that was tried in an image, chance is not the reason.
  private static let significance = 0.05

  /// Adds to each measured part what moving it takes, and to each pair of them what exchanging their places takes and
  /// what they add together.
  ///
  /// - Parameters:
  ///   - places: the nodes that are measured.
  ///   - interactions: by pair, in lexical order, by the two fills; none where orders were drawn.
  ///   - random: interactions of random regions.
  func compareArrangement(
    of places: [Int], in evidence: inout MeasuredEvidence, interactions: (blur: [Double], grey: [Double]),
    random: [Double], asked: Asked
  ) throws {
    // Of many concepts there would be too many pairs.
    let places = places.prefix(Self.mostExact - 1)
    let regions = places.compactMap { evidence.parts[$0]?.region }
    guard regions.count == places.count, !regions.isEmpty, !asked.subject.superpixels.isEmpty else { return }
    let moves = try effects(
      of: regions.map { region in { moved(region) } },
      beside: drawn(areas: regions.map { [$0.area] }, asked: asked).map { region in { moved(region[0]) } }, asked: asked
    )
    for (place, effect) in zip(places, moves) { evidence.parts[place]?.moved = effect }

    let pairs = regions.indices.flatMap { first in (first + 1..<regions.count).map { (first, $0) } }
    let swaps = try effects(
      of: pairs.map { first, second in { swapped(regions[first], regions[second]) } },
      beside: drawn(areas: pairs.map { [regions[$0].area, regions[$1].area] }, asked: asked).map { pair in
        { swapped(pair[0], pair[1]) }
      }, asked: asked)
    // Each pair is tried in two ways.
    let level = Self.significance / Double(max(1, 2 * pairs.count))
    evidence.relations = pairs.enumerated().map { number, pair in
      var relation = MeasuredRelation(
        first: places[pair.0], second: places[pair.1], swapped: swaps[number], isBeyondRandom: false)
      if let swap = swaps[number] { relation.isBeyondRandom = swap.p < level && swap.value > swap.random }
      if interactions.blur.indices.contains(number), interactions.grey.indices.contains(number) {
        let (value, other) = (interactions.blur[number], interactions.grey[number])
        if let interaction = Self.effect(value, beside: random) {
          relation.interaction = interaction
          if interaction.p < level, value * other > 0 { relation.isBeyondRandom = true }
        }
      }
      return relation
    }
  }

  /// What each change takes from the margin, beside what each of `controls` takes; nil where it changes nothing or there
  /// are too few controls to tell.
  private func effects(
    of changes: [() -> RGBImage?], beside controls: [() -> RGBImage?], asked: Asked
  ) throws -> [MeasuredRelation.Effect?] {
    let pictures = (changes + controls).map { $0() }
    let known = pictures.compactMap { picture in picture.map { picture in { picture } } }
    let margins = try answers(to: known, asked: asked).map(asked.subject.margin)
    let full = asked.subject.margin(of: image.logits)
    var taken: [Double?] = []
    var next = 0
    for picture in pictures {
      taken.append(picture == nil ? nil : full - margins[next])
      next += picture == nil ? 0 : 1
    }
    let random = taken.dropFirst(changes.count).compactMap { $0 }
    return taken.prefix(changes.count).map { $0.flatMap { Self.effect($0, beside: random) } }
  }

  private static func effect(_ value: Double, beside random: [Double]) -> MeasuredRelation.Effect? {
    band(of: random, around: value).map { .init(value: value, random: $0.share, p: $0.p) }
  }

  /// Random regions of these areas, by turns, until enough are tried; those that found no place are left out.
  private func drawn(areas: [[Int]], asked: Asked) -> [[Mask]] {
    guard !areas.isEmpty else { return [] }
    let subject = asked.subject
    var random = SeededRandom(
      seed: 0, purpose: "regions that move in \(image.identity) \(subject.position) \(areas[0].count)")
    return (0..<Self.triedMoves).compactMap { number in
      let wanted = areas[number % areas.count]
      let found = OnObjectRegions.draw(
        areas: wanted, among: subject.superpixels, within: subject.attention, random: &random
      ).compactMap { $0?.mask }
      return found.count == wanted.count ? found : nil
    }
  }

  /// The picture with a region at another place, chosen by chance; nil where it is too large to move.
  private func moved(_ region: Mask) -> RGBImage? {
    var random = SeededRandom(seed: 0, purpose: "a new place in \(image.identity) for \(region.runs)")
    guard let target = ControlPatches.masks(like: region, count: 1, random: &random).first?.centroid else { return nil }
    return PatchEdit.move(to: target).apply(to: image.input, patch: region).picture
  }

  private func swapped(_ first: Mask, _ second: Mask) -> RGBImage? {
    PatchEdit.swapping(first, second, in: image.input)
  }
}
