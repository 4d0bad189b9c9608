import Tensors
import Testing

@testable import Concepts

@Suite struct ConceptMeasuresTests {
  @Test func hardlyAnyRandomImageCountsAsShowingAConcept() throws {
    let own: [Float] = [1, 2, 3, 4, .infinity]
    let random = (0..<40).map { 2.5 + Float($0) }
    let detection = try #require(ConceptDetection(own, random: random, largest: 10))
    // 2 of 40 lie below it.
    #expect(detection.threshold == Float(4.5).nextDown)
    #expect(detection.falseAlarmRate == 0.05 && detection.rate == 0.8)
    #expect(detection.images == 5 && detection.randomImages == 40)
    let strict = try #require(ConceptDetection(own, random: random, largest: 2))
    #expect(strict.threshold == 2 && strict.falseAlarmRate == 0 && strict.rate == 0.4)
    // Random images without patches are never false alarms.
    let empty = try #require(
      ConceptDetection(own, random: [Float](repeating: .infinity, count: 20), largest: 3.5))
    #expect(empty.threshold == 3.5 && empty.falseAlarmRate == 0)
    #expect(ConceptDetection(own, random: [1, 2, 3], largest: 10) == nil, "too few")
    #expect(ConceptDetection([], random: random, largest: 10) == nil)
  }

  @Test func whatAnotherClusterTakesIsNoFalseAlarm() throws {
    let centers = Tensor(shape: [2, 1], elements: [0, 3])
    // Of two images; the second has nothing of the first cluster, though its patch at 1.6 is near.
    let patches = try EmbeddingTable(Tensor(shape: [4, 1], elements: [1, -0.5, 1.6, 5]))
    let nearest = try DiscoveryStages.nearest(to: centers, of: patches, images: [0, 0, 1, 1], count: 3)
    #expect(nearest.map { $0.map(\.isFinite) } == [[true, false, false], [false, true, false]])
    #expect(nearest[0][0] == 0.5)
    #expect(abs(nearest[1][1] - Float(1.4)) < Float(1e-6))
  }

  @Test func presenceIsTheLogOddsOfTwoNormalDistributions() throws {
    func samples(_ distances: [Float], seenWithin limit: Float = 1) -> [PresenceOdds.Sample] {
      distances.map { PresenceOdds.Sample(distance: $0, isSeen: $0 <= limit) }
    }
    let own = samples([1, 2, 3, 2], seenWithin: 5.5)
    let rivals = samples([5, 6, 7, 6, .infinity], seenWithin: 5.5)
    let odds = try #require(PresenceOdds(own, rivals: rivals))
    #expect(odds.mean == 2 && odds.meanOfRivals == 6 && odds.rate == 1 && odds.rateOfRivals == 0.2)
    // log N(d; 2, s) − log N(d; 6, s), s² = 2/3.
    #expect(abs(try #require(odds.logOdds(at: 2)) - 16 / (4.0 / 3)) < 1e-9)
    #expect(abs(try #require(odds.logOdds(at: 4))) < 1e-9)
    #expect(try #require(odds.logOdds(at: 5)) < 0)
    #expect(odds.logOdds(at: .infinity) == nil)
    #expect(PresenceOdds(samples([1, 1, 1, 1]), rivals: samples([1, 1, 1, 1]))?.logOdds(at: 1) == nil, "no width")
    #expect(PresenceOdds(samples([1, 2, 3]), rivals: rivals) == nil, "too few")
  }

  private func samples(_ changes: [Double], random: Double, ofObject: Double = 0.2) -> [ConceptEffect.Sample] {
    changes.map { .init(change: $0, random: random, area: 0.1, ofObject: ofObject) }
  }

  @Test func anEffectIsComparedWithRandomRegions() throws {
    let changes = (0..<20).map { 1 + 0.01 * Double($0) }
    let better = try #require(ConceptEffect(samples(changes, random: 0.5), looked: 30))
    #expect(abs(better.effect - 1.095) < 1e-12 && better.random == 0.5 && better.images == 20 && better.looked == 30)
    #expect(better.low < better.effect && better.effect < better.high && better.beatsRandom)
    #expect(abs(better.effectPerArea - 10.95) < 1e-9 && !better.isMostOfObject)
    let same = try #require(ConceptEffect(samples(changes, random: 1.095), looked: 30))
    #expect(!same.beatsRandom && same.p > 0.05)
    let worse = try #require(ConceptEffect(samples(changes, random: 2), looked: 30))
    #expect(!worse.beatsRandom && worse.p < 0.05, "significantly worse is not better")
    #expect(try #require(ConceptEffect(samples([1], random: 0, ofObject: 0.6), looked: 1)).isMostOfObject)
    #expect(ConceptEffect([], looked: 3) == nil)
  }
}
