import Base
import Fields
import Images
import Synchronization
import Testing

@testable import Structure

@Suite struct EvidenceMeasurementTests {
  private static let side = 20

  /// White squares on black; hidden by a blur or by grey, their middles darken.
  private static let input: RGBImage = {
    var image = RGBImage(width: side, height: side, filledWith: (0, 0, 0))
    for square in [square(2, 2), square(12, 2), square(2, 12)] {
      square.forEachPixel { x, y in for channel in 0..<3 { image.samples[(y * side + x) * 3 + channel] = 255 } }
    }
    return image
  }()

  private static func square(_ left: Int, _ top: Int) -> Mask {
    var mask = Mask(width: side, height: side)
    for y in top..<top + 5 { for x in left..<left + 5 { mask[x, y] = true } }
    return mask
  }

  /// Whether the middle of the square at this place is white.
  private static func isShown(_ picture: RGBImage, _ left: Int, _ top: Int) -> Bool {
    picture.samples[((top + 2) * side + left + 2) * 3] == 255
  }

  /// 3 for the first square, 2 more with the second if the first is there, −1 for the third; against a constant.
  private static func logits(_ picture: RGBImage) -> [Float] {
    let (first, second, third) = (isShown(picture, 2, 2), isShown(picture, 12, 2), isShown(picture, 2, 12))
    return [(first ? 3 : 0) + (first && second ? 2 : 0) - (third ? 1 : 0), 1, 0]
  }

  /// Pictures that the classifier was asked about.
  private final class Asked: Sendable { let count = Mutex(0) }
  private let asked = Asked()

  private func measurement() -> EvidenceMeasurement {
    let image = ExplainedImage(
      identity: "image", input: Self.input, graphs: [], logits: Self.logits(Self.input), attributions: [])
    return EvidenceMeasurement(of: image, level: 117, monitor: .silent) { pictures in
      self.asked.count.withLock { $0 += pictures.count }
      return pictures.map(Self.logits)
    }
  }

  private func subject(
    _ regions: [Mask?], isCompared: Bool = false
  ) -> EvidenceMeasurement.Subject {
    let cells = (0..<16).map { cell in
      var mask = Mask(width: Self.side, height: Self.side)
      for y in 0..<5 { for x in 0..<5 { mask[cell % 4 * 5 + x, cell / 4 * 5 + y] = true } }
      return mask
    }
    return .init(
      position: 0, against: [1, 2], regions: regions, superpixels: cells, attention: nil, isCompared: isCompared)
  }

  @Test func effectsAreShapleyValuesOfTheMarginAndAddUp() throws {
    let evidence = try measurement().evidence(
      of: subject([Self.square(2, 2), nil, Self.square(12, 2), Self.square(2, 12)]))
    // The two that work together share what they add together.
    let rounded = evidence.parts.map { $0.map { ($0.effect * 1e9).rounded() / 1e9 } }
    #expect(rounded == [4, nil, 1, -1] && abs(evidence.everythingElse) < 1e-9)
    #expect(evidence.full == 3.5 && evidence.empty == -0.5)
    let sum = evidence.parts.compactMap { $0?.effect }.reduce(evidence.everythingElse, +)
    #expect(abs(sum - (evidence.full - evidence.empty)) < 1e-9)
    #expect(abs(try #require(evidence.share) - 1) < 1e-9)
    #expect(evidence.parts.allSatisfy { $0.map { $0.low <= $0.effect && $0.effect <= $0.high } ?? true })
    // All combinations of four players but the whole picture.
    #expect(evidence.passes == 15 && asked.count.withLock { $0 } == 15)
    #expect(evidence.random == nil)
  }

