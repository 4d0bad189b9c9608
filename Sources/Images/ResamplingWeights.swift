import Glibc

/// The weights that make each of `outputs` new samples from `inputs` old ones along an axis: Pillow's fixed-point
/// numbers, so that results are equal to the bit.
struct ResamplingWeights {
  /// A weight in units of 2⁻²², as two 16-bit numbers: high · 2¹² + low. All SIMD units multiply 16-bit numbers.
  struct Weight {
    let high: Int16
    let low: Int16

    /// Rounds a number of magnitude below 8.
    init(_ value: Double) {
      let scaled = value * exp2(Double(ResamplingWeights.fractionBits))
      let fixed = Int32(scaled + (scaled < 0 ? -0.5 : 0.5))
      high = Int16(truncatingIfNeeded: fixed >> Int32(ResamplingWeights.lowBits))
      low = Int16(truncatingIfNeeded: fixed & (1 << Int32(ResamplingWeights.lowBits) - 1))
    }
  }

  /// Fraction bits of a weight: 8 of the 32 bits of a sum are the sample's, 2 are for overshoot.
  static let fractionBits = 22
  private static let lowBits = 12

  /// The most inputs of an output.
  let taps: Int
  let starts: [Int]
  let counts: [Int]
  /// `taps` weights per output, which sum to about 1.
  let weights: [Weight]

  init(inputs: Int, outputs: Int, filter: ResamplingFilter) {
    let scale = Double(inputs) / Double(outputs)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let taps = min(Int(support.rounded(.up)) * 2 + 1, max(inputs, 1))
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Weight](repeating: Weight(0), count: outputs * taps)
    var values = [Double](repeating: 0, count: taps)
    for output in 0..<outputs {
      let center = (Double(output) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let count = min(Int(center + support + 0.5), inputs) - start
      var sum = 0.0
      for tap in 0..<count {
        values[tap] = filter.weight((Double(tap + start) - center + 0.5) * (1 / filterScale))
        sum += values[tap]
      }
      for tap in 0..<count { weights[output * taps + tap] = Weight(sum == 0 ? values[tap] : values[tap] / sum) }
      starts.append(start)
      counts.append(count)
    }
    (self.taps, self.starts, self.counts, self.weights) = (taps, starts, counts, weights)
  }

  /// Calls `body` with each output's number, the number of its first input, and its weights.
  @inline(__always)
  func forEachOutput(_ body: (_ output: Int, _ start: Int, _ weights: UnsafeBufferPointer<Weight>) -> Void) {
    weights.withUnsafeBufferPointer { weights in
      starts.withUnsafeBufferPointer { starts in
        counts.withUnsafeBufferPointer { counts in
          for output in starts.indices {
            let first = output * taps
            body(output, starts[output], UnsafeBufferPointer(rebasing: weights[first..<first + counts[output]]))
          }
        }
      }
    }
  }

  /// Samples from the sums of their inputs' products with `high` and with `low`. All arithmetic wraps: the final sum
  /// fits.
  @inline(__always)
  static func samples<Sums: SIMD>(high: Sums, low: Sums) -> Sums where Sums.Scalar == Int32 {
    let half = Sums(repeating: 1 << Int32(fractionBits - 1))
    let sum = high &<< Sums(repeating: Int32(lowBits)) &+ low &+ half
    return (sum &>> Sums(repeating: Int32(fractionBits)))
      .clamped(lowerBound: Sums(repeating: 0), upperBound: Sums(repeating: 255))
  }
}
