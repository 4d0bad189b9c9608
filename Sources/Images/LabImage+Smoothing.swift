import Glibc

extension LabImage {
  /// The image smoothed by a Gaussian of standard deviation `sigma` pixels, cut off at four of them, the image mirrored
  /// at its edges (edge pixels repeated): as SciPy's `gaussian_filter`.
  func smoothed(sigma: Double) -> LabImage {
    guard sigma > 0, width > 0, height > 0 else { return self }
    let kernel = Self.gaussian(sigma)
    var result = self
    for plane in [\LabImage.lightness, \.a, \.b] {
      result[keyPath: plane] = smoothedAlongRows(smoothedAlongColumns(result[keyPath: plane], kernel), kernel)
    }
    return result
  }

  /// Half the kernel: the weight of the middle, then of each pixel further out. Both halves sum to 1.
  private static func gaussian(_ sigma: Double) -> [Float] {
    let cutoff = 4.0
    let weights = (0...Int(cutoff * sigma + 0.5)).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = 2 * weights.reduce(0, +) - weights[0]
    return weights.map { Float($0 / sum) }
  }

  /// The position in 0..<count that `position` is a mirror image of.
  private static func mirrored(_ position: Int, _ count: Int) -> Int {
    let period = 2 * count
    let remainder = (position % period + period) % period
    return remainder < count ? remainder : period - 1 - remainder
  }

  private func smoothedAlongColumns(_ plane: [Float], _ kernel: [Float]) -> [Float] {
    [Float](unsafeUninitializedCapacity: plane.count) { target, count in
      plane.withUnsafeBufferPointer { source in
        for y in 0..<height {
          let row = y * width
          for x in 0..<width { target[row + x] = kernel[0] * source[row + x] }
          for distance in 1..<max(kernel.count, 1) {
            let above = Self.mirrored(y - distance, height) * width
            let below = Self.mirrored(y + distance, height) * width
            let weight = kernel[distance]
            for x in 0..<width { target[row + x] += weight * (source[above + x] + source[below + x]) }
          }
        }
      }
      count = plane.count
    }
  }

  private func smoothedAlongRows(_ plane: [Float], _ kernel: [Float]) -> [Float] {
    let radius = kernel.count - 1
    // A row with its mirrored margins.
    var padded = [Float](repeating: 0, count: width + 2 * radius)
    let margins = (0..<radius).map { index in
      (index, Self.mirrored(index - radius, width), radius + width + index, Self.mirrored(width + index, width))
    }
    return [Float](unsafeUninitializedCapacity: plane.count) { target, count in
      plane.withUnsafeBufferPointer { source in
        padded.withUnsafeMutableBufferPointer { padded in
          for y in 0..<height {
            let row = y * width
            for x in 0..<width { padded[radius + x] = source[row + x] }
            for (left, leftSource, right, rightSource) in margins {
              padded[left] = source[row + leftSource]
              padded[right] = source[row + rightSource]
            }
            for x in 0..<width { target[row + x] = kernel[0] * padded[radius + x] }
            for distance in 1..<max(kernel.count, 1) {
              let weight = kernel[distance]
              for x in 0..<width {
                target[row + x] += weight * (padded[radius + x - distance] + padded[radius + x + distance])
              }
            }
          }
        }
      }
      count = plane.count
    }
  }
}
