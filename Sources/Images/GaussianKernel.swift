import Glibc

/// A Gaussian that smooths planes of numbers, cut off at four standard deviations; planes are mirrored at their edges
/// (edge pixels repeated): SciPy's `gaussian_filter`.
struct GaussianKernel {
  /// Standard deviations of segmenters, in pixels, are clamped to this range.
  static let sigmaRange = 0.0...100.0
  private static let cutoff = 4.0

  /// Half the kernel: the weight of the middle, then of each pixel further out. The whole kernel sums to 1.
  private let weights: [Float]

  /// The kernel of standard deviation `sigma` in pixels; at 0 and below, planes stay as they are.
  init(sigma: Double) {
    guard sigma > 0 else {
      weights = [1]
      return
    }
    let values = (0...Int(Self.cutoff * sigma + 0.5)).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = 2 * values.reduce(0, +) - values[0]
    weights = values.map { Float($0 / sum) }
  }

  /// A row-major plane of these extents, smoothed along both axes.
  func smoothed(_ plane: [Float], width: Int, height: Int) -> [Float] {
    guard weights.count > 1, width > 0, height > 0 else { return plane }
    return smoothedAlongRows(smoothedAlongColumns(plane, width, height), width, height)
  }

  /// The position in 0..<count that `position` is a mirror image of.
  private static func mirrored(_ position: Int, _ count: Int) -> Int {
    let period = 2 * count
    let remainder = (position % period + period) % period
    return remainder < count ? remainder : period - 1 - remainder
  }

  private func smoothedAlongColumns(_ plane: [Float], _ width: Int, _ height: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: plane.count) { target, count in
      plane.withUnsafeBufferPointer { source in
        for y in 0..<height {
          let row = y * width
          for x in 0..<width { target[row + x] = weights[0] * source[row + x] }
          for distance in 1..<max(weights.count, 1) {
            let above = Self.mirrored(y - distance, height) * width
            let below = Self.mirrored(y + distance, height) * width
            let weight = weights[distance]
            for x in 0..<width { target[row + x] += weight * (source[above + x] + source[below + x]) }
          }
        }
      }
      count = plane.count
    }
  }

  private func smoothedAlongRows(_ plane: [Float], _ width: Int, _ height: Int) -> [Float] {
    let radius = weights.count - 1
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
            for x in 0..<width { target[row + x] = weights[0] * padded[radius + x] }
            for distance in 1..<max(weights.count, 1) {
              let weight = weights[distance]
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
