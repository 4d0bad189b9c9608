import Foundation
import Tensors
import Testing

/// Reference values made by `Tests/Fixtures/tensors/make.py`.
private struct Golden: Decodable {
  struct Ranks: Decodable {
    var values: [Double]
    var p: Double
  }
  var signs: [[Double]]
  var ranks: [Ranks]
  var shares: [[Double]]

  static func load() throws -> Golden {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/tensors/paired.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }
}

private func isClose(_ value: Double?, _ expected: Double) -> Bool {
  guard let value else { return false }
  return abs(value - expected) <= 1e-9 * abs(expected) + 1e-14
}

@Suite struct PairedTestTests {
  @Test func signTestsAgreeWithSciPy() throws {
    let signs = try Golden.load().signs
    #expect(signs.count == 7)
    for row in signs {
      #expect(isClose(Statistics.signTest(positive: Int(row[0]), negative: Int(row[1])), row[2]), "\(row)")
    }
    let differences = [Double](repeating: 1, count: 17) + [0, 0, 0] + [-2, -0.5]
    #expect(Statistics.signTest(differences) == Statistics.signTest(positive: 17, negative: 2))
    #expect(Statistics.signTest([]) == 1 && Statistics.signTest([0]) == 1 && Statistics.signTest([.nan]) == nil)
    // Nine questions answered unlike, all for the same side: twice a half to the ninth.
    #expect(abs(Statistics.signTest(positive: 9, negative: 0) - 2.0 / 512) < 1e-15)
  }

  @Test func signedRankTestsAgreeWithSciPy() throws {
    let ranks = try Golden.load().ranks
    #expect(ranks.count == 7)
    for row in ranks { #expect(isClose(Statistics.signedRankTest(row.values), row.p), "\(row.p)") }
    #expect(Statistics.signedRankTest([]) == 1 && Statistics.signedRankTest([0, 0]) == 1)
    #expect(Statistics.signedRankTest([1, .infinity]) == nil)
    // Of the eight patterns of three signs, one is as far out as all positive, on either side.
    #expect(Statistics.signedRankTest([1, 2, 3]) == 0.25)
  }

  @Test func sharesHaveWilsonsInterval() throws {
    for row in try Golden.load().shares {
      let interval = Statistics.shareInterval(successes: Int(row[0]), of: Int(row[1]), confidence: row[2])
      #expect(isClose(interval?.lowerBound, row[3]) && isClose(interval?.upperBound, row[4]), "\(row)")
    }
    #expect(Statistics.shareInterval(successes: 0, of: 0) == nil)
    #expect(Statistics.shareInterval(successes: 3, of: 2) == nil)
    let half = Statistics.shareInterval(successes: 5, of: 10)
    #expect(half != nil && half == Statistics.shareInterval(0.5, effectiveCount: 10))
    #expect(
      Statistics.shareInterval(1.5, effectiveCount: 10) == nil
        && Statistics.shareInterval(.nan, effectiveCount: 10) == nil)
  }

  @Test func drawsInClustersAreWorthFewer() {
    func worth(_ clusters: [(Int, Int)]) -> Double {
      Statistics.effectiveSampleSize(clusters.map { (successes: $0.0, draws: $0.1) })
    }
    // p = 5/8, residuals 3/4, 3/4, −1/4, −5/4: 4/3 · 2.75 / 64 between clusters, 15/64 / 8 were they independent.
    #expect(abs(worth([(2, 2), (2, 2), (1, 2), (0, 2)]) - 8 / (4.0 / 3 * 2.75 / 64 / (15.0 / 64 / 8))) < 1e-9)
    // More alike than chance: no more than there are draws.
    #expect(worth([(1, 2), (1, 2), (1, 2)]) == 6)
    // One draw each; nothing that varies; one cluster; none.
    #expect(worth([(1, 1), (0, 1), (1, 1), (0, 0)]) == 3)
    #expect(worth([(4, 4), (2, 2)]) == 2 && worth([(0, 4), (0, 2)]) == 2 && worth([(2, 4)]) == 1)
    #expect(worth([]) == 0 && worth([(0, 0)]) == 0)
  }

  /// Twenty images of six concepts each that mostly share their image's fate.
  @Test func intervalsOfClusteredSharesHoldTheTruth() throws {
    var random = SeededRandom(seed: 7, purpose: "clustered shares")
    var (held, heldNaively) = (0, 0)
    let trials = 400
    for _ in 0..<trials {
      let clusters = (0..<20).map { _ -> (successes: Int, draws: Int) in
        let share = random.uniform() < 0.7 ? 0.9 : 0.2
        return ((0..<6).count { _ in random.uniform() < share }, 6)
      }
      let successes = clusters.reduce(0) { $0 + $1.successes }
      let interval = try #require(
        Statistics.shareInterval(
          Double(successes) / 120, effectiveCount: Statistics.effectiveSampleSize(clusters)))
      let naive = try #require(Statistics.shareInterval(successes: successes, of: 120))
      let truth = 0.7 * 0.9 + 0.3 * 0.2
      if interval.contains(truth) { held += 1 }
      if naive.contains(truth) { heldNaively += 1 }
    }
    #expect(Double(held) / Double(trials) > 0.92)
    #expect(Double(heldNaively) / Double(trials) < 0.85)
  }
}
