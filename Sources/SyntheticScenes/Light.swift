import Images
import Tensors

/// The light of a picture and the noise of the camera.
struct Light: Sendable {
  /// A factor for each of red, green and blue.
  var gain: (Double, Double, Double)
  /// The change of brightness from one side of the picture to the other.
  var slope: (x: Double, y: Double)
  /// The standard deviation of the noise in levels of 8 bits.
  var noise: Double

  init(random: inout SeededRandom) {
    let brightness = random.uniform(in: 0.78...1.08)
    let warmth = random.uniform(in: -0.07...0.07)
    gain = (brightness * (1 + warmth), brightness, brightness * (1 - warmth))
    slope = (random.uniform(in: -0.12...0.12), random.uniform(in: -0.08...0.08))
    noise = random.uniform(in: 1...7)
  }

  /// A square picture in this light.
  func image(of picture: RGBImage, random: inout SeededRandom) -> RGBImage {
    let size = picture.width
    var samples = picture.samples
    // A uniform number of this half-width has the standard deviation asked for: half-width = √3 · deviation.
    let halfWidth = noise * 3.0.squareRoot()
    let step = 1 / Double(size)
    samples.withUnsafeMutableBufferPointer { samples in
      for y in 0..<size {
        let rowSlope = 1 + slope.y * (Double(y) * step - 0.5)
        for x in 0..<size {
          let index = y * size + x
          let local = rowSlope + slope.x * (Double(x) * step - 0.5)
          let bits = random.next()
          samples[index * 3] = Light.level(samples[index * 3], local * gain.0, bits, 0, halfWidth)
          samples[index * 3 + 1] = Light.level(samples[index * 3 + 1], local * gain.1, bits, 21, halfWidth)
          samples[index * 3 + 2] = Light.level(samples[index * 3 + 2], local * gain.2, bits, 42, halfWidth)
        }
      }
    }
    return RGBImage(width: size, height: size, samples: samples)
  }

  private static func level(_ value: UInt8, _ factor: Double, _ bits: UInt64, _ shift: UInt64, _ halfWidth: Double)
    -> UInt8
  {
    let unit = Double(bits >> shift & 0x1F_FFFF) * 0x1p-20 - 1
    let lit = Double(value) * factor + unit * halfWidth
    return UInt8(max(0, min(255, lit.rounded())))
  }
}
