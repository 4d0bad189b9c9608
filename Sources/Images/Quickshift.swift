import Tensors

/// Superpixels by quick shift (Vedaldi and Soatto, ECCV 2008): each pixel joins the nearest pixel, in colour and
/// position, with a higher density, unless that is too far.
///
/// Details follow scikit-image's `quickshift(image, ratio, kernel_size, max_dist)`: CIELAB, a window of three kernel
/// widths, and noise that decides between equal densities; here the noise is always the same. Pure functions, which may
/// run on several threads at once.
package enum Quickshift {
  /// Options are clamped to these ranges.
  static let kernelSizeRange = 1.0...32.0
  static let distanceRange = 0.0...1e6
  static let ratioRange = 0.0...1e3

  /// Partitions `image` once for each of `maxDistances`, sharing the densities and the tree between them.
  ///
  /// - Parameters:
  ///   - maxDistances: how far, in colour and pixels together, a pixel's neighbour may be. The greater, the larger the
  ///     superpixels.
  ///   - kernelSize: standard deviation, in pixels, of the Gaussian that measures the density, 1...32. The greater, the
  ///     larger the superpixels; work grows with its square.
  ///   - ratio: weight of a unit of CIELAB against a pixel.
  package static func segment(
    _ image: RGBImage, maxDistances: [Double], kernelSize: Double = 5, ratio: Double = 1
  ) -> [Superpixels] {
    let distances = maxDistances.map(distanceRange.nearest)
    guard image.width > 0, image.height > 0, let farthest = distances.max() else {
      return distances.map { _ in Superpixels(width: image.width, height: image.height, labels: [], count: 0) }
    }
    let density = ColorDensity(
      image, kernelSize: kernelSizeRange.nearest(to: kernelSize), ratio: Float(ratioRange.nearest(to: ratio)))
    let links = density.links(within: farthest)
    return distances.map { most in
      let parents = links.enumerated().map { pixel, link in
        link.squaredDistance.squareRoot() > Float(most) ? Int32(pixel) : link.parent
      }
      return PixelForest(parents: parents).superpixels(width: image.width, height: image.height)
    }
  }
}

/// The density of an image's pixels in colour and position.
private struct ColorDensity {
  /// The nearest pixel of higher density.
  struct Link {
    /// The pixel itself where no such pixel was found.
    var parent: Int32
    /// In colour and position; infinite where no such pixel was found.
    var squaredDistance: Float
  }

  /// The window over which densities are measured and neighbours sought, in kernel widths.
  private static let windowKernels = 3.0
  /// Standard deviation of the noise that decides between equal densities.
  private static let noise = 1e-5
  private static let lanes = 8

  private let width: Int
  private let height: Int
  private let lab: LabImage
  private let reach: Int
  /// One per pixel, row-major.
  private var densities: [Double]

  init(_ image: RGBImage, kernelSize: Double, ratio: Float) {
    (width, height) = (image.width, image.height)
    var lab = LabImage(image)
    for plane in [\LabImage.lightness, \.a, \.b] {
      for pixel in lab[keyPath: plane].indices { lab[keyPath: plane][pixel] *= ratio }
    }
    self.lab = lab
    reach = Int((Self.windowKernels * kernelSize).rounded(.up))
    var random = SeededRandom(seed: 0, purpose: "quickshift")
    densities = (0..<width * height).map { _ in 1 + Self.noise * random.normal() }
    measure(scale: Float(-0.5 / (kernelSize * kernelSize)))
  }

