import Tensors
import Testing

@Suite struct AssignmentTests {
  private func cost(_ columns: [Int?], _ costs: [[Double]]) -> Double {
    columns.enumerated().reduce(0) { sum, pair in pair.element.map { sum + costs[pair.offset][$0] } ?? sum }
  }

  private func permutations(_ items: [Int]) -> [[Int]] {
    guard items.count > 1 else { return [items] }
    return items.flatMap { first in permutations(items.filter { $0 != first }).map { [first] + $0 } }
  }

  @Test func noOtherPairingCostsLess() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<50 {
      let costs = (0..<5).map { _ in (0..<5).map { _ in random.normal() } }
      let least = permutations(Array(0..<5)).map { cost($0, costs) }.min() ?? 0
      let columns = Assignment.leastCost(costs)
      #expect(Set(columns.compactMap { $0 }).count == 5)
      #expect(abs(cost(columns, costs) - least) < 1e-12)
    }
  }

  @Test func moreOfOneThanOfTheOther() {
    // The greedy choice, 1 for the first row, would leave 9 for the second.
    #expect(Assignment.leastCost([[1, 2, 7], [1, 9, 8]]) == [1, 0])
    #expect(Assignment.leastCost([[1, 1], [2, 9], [7, 8]]) == [1, 0, nil])
    #expect(Assignment.leastCost([]) == [] && Assignment.leastCost([[], []]) == [nil, nil])
    #expect(Assignment.leastCost([[.infinity, 1], [.nan, .infinity]]) == [1, 0])
  }
}
