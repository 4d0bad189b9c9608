import Glibc

/// The kernel of a change of size, by Pillow's names. When an image shrinks the kernel widens with the scale, so that
/// every source pixel counts (antialiasing); `nearest` alone does not.
public enum ResamplingFilter: String, CaseIterable, Sendable {
  /// The nearest pixel.
  case nearest
  /// The mean of the pixels covered.
  case box
  /// A triangle of half-width 1.
  case bilinear
  /// Keys' cubic convolution with a = −1/2, of half-width 2.
  case bicubic
  /// The sinc windowed by its own middle lobe, of half-width 3.
  case lanczos

  /// The kernel's half-width at scale 1, in pixels.
  var support: Double {
    switch self {
    case .nearest, .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The kernel at a distance of `x` pixels.
  func weight(_ x: Double) -> Double {
    switch self {
    case .nearest, .box: return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear: return max(1 - abs(x), 0)
    case .bicubic:
      let a = -0.5
      let x = abs(x)
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
      return 0
    case .lanczos: return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }

  private func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(x * .pi) / (x * .pi)
  }
}

/// The weights that make each of `outputs` new samples from `inputs` old ones along an axis.
struct ResamplingWeights {
  /// Fraction bits of the weights. Products with 8-bit samples and their sums stay exact in a Double.
  private static let fractionBits = 22.0

  /// The most inputs that an output is made of.
  let taps: Int
  /// The first input of each output.
  private(set) var starts: [Int]
  /// The number of inputs of each output.
  private(set) var counts: [Int]
  /// `taps` weights an output, multiples of 2⁻²² that sum to about 1; those past its count are 0.
  private(set) var weights: [Double]

  /// Weights as Pillow computes them, rounded to the same fixed-point numbers, so that results are equal to the bit.
  init(inputs: Int, outputs: Int, filter: ResamplingFilter) {
    let scale = Double(inputs) / Double(outputs)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let one = exp2(Self.fractionBits)
    taps = min(Int(support.rounded(.up)) * 2 + 1, max(inputs, 1))
    starts = [Int](repeating: 0, count: outputs)
    counts = starts
    weights = [Double](repeating: 0, count: outputs * taps)
    for output in 0..<outputs {
      let center = (Double(output) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let count = min(Int(center + support + 0.5), inputs) - start
      let first = output * taps
      var sum = 0.0
      for tap in 0..<count {
        let weight = filter.weight((Double(tap + start) - center + 0.5) * (1 / filterScale))
        weights[first + tap] = weight
        sum += weight
      }
      for tap in 0..<count {
        let normalized = sum == 0 ? weights[first + tap] : weights[first + tap] / sum
        weights[first + tap] = (normalized * one + (normalized < 0 ? -0.5 : 0.5)).rounded(.towardZero) / one
      }
      starts[output] = start
      counts[output] = count
    }
  }
}