  /// Adds exp(`scale` · squared distance) of every two pixels within reach to the densities of both.
  private mutating func measure(scale: Float) {
    // Rows are padded, so that whole vectors can be read beyond an end.
    let padding = reach + Self.lanes
    let stride = width + 2 * padding
    func padded(_ plane: [Float]) -> [Float] {
      var rows = [Float](repeating: .greatestFiniteMagnitude.squareRoot() / 4, count: stride * height)
      for y in 0..<height {
        for x in 0..<width { rows[y * stride + padding + x] = plane[y * width + x] }
      }
      return rows
    }
    let planes = [padded(lab.lightness), padded(lab.a), padded(lab.b)]
    // Sums of a row over one other row are short, so 32 bits lose little; the long sums have 64.
    var own = [Float](repeating: 0, count: stride)
    var others = [Float](repeating: 0, count: stride)
    planes[0].withUnsafeBufferPointer { lightness in
      planes[1].withUnsafeBufferPointer { a in
        planes[2].withUnsafeBufferPointer { b in
          own.withUnsafeMutableBufferPointer { own in
            others.withUnsafeMutableBufferPointer { others in
              guard let lightness = lightness.baseAddress, let a = a.baseAddress, let b = b.baseAddress,
                let ownBase = own.baseAddress, let othersBase = others.baseAddress
              else { return }
              for y in 0..<height {
                for dy in 0...min(reach, height - 1 - y) {
                  for index in 0..<stride { (ownBase[index], othersBase[index]) = (0, 0) }
                  let row = y * stride + padding
                  let other = (y + dy) * stride + padding
                  for dx in (dy == 0 ? 1 : -reach)...reach {
                    let position = Float(dx * dx + dy * dy)
                    for x in Swift.stride(from: 0, to: width, by: Self.lanes) {
                      @inline(__always)
                      func squaredDifference(_ plane: UnsafePointer<Float>) -> SIMD8<Float> {
                        let difference =
                          UnsafeRawPointer(plane + row + x).loadUnaligned(as: SIMD8<Float>.self)
                          - UnsafeRawPointer(plane + other + x + dx).loadUnaligned(as: SIMD8<Float>.self)
                        return difference * difference
                      }
                      let distance =
                        squaredDifference(lightness) + squaredDifference(a) + squaredDifference(b) + position
                      let weight = Self.exponential(distance * scale)
                      Self.add(weight, to: ownBase + padding + x)
                      Self.add(weight, to: othersBase + padding + x + dx)
                    }
                  }
                  for x in 0..<width {
                    densities[y * width + x] += Double(own[padding + x])
                    densities[(y + dy) * width + x] += Double(others[padding + x])
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func add(_ values: SIMD8<Float>, to sums: UnsafeMutablePointer<Float>) {
    let sum = UnsafeRawPointer(sums).loadUnaligned(as: SIMD8<Float>.self) + values
    UnsafeMutableRawPointer(sums).storeBytes(of: sum, as: SIMD8<Float>.self)
  }

  /// eˣ for x ≤ 0 to a few units in the last place; 0 where that is below 1e-37. 2ⁿ by the exponent's bits, the rest by
  /// a polynomial.
  @inline(__always)
  private static func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let least: Float = -85
    let clamped = x.replacing(with: least, where: x .< least)
    let log2OfE: Float = 1.442_695_04
    // Added to a small number, this leaves its nearest integer in the lowest bits.
    let rounding: Float = 12_582_912
    let shifted = clamped * log2OfE + rounding
    let integer = shifted - rounding
    // ln 2 as a sum of two numbers, the first with few digits, so that the product is exact.
    let rest = (clamped - integer * 0.693_359_375) + integer * 2.121_944_4e-4
    var series = rest * 1.388_888_9e-3 + 8.333_333_8e-3
    series = series * rest + 4.166_666_8e-2
    series = series * rest + 0.166_666_67
    series = series * rest + 0.5
    series = series * rest + 1
    series = series * rest + 1
    let exponent = (unsafeBitCast(shifted, to: SIMD8<Int32>.self) &+ 127) &<< 23
    let result = series * unsafeBitCast(exponent, to: SIMD8<Float>.self)
    return result.replacing(with: 0, where: x .< least)
  }

  /// Each pixel's link, sought as far as `distance`.
  func links(within distance: Double) -> [Link] {
    let radius = min(reach, Int(distance.rounded(.down)))
    // Nearest positions first: once a position is farther than the best distance in colour and position, nothing nearer
    // can follow.
    var offsets: [(x: Int, y: Int, square: Float)] = []
    for y in -radius...radius {
      for x in -radius...radius where (x, y) != (0, 0) { offsets.append((x, y, Float(x * x + y * y))) }
    }
    offsets.sort { ($0.square, $0.y, $0.x) < ($1.square, $1.y, $1.x) }
    return lab.lightness.withUnsafeBufferPointer { lightness in
      lab.a.withUnsafeBufferPointer { a in
        lab.b.withUnsafeBufferPointer { b in
          densities.withUnsafeBufferPointer { densities in
            (0..<width * height).map { pixel in
              let (x, y) = (pixel % width, pixel / width)
              var link = Link(parent: Int32(pixel), squaredDistance: .infinity)
              for offset in offsets {
                guard offset.square <= link.squaredDistance else { break }
                let (column, row) = (x + offset.x, y + offset.y)
                guard column >= 0, column < width, row >= 0, row < height else { continue }
                let other = row * width + column
                guard densities[other] > densities[pixel] else { continue }
                let (l, c, d) = (lightness[pixel] - lightness[other], a[pixel] - a[other], b[pixel] - b[other])
                let square = l * l + c * c + d * d + offset.square
                // Of equally near pixels the first in row-major order.
                if square < link.squaredDistance || (square == link.squaredDistance && other < Int(link.parent)) {
                  link = Link(parent: Int32(other), squaredDistance: square)
                }
              }
              return link
            }
          }
        }
      }
    }
  }
}
