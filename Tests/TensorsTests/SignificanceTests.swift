import Foundation
import Tensors
import Testing

/// Reference values made by `Tests/Fixtures/tensors/make.py`.
private struct Golden: Decodable {
  struct Interval: Decodable {
    var values: [Double]
    var confidence: Double, low: Double, high: Double
  }
  var corrections: [[String: [Double]]]
  var quantiles: [[Double]]
  var intervals: [Interval]

  static func load() throws -> Golden {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/tensors/significance.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }
}

private func isClose(_ value: Double?, _ expected: Double) -> Bool {
  guard let value else { return false }
  return abs(value - expected) <= 1e-9 * abs(expected) + 1e-14
}

@Suite struct SignificanceTests {
  @Test(arguments: PValueCorrection.allCases) func correctionsAgreeWithStatsmodels(by correction: PValueCorrection)
    throws
  {
    let corrections = try Golden.load().corrections
    #expect(corrections.count == 5)
    for golden in corrections {
      let expected = try #require(golden[correction.rawValue])
      let corrected = Statistics.corrected(try #require(golden["p"]), by: correction)
      #expect(corrected.count == expected.count)
      for (value, wanted) in zip(corrected, expected) { #expect(isClose(value, wanted)) }
    }
  }

  @Test func undefinedTestsCountAndStayUndefined() {
    for correction in PValueCorrection.allCases {
      let corrected = Statistics.corrected([0.01, nil, 0.02], by: correction)
      let whole = Statistics.corrected([0.01, 1, 0.02], by: correction)
      #expect(corrected == [whole[0], nil, whole[2]])
      #expect(Statistics.corrected([], by: correction).isEmpty)
    }
  }

  @Test func quantilesAndIntervalsAgreeWithSciPy() throws {
    let golden = try Golden.load()
    for row in golden.quantiles {
      #expect(isClose(Statistics.twoSidedQuantile(confidence: row[0], degreesOfFreedom: row[1]), row[2]), "\(row)")
    }
    for interval in golden.intervals {
      let range = Statistics.meanInterval(interval.values, confidence: interval.confidence)
      #expect(isClose(range?.lowerBound, interval.low) && isClose(range?.upperBound, interval.high))
    }
  }

  @Test func whatIsUndefinedIsNil() {
    #expect(Statistics.twoSidedQuantile(confidence: 1, degreesOfFreedom: 3) == nil)
    #expect(Statistics.twoSidedQuantile(confidence: 0, degreesOfFreedom: 3) == nil)
    #expect(Statistics.twoSidedQuantile(confidence: 0.9, degreesOfFreedom: 0) == nil)
    #expect(Statistics.twoSidedQuantile(confidence: .nan, degreesOfFreedom: .nan) == nil)
    #expect(Statistics.meanInterval([0.5]) == nil && Statistics.meanInterval([0, .infinity]) == nil)
    #expect(Statistics.meanInterval([0.5, 0.5]) == 0.5...0.5)
  }
}
