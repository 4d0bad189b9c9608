import Glibc

/// The kernel of a change of size, by Pillow's names. When an image shrinks, the kernel widens with the scale, so that
/// every source pixel counts (antialiasing).
package enum ResamplingFilter: String, CaseIterable, Sendable {
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
    case .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The kernel at a distance of `x` pixels.
  func weight(_ x: Double) -> Double {
    switch self {
    case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
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
