import Glibc

/// An image in CIELAB (CIE 1976), one plane per coordinate, each row-major, top row first.
package struct LabImage: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// Lightness L*, 0 (black) ... 100 (white).
  package internal(set) var lightness: [Float]
  /// a*: green (negative) to red.
  package internal(set) var a: [Float]
  /// b*: blue (negative) to yellow.
  package internal(set) var b: [Float]

  /// Converts sRGB (IEC 61966-2-1) under illuminant D65, 2° observer, with scikit-image's constants.
  package init(_ image: RGBImage) {
    self.init(image, black: 0, white: 255)
  }

  /// Converts sRGB after stretching it so that `black` becomes 0 and `white` 255, if they differ.
  init(_ image: RGBImage, black: UInt8, white: UInt8) {
    (width, height) = (image.width, image.height)
    let count = width * height
    lightness = [Float](repeating: 0, count: count)
    a = lightness
    b = lightness
    let linear = Self.linearLight(black: black, white: white)
    let matrix = Self.whiteFromRGB
    lightness.withUnsafeMutableBufferPointer { lightness in
      a.withUnsafeMutableBufferPointer { a in
        b.withUnsafeMutableBufferPointer { b in
          image.samples.withUnsafeBufferPointer { samples in
            linear.withUnsafeBufferPointer { linear in
              for pixel in 0..<count {
                let red = linear[Int(samples[pixel * 3])]
                let green = linear[Int(samples[pixel * 3 + 1])]
                let blue = linear[Int(samples[pixel * 3 + 2])]
                lightness[pixel] = matrix.0.0 * red + matrix.0.1 * green + matrix.0.2 * blue
                a[pixel] = matrix.1.0 * red + matrix.1.1 * green + matrix.1.2 * blue
                b[pixel] = matrix.2.0 * red + matrix.2.1 * green + matrix.2.2 * blue
              }
            }
          }
          // X, Y and Z as shares of white become L*, a* and b* in place.
          for pixel in 0..<count {
            let x = Self.response(lightness[pixel])
            let y = Self.response(a[pixel])
            let z = Self.response(b[pixel])
            lightness[pixel] = 116 * y - 16
            a[pixel] = 500 * (x - y)
            b[pixel] = 200 * (y - z)
          }
        }
      }
    }
  }

  /// Linear light 0...1 of each 8-bit sRGB sample.
  private static func linearLight(black: UInt8, white: UInt8) -> [Float] {
    let range = white > black ? Double(white) - Double(black) : 255
    return (0..<256).map { sample in
      let value = (Double(sample) - Double(black)) / range
      return Float(value > 0.04045 ? pow((value + 0.055) / 1.055, 2.4) : value / 12.92)
    }
  }

  /// X, Y and Z, each as a share of white's, from linear red, green and blue.
  private static let whiteFromRGB: ((Float, Float, Float), (Float, Float, Float), (Float, Float, Float)) = (
    (0.412453 / 0.95047, 0.357580 / 0.95047, 0.180423 / 0.95047),
    (0.212671, 0.715160, 0.072169),
    (0.019334 / 1.08883, 0.119193 / 1.08883, 0.950227 / 1.08883)
  )

  /// CIELAB's response f(t): the cube root, below 0.008856 a line.
  @inline(__always)
  private static func response(_ t: Float) -> Float {
    let line = 7.787 * t + 16 / 116
    let root = cubeRoot(t)
    return t > 0.008856 ? root : line
  }

  /// ∛x for x ≥ 0 to a few units in the last place: a third of the exponent, then Halley's iteration twice, without
  /// branches, so that loops are vectorized.
  @inline(__always)
  private static func cubeRoot(_ x: Float) -> Float {
    let thirdOfBias: UInt32 = 709_921_077
    var root = Float(bitPattern: x.bitPattern / 3 &+ thirdOfBias)
    for _ in 0..<2 {
      let cube = root * root * root
      root *= (cube + 2 * x) / (2 * cube + x)
    }
    return root
  }

  func smoothed(by kernel: GaussianKernel) -> LabImage {
    var result = self
    for plane in [\LabImage.lightness, \.a, \.b] {
      result[keyPath: plane] = kernel.smoothed(result[keyPath: plane], width: width, height: height)
    }
    return result
  }
}
