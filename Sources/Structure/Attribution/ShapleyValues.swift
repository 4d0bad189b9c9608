import Tensors

/// What each player of a game adds to its worth, averaged over all orders in which players can join (Shapley 1953).
enum ShapleyValues {
  /// Up to this many players, all 2ⁿ coalitions are evaluated.
  static let mostExact = 10
  /// With more players, about this many coalitions are evaluated.
  static let sampledCoalitions = 1024

  /// φ_i = Σ over S ∌ i of |S|! (n − 1 − |S|)! / n! · (v(S ∪ i) − v(S)); they add up to v(all) − v(none).
  ///
  /// With more than `mostExact` players, the mean over orders drawn by `seed`, each together with its reverse (Castro
  /// et al. 2009); the sum is the same.
  ///
  /// - Parameter worth: v of each of some different coalitions.
  static func values(
    players count: Int, seed: UInt64, worth: ([Set<Int>]) throws -> [Double]
  ) rethrows -> [Double] {
    guard count > 0 else { return [] }
    return try count <= mostExact ? exact(count, worth) : sampled(count, seed: seed, worth)
  }

  /// What two players add together beyond what each adds alone, averaged over the coalitions of the others: the Shapley
  /// interaction index (Grabisch and Roubens 1999), by pair of players in lexical order. All 2ⁿ coalitions are evaluated.
  ///
  /// I_ij = Σ over S without i and j of |S|! (n − 2 − |S|)! / (n − 1)! · (v(S ∪ ij) − v(S ∪ i) − v(S ∪ j) + v(S)).
  static func interactions(
    players count: Int, worth: ([Set<Int>]) throws -> [Double]
  ) rethrows -> [(first: Int, second: Int, value: Double)] {
    guard count > 1 else { return [] }
    let (coalitions, values) = try self.coalitions(of: count, worth)
    let weights = weights(of: count - 1)
    return (0..<count).flatMap { first in
      (first + 1..<count).map { second in
        let (one, other) = (1 << first, 1 << second)
        var sum = 0.0
        for bits in coalitions where bits & (one | other) == 0 {
          let together = values[bits | one | other] - values[bits | one] - values[bits | other] + values[bits]
          sum += weights[bits.nonzeroBitCount] * together
        }
        return (first, second, sum)
      }
    }
  }

  /// All coalitions, each as the bits of a number, and what they are worth.
  private static func coalitions(
    of count: Int, _ worth: ([Set<Int>]) throws -> [Double]
  ) rethrows -> (coalitions: Range<Int>, values: [Double]) {
    let coalitions = 0..<(1 << count)
    return (coalitions, try worth(coalitions.map { bits in Set((0..<count).filter { bits >> $0 & 1 == 1 }) }))
  }

  /// |S|! (n − 1 − |S|)! / n!, by the size of S.
  private static func weights(of count: Int) -> [Double] {
    var weights = [1 / Double(count)]
    for size in 1..<max(1, count) { weights.append(weights[size - 1] * Double(size) / Double(count - size)) }
    return weights
  }

  private static func exact(_ count: Int, _ worth: ([Set<Int>]) throws -> [Double]) rethrows -> [Double] {
    let (coalitions, values) = try self.coalitions(of: count, worth)
    let weights = weights(of: count)
    return (0..<count).map { player in
      let member = 1 << player
      var sum = 0.0
      for bits in coalitions where bits & member == 0 {
        sum += weights[bits.nonzeroBitCount] * (values[bits | member] - values[bits])
      }
      return sum
    }
  }

  private static func sampled(
    _ count: Int, seed: UInt64, _ worth: ([Set<Int>]) throws -> [Double]
  ) rethrows -> [Double] {
    try estimates(players: count, orders: max(1, sampledCoalitions / (2 * count)), seed: seed, worth: worth)
      .map(\.value)
  }

  /// Values estimated by `orders` orders drawn by `seed`, each together with its reverse, and their standard errors (0
  /// where a single order is drawn); the values' sum is exact.
  static func estimates(
    players count: Int, orders: Int, seed: UInt64, worth: ([Set<Int>]) throws -> [Double]
  ) rethrows -> [(value: Double, standardError: Double)] {
    var random = SeededRandom(seed: seed, purpose: "orders for Shapley values")
    let pairs = (0..<max(1, orders)).map { _ -> [[Int]] in
      let order = random.shuffled(Array(0..<count))
      return [order, order.reversed()]
    }
    var places: [Set<Int>: Int] = [:]
    var coalitions: [Set<Int>] = []
    for order in pairs.joined() {
      for size in 0...count where places[Set(order.prefix(size))] == nil {
        places[Set(order.prefix(size))] = coalitions.count
        coalitions.append(Set(order.prefix(size)))
      }
    }
    let values = try worth(coalitions)
    func value(_ coalition: some Sequence<Int>) -> Double { places[Set(coalition)].map { values[$0] } ?? 0 }
    var added = [[Double]](repeating: [], count: count)
    for pair in pairs {
      var sums = [Double](repeating: 0, count: count)
      for order in pair {
        for (place, player) in order.enumerated() {
          sums[player] += value(order.prefix(place + 1)) - value(order.prefix(place))
        }
      }
      for player in 0..<count { added[player].append(sums[player] / Double(pair.count)) }
    }
    return added.map { added in
      let error = (Statistics.standardDeviation(added) ?? 0) / Double(added.count).squareRoot()
      return (added.reduce(0, +) / Double(added.count), error)
    }
  }
}
