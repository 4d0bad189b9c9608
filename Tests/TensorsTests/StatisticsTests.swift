import Foundation
import Testing

@testable import Tensors

/// Reference values made by `Tests/Fixtures/tensors/make.py`.
private struct Golden: Decodable {
  struct Test: Decodable {
    var a: [Double], b: [Double]
    var welch: [Double], oneSample: [Double]
    var meanB: Double, sdB: Double
  }
  struct Correlation: Decodable {
    var x: [Double], y: [Double], ranks: [Double]
    var pearson: Double, spearman: Double
  }
  struct Percentiles: Decodable {
    var values: [Double], percents: [Double], expected: [Double]
  }
  var tests: [Test]
  var correlations: [Correlation]
  var beta: [[Double]]
  var tails: [[Double]]
  var percentiles: Percentiles

  static func load() throws -> Golden {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/tensors/statistics.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }
}

private func isClose(_ value: Double?, _ expected: Double, relative: Double = 1e-9) -> Bool {
  guard let value else { return false }
  return abs(value - expected) <= relative * abs(expected) + 1e-14
}

@Suite struct StatisticsTests {
  @Test func tTestsAgreeWithSciPy() throws {
    for (index, test) in try Golden.load().tests.enumerated() {
      let outcomes = [
        (Statistics.welchTTest(test.a, test.b), test.welch),
        (Statistics.oneSampleTTest(test.b, mean: 0.4), test.oneSample),
      ]
      // Samples around 1000 with a spread of 1e-3 lose digits in both implementations.
      let relative = index == 2 ? 1e-8 : 1e-9
      for (outcome, expected) in outcomes {
        #expect(isClose(outcome?.statistic, expected[0], relative: relative), "sample \(index)")
        #expect(isClose(outcome?.degreesOfFreedom, expected[1], relative: relative), "sample \(index)")
        #expect(isClose(outcome?.pValue, expected[2], relative: relative), "sample \(index)")
      }
      #expect(isClose(Statistics.mean(test.b), test.meanB))
      #expect(isClose(Statistics.standardDeviation(test.b), test.sdB, relative: relative))
    }
  }

  @Test func tailsAndIncompleteBetaAgreeWithSciPy() throws {
    let golden = try Golden.load()
    for row in golden.tails {
      let p = Statistics.twoSidedP(t: row[0], degreesOfFreedom: row[1])
      #expect(isClose(p, row[2]), "t \(row[0]), ν \(row[1]): \(p ?? -1), expected \(row[2])")
    }
    for row in golden.beta {
      let value = Statistics.regularizedIncompleteBeta(x: row[0], a: row[1], b: row[2])
      #expect(isClose(value, row[3]), "I(\(row[0]); \(row[1]), \(row[2])): \(value ?? -1), expected \(row[3])")
    }
  }

  @Test func correlationsAndRanksAgreeWithSciPy() throws {
    for sample in try Golden.load().correlations {
      #expect(isClose(Statistics.pearson(sample.x, sample.y), sample.pearson))
      #expect(isClose(Statistics.spearman(sample.x, sample.y), sample.spearman))
      #expect(Statistics.ranks(sample.x) == sample.ranks)
    }
  }

  @Test func percentilesAgreeWithNumPy() throws {
    let golden = try Golden.load().percentiles
    for (percent, expected) in zip(golden.percents, golden.expected) {
      #expect(isClose(Statistics.percentile(golden.values, percent), expected))
    }
    #expect(Statistics.percentile([3], 95) == 3)
    #expect(Statistics.percentile([1, 2], 101) == nil)
    #expect(Statistics.percentile([1, .nan], 50) == nil)
  }

  @Test func whatIsUndefinedIsNil() {
    #expect(Statistics.mean([]) == nil)
    #expect(Statistics.mean([1, .infinity]) == nil)
    #expect(Statistics.variance([1]) == nil)
    #expect(Statistics.welchTTest([1, 1, 1], [1, 1]) == nil)
    #expect(
      Statistics.welchTTest([0.1, 0.1, 0.1], [0.7, 0.7]) == nil, "equal values have no variance, whatever rounding says"
    )
    #expect(Statistics.welchTTest([1], [2, 3]) == nil)
    #expect(Statistics.oneSampleTTest([2, 2], mean: 1) == nil)
    #expect(Statistics.pearson([1, 1], [1, 2]) == nil)
    #expect(Statistics.pearson([1, 2, 3], [1, 2]) == nil)
    #expect(Statistics.spearman([0.1, 0.1, 0.1], [1, 2, 3]) == nil)
    #expect(Statistics.ranks([1, .nan]) == nil)
    #expect(Statistics.twoSidedP(t: .nan, degreesOfFreedom: 3) == nil)
    #expect(Statistics.twoSidedP(t: 1, degreesOfFreedom: 0) == nil)
    #expect(Statistics.twoSidedP(t: 1e200, degreesOfFreedom: 3) == 0)
    #expect(Statistics.regularizedIncompleteBeta(x: 1.5, a: 1, b: 1) == nil)
    #expect(Statistics.ranks([]) == [])
  }

  @Test func welchTestHoldsWhereOneSideIsConstant() throws {
    let test = try #require(Statistics.welchTTest([1, 1, 1, 1], [0, 1, 0, 1]))
    #expect(test.degreesOfFreedom == 3)
    #expect(test.pValue > 0 && test.pValue < 1)
  }
}