  @Test func partsThatMatterBeatRandomRegions() throws {
    let evidence = try measurement().evidence(of: subject([Self.square(2, 2), Self.square(12, 2)], isCompared: true))
    let random = try #require(evidence.random)
    #expect(random.low <= random.share && random.share <= random.high && (0...1).contains(random.p))
    #expect(try #require(evidence.share) > random.share)
    #expect(try #require(evidence.parts[0]?.p) <= 1)
    #expect(
      try measurement().evidence(of: subject([Self.square(2, 2), Self.square(12, 2)], isCompared: true)) == evidence)
  }

  /// Only the order of two squares counts, not whether they are there: the left one grey, the right one white.
  @Test func whatMattersToOneAnotherIsFound() throws {
    let (left, right) = (Self.square(2, 7), Self.square(12, 7))
    var input = RGBImage(width: Self.side, height: Self.side, filledWith: (40, 40, 40))
    for (square, level) in [(left, UInt8(120)), (right, 250)] {
      square.forEachPixel { x, y in for channel in 0..<3 { input.samples[(y * Self.side + x) * 3 + channel] = level } }
    }
    // The floor has a pattern, of which a place counts a little.
    for x in 0..<Self.side { input.samples[(2 * Self.side + x) * 3] = UInt8(40 + x) }
    func level(_ picture: RGBImage, _ x: Int, _ y: Int = 9) -> Float { Float(picture.samples[(y * Self.side + x) * 3]) }
    let logits = { (picture: RGBImage) -> [Float] in
      let ordered = level(picture, 4) > 80 && level(picture, 14) > level(picture, 4)
      return [(ordered ? 5 : 0) + 0.01 * level(picture, 2, 2), 0]
    }
    let image = ExplainedImage(identity: "image", input: input, graphs: [], logits: logits(input), attributions: [])
    let measurement = EvidenceMeasurement(of: image, level: 117, monitor: .silent) { $0.map(logits) }
    // Random regions are of the floor.
    var floor = Mask(width: Self.side, height: Self.side)
    for y in 0..<6 { for x in 0..<Self.side { floor[x, y] = true } }
    let cells = (0..<4).map { cell in
      var mask = Mask(width: Self.side, height: Self.side)
      for y in 0..<6 { for x in 0..<5 { mask[cell * 5 + x, y] = true } }
      return mask
    }
    let evidence = try measurement.evidence(
      of: .init(
        position: 0, against: [1], regions: [left, nil, right], superpixels: cells, attention: floor, isCompared: true))
    let relation = try #require(evidence.relations.first)
    #expect(evidence.relations.count == 1 && relation.first == 0 && relation.second == 2)
    let swapped = try #require(relation.swapped)
    #expect(abs(swapped.value - 5) < 1e-3 && abs(swapped.random) < 1 && relation.isBeyondRandom)
    #expect(abs(try #require(evidence.parts[2]?.moved).value - 5) < 1e-3)
  }

  @Test func relationsAreMeasuredBesideRandomRegions() throws {
    let squares = [Self.square(2, 2), nil, Self.square(12, 2), Self.square(2, 12)]
    let evidence = try measurement().evidence(of: subject(squares, isCompared: true))
    #expect(evidence.relations.map { [$0.first, $0.second] } == [[0, 2], [0, 3], [2, 3]])
    // The first two add 2 together, whoever else is there.
    let values = evidence.relations.compactMap { $0.interaction.map { ($0.value * 1e9).rounded() / 1e9 } }
    #expect(values == [2, 0, 0])
    #expect(evidence.relations.allSatisfy { (0...1).contains($0.swapped?.p ?? 0) })
    #expect(try measurement().evidence(of: subject(squares)).relations.isEmpty)
  }

  @Test func conceptsAreTakenAwayByTheirEffects() throws {
    let evidence = try measurement().evidence(
      of: subject([Self.square(2, 12), nil, Self.square(12, 2), Self.square(2, 2)], isCompared: true))
    #expect(evidence.removals.map(\.part) == [3, 2, 0])
    // The second square is worth nothing without the first; the third speaks against the class.
    #expect(evidence.removals.map(\.margin) == [-1.5, -1.5, -0.5])
    #expect(evidence.removals.map(\.choice) == [1, 1, 1])
    for removal in evidence.removals {
      let random = try #require(removal.random)
      #expect(random.low <= random.mean && random.mean <= random.high && random.mean > removal.margin)
    }
    for part in evidence.parts.compactMap(\.self) {
      let random = try #require(part.random)
      #expect(random.low <= random.mean && random.mean <= random.high && random.mean < 4)
    }
    #expect(try measurement().evidence(of: subject([Self.square(2, 2)])).removals.isEmpty)
  }

  @Test func whatIsNotSeenIsWorthNothing() throws {
    let evidence = try measurement().evidence(of: subject([nil, nil], isCompared: true))
    #expect(evidence.parts == [nil, nil] && evidence.random == nil && evidence.share == 0)
    #expect(abs(evidence.everythingElse - (evidence.full - evidence.empty)) < 1e-9)
    #expect(evidence.passes == 2)
  }

  @Test func manyPartsAreMeasuredByDrawnOrders() throws {
    // Seven squares of which one matters, and the rest.
    let regions =
      [Self.square(2, 2)]
      + (0..<8).map { number -> Mask in
        var mask = Mask(width: Self.side, height: Self.side)
        mask[number + 10, 18] = true
        return mask
      }
    let evidence = try measurement().evidence(of: subject(regions))
    let compared = try measurement().evidence(of: subject(regions, isCompared: true))
    // Not all combinations were asked about; those of the concepts are.
    #expect(compared.removals.count == 4 && compared.removals[0].part == 0 && compared.removals[0].margin == -1.5)
    #expect(compared.removals.allSatisfy { $0.random == nil })
    // Nor are all pairs exchanged; which of them interact is not known.
    #expect(compared.relations.count == 21 && compared.relations.allSatisfy { $0.interaction == nil })
    let parts = evidence.parts.compactMap { $0 }
    let sum = parts.map(\.effect).reduce(evidence.everythingElse, +)
    #expect(abs(sum - (evidence.full - evidence.empty)) < 1e-9)
    #expect(parts[0].effect > 3 && parts[0].low <= parts[0].effect && parts[0].effect <= parts[0].high)
    #expect(parts.dropFirst().allSatisfy { $0.effect == 0 && $0.low == 0 && $0.high == 0 })
    #expect(evidence.passes < 300)
  }

  @Test func moreRegionsThanAGameHasAreNoFault() throws {
    let pixels = (0..<300).map { number -> Mask in
      var mask = Mask(width: Self.side, height: Self.side)
      mask[number] = true
      return mask
    }
    let evidence = try measurement().evidence(of: subject(pixels))
    #expect(evidence.parts.count == 300 && evidence.parts[249] != nil && evidence.parts[250] == nil)
    let sum = evidence.parts.compactMap { $0?.effect }.reduce(evidence.everythingElse, +)
    #expect(abs(sum - (evidence.full - evidence.empty)) < 1e-6)
  }

  @Test func whatIsMeasuredIsKeptWhole() throws {
    let evidence = try measurement().evidence(
      of: subject([Self.square(2, 2), nil, Self.square(12, 2)], isCompared: true))
    #expect(try MeasuredEvidence(archived: evidence.archived()) == evidence)
    let bytes = try evidence.archived()
    #expect(throws: ArchiveError.self) { try MeasuredEvidence(archived: Array(bytes.dropLast())) }
  }

  @Test func aCancelledMeasurementEnds() throws {
    let image = ExplainedImage(
      identity: "image", input: Self.input, graphs: [], logits: Self.logits(Self.input), attributions: [])
    let cancelled = WorkMonitor(isCancelled: { true }) { _ in }
    let measurement = EvidenceMeasurement(of: image, level: 117, monitor: cancelled) { $0.map(Self.logits) }
    #expect(throws: CancellationError.self) { try measurement.evidence(of: subject([Self.square(2, 2)])) }
  }
}
