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
  }
}
