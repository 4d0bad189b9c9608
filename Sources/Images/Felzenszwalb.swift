/// Superpixels by efficient graph-based segmentation (Felzenszwalb and Huttenlocher, IJCV 59(2), 2004): pixels are
/// joined along the edges of their 8-neighbourhood, least colour difference first, while the difference is no greater
/// than those inside either side.
///
/// Details follow scikit-image's `felzenszwalb(image, scale, sigma, min_size)`: one graph over all three channels. Pure
/// functions, which may run on several threads at once.
package enum Felzenszwalb {
  /// Scales are clamped to this range.
  static let scaleRange = 1e-3...1e9

  /// Partitions `image` once for each of `scales`, sharing the smoothing and the order of the edges between them.
  ///
  /// - Parameters:
  ///   - scales: how readily pixels are joined, in 8-bit levels times pixels: a superpixel of n pixels takes neighbours
  ///     that differ by up to `scale` / n more than its own pixels do. The greater, the larger the superpixels.
  ///   - sigma: standard deviation of the smoothing beforehand, in pixels; 0 for none.
  ///   - minSize: a superpixel of fewer pixels is joined to the neighbour that differs least.
  package static func segment(
    _ image: RGBImage, scales: [Double], sigma: Double = 0.8, minSize: Int = 20
  ) -> [Superpixels] {
    let edges = PixelEdges(image, kernel: GaussianKernel(sigma: GaussianKernel.sigmaRange.nearest(to: sigma)))
    return scales.map { scale in
      var forest = PixelForest(count: image.width * image.height)
      join(edges, scale: Float(scaleRange.nearest(to: scale)), minSize: minSize, in: &forest)
      return forest.superpixels(width: image.width, height: image.height)
    }
  }

  private static func join(_ edges: PixelEdges, scale: Float, minSize: Int, in forest: inout PixelForest) {
    // By root, the greatest difference along the edges that joined the superpixel.
    var inner = [Float](repeating: 0, count: forest.count)
    for (edge, difference) in zip(edges.order, edges.differences) {
      let ends = edges.ends(of: edge)
      let (first, second) = (forest.root(of: ends.0), forest.root(of: ends.1))
      guard first != second else { continue }
      let most = min(
        inner[first] + scale / Float(forest.size(of: first)), inner[second] + scale / Float(forest.size(of: second)))
      if difference < most { inner[forest.join(first, second)] = difference }
    }
    for edge in edges.order {
      let ends = edges.ends(of: edge)
      let (first, second) = (forest.root(of: ends.0), forest.root(of: ends.1))
      if first != second, min(forest.size(of: first), forest.size(of: second)) < minSize {
        _ = forest.join(first, second)
      }
    }
  }
}

/// The edges between 8-neighbours of an image, by Euclidean colour difference, the least first.
private struct PixelEdges {
  /// Steps to the neighbours that a pixel's own edges lead to; their order decides between equal differences.
  private static let steps: [(x: Int, y: Int)] = [(1, 0), (0, 1), (1, 1), (-1, 1)]

  /// Each edge: four times its first pixel, plus the number of the step to the second.
  let order: [UInt32]
  /// The difference along each edge, in 8-bit levels.
  let differences: [Float]
  private let offsets: [Int]

  init(_ image: RGBImage, kernel: GaussianKernel) {
    let (width, height) = (image.width, image.height)
    let offsets = Self.steps.map { $0.y * width + $0.x }
    let planes = (0..<3).map { channel in
      let plane = [Float](unsafeUninitializedCapacity: width * height) { plane, count in
        image.samples.withUnsafeBufferPointer { samples in
          for pixel in 0..<width * height { plane[pixel] = Float(samples[pixel * 3 + channel]) }
        }
        count = width * height
      }
      return kernel.smoothed(plane, width: width, height: height)
    }
    var edges: [UInt32] = []
    var squares: [Float] = []
    edges.reserveCapacity(4 * width * height)
    squares.reserveCapacity(4 * width * height)
    planes[0].withUnsafeBufferPointer { red in
      planes[1].withUnsafeBufferPointer { green in
        planes[2].withUnsafeBufferPointer { blue in
          for (number, step) in Self.steps.enumerated() {
            for y in 0..<max(height - step.y, 0) {
              for x in max(0, -step.x)..<max(width - max(0, step.x), max(0, -step.x)) {
                let pixel = y * width + x
                let other = pixel + offsets[number]
                let (r, g, b) = (red[pixel] - red[other], green[pixel] - green[other], blue[pixel] - blue[other])
                edges.append(UInt32(truncatingIfNeeded: pixel * Self.steps.count + number))
                squares.append(r * r + g * g + b * b)
              }
            }
          }
        }
      }
    }
    let sorted = Self.sorted(edges, by: squares)
    (order, differences) = (sorted.0, sorted.1.map { $0.squareRoot() })
    self.offsets = offsets
  }

  @inline(__always)
  func ends(of edge: UInt32) -> (Int, Int) {
    let pixel = Int(edge) / Self.steps.count
    return (pixel, pixel + offsets[Int(edge) % Self.steps.count])
  }

  /// `items` and `keys` ≥ 0, sorted by key, stable: a radix sort, because the bits of such numbers sort as the numbers
  /// do.
  private static func sorted(_ items: [UInt32], by keys: [Float]) -> ([UInt32], [Float]) {
    let digits = 11
    let buckets = 1 << digits
    var from = zip(keys, items).map { (key: $0.bitPattern, item: $1) }
    var to = from
    for shift in stride(from: 0, to: UInt32.bitWidth, by: digits) {
      var starts = [Int](repeating: 0, count: buckets + 1)
      func digit(_ key: UInt32) -> Int { Int(key >> UInt32(shift)) & (buckets - 1) }
      for entry in from { starts[digit(entry.key) + 1] += 1 }
      for bucket in 1...buckets { starts[bucket] += starts[bucket - 1] }
      for entry in from {
        to[starts[digit(entry.key)]] = entry
        starts[digit(entry.key)] += 1
      }
      swap(&from, &to)
    }
    return (from.map(\.item), from.map { Float(bitPattern: $0.key) })
  }
}
