import Foundation

/// A reproducible random number generator: xoshiro256** (Blackman and Vigna 2018), its state filled by SplitMix64.
///
/// The same seed gives the same numbers on every machine.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  package init(seed: UInt64) {
    var counter = seed
    func next() -> UInt64 {
      counter &+= 0x9E37_79B9_7F4A_7C15
      var z = counter
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (next(), next(), next(), next())
  }

  /// A stream of its own for each purpose under a common seed, so that one stage's draws do not shift another's.
  package init(seed: UInt64, purpose: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    self.init(seed: seed ^ hash)
  }

  package mutating func next() -> UInt64 {
    func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotate(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotate(state.3, 45)
    return result
  }

  /// A number drawn uniformly from [0, 1).
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number drawn uniformly from `range`.
  package mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// An integer drawn uniformly from 0..<bound; 0 where `bound` is not positive.
  package mutating func index(below bound: Int) -> Int {
    bound > 0 ? Int(next(upperBound: UInt64(bound))) : 0
  }

  /// A number drawn from the standard normal distribution (Box and Muller 1958).
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }

  /// A uniformly random ordering of `items`.
  package mutating func shuffled<T>(_ items: [T]) -> [T] {
    var items = items
    for i in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(i, index(below: i + 1)) }
    return items
  }
}
