import Foundation
import Testing

@testable import Tensors

@Suite struct SoftmaxTests {
  @Test func logitsBecomeProbabilities() {
    let shares = Statistics.softmax([0, Float(log(3.0))])
    #expect(abs(shares[0] - 0.25) < 1e-7 && abs(shares[1] - 0.75) < 1e-7)
    #expect(Statistics.softmax([7]) == [1] && Statistics.softmax([]).isEmpty)
  }

  @Test func largeLogitsDoNotOverflow() {
    #expect(Statistics.softmax([2000, 2000]) == [0.5, 0.5])
    #expect(Statistics.softmax([-3000, 0]) == [0, 1])
  }
}
