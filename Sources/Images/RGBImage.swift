/// An image of 8-bit RGB samples, interleaved, row-major, top row first.
package struct RGBImage: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// Samples: `width · height · 3`, each pixel as red, green, blue.
  package var samples: [UInt8]

  package init(width: Int, height: Int, samples: [UInt8]) {
    assert(width * height * 3 == samples.count, "an image's extents must fit its samples")
    self.width = width
    self.height = height
    self.samples = samples
  }

  package init(width: Int, height: Int, filledWith color: (UInt8, UInt8, UInt8)) {
    var samples = [UInt8](repeating: 0, count: width * height * 3)
    for pixel in 0..<width * height {
      samples[pixel * 3] = color.0
      samples[pixel * 3 + 1] = color.1
      samples[pixel * 3 + 2] = color.2
    }
    self.init(width: width, height: height, samples: samples)
  }
}
