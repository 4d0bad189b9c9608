/// SLIC's k-means: pixels and cluster centres in (x, y, L*, a*, b*), colours in units of the compactness.
struct SLICClustering {
  /// A cluster's centre.
  private struct Center {
    var x: Float
    var y: Float
    var lightness: Float = 0
    var a: Float = 0
    var b: Float = 0
  }

  private static let lanes = 8

  private let width: Int
  private let height: Int
  /// Colour planes, divided by the compactness.
  private let lightness: [Float]
  private let a: [Float]
  private let b: [Float]
  private var centers: [Center]
  /// How far a centre reaches: two steps of the actual grid.
  private let reach: (x: Int, y: Int)
  /// 1 / (grid step)²: converts squared pixels into units of the grid.
  private let spatialWeight: Float

  var centerCount: Int { centers.count }

  /// Centres on a regular grid of about `segments`, without colour.
  init(_ image: LabImage, segments: Int, compactness: Double) {
    width = image.width
    height = image.height
    let scale = Float(1 / compactness)
    lightness = image.lightness.map { $0 * scale }
    a = image.a.map { $0 * scale }
    b = image.b.map { $0 * scale }
    let grid = RegularGrid(width: width, height: height, points: segments)
    var centers: [Center] = []
    for y in stride(from: grid.y.start, to: height, by: grid.y.step) {
      for x in stride(from: grid.x.start, to: width, by: grid.x.step) {
        centers.append(Center(x: Float(x), y: Float(y)))
      }
    }
    self.centers = centers
    let step = Float(max(grid.x.step, grid.y.step))
    spatialWeight = 1 / (step * step)
    let search = RegularGrid(width: width, height: height, points: centers.count)
    reach = (2 * search.x.step, 2 * search.y.step)
  }

  /// The cluster of each pixel, row-major: pixels are assigned and centres moved until no pixel changes its cluster,
  /// for at most `maxIterations` rounds.
  mutating func clusters(maxIterations: Int) -> [Int32] {
    var labels = [Int32](repeating: 0, count: width * height)
    var distances = [Float](repeating: 0, count: width * height)
    var columnDistances = [Float](repeating: 0, count: width)
    for _ in 0..<maxIterations {
      let previous = labels
      assign(&labels, &distances, &columnDistances)
      if labels == previous { break }
      moveCenters(labels)
    }
    return labels
  }

  /// Gives each pixel to the nearest centre that reaches it; of equally near centres to the first.
  private func assign(_ labels: inout [Int32], _ distances: inout [Float], _ columnDistances: inout [Float]) {
    for index in distances.indices { distances[index] = .greatestFiniteMagnitude }
    labels.withUnsafeMutableBufferPointer { labels in
      distances.withUnsafeMutableBufferPointer { distances in
        columnDistances.withUnsafeMutableBufferPointer { columnDistances in
          lightness.withUnsafeBufferPointer { lightness in
            a.withUnsafeBufferPointer { a in
              b.withUnsafeBufferPointer { b in
                guard let labels = labels.baseAddress, let distances = distances.baseAddress,
                  let columnDistances = columnDistances.baseAddress, let lightness = lightness.baseAddress,
                  let a = a.baseAddress, let b = b.baseAddress
                else { return }
                for (number, center) in centers.enumerated() {
                  compare(
                    center, Int32(number), columnDistances,
                    Planes(lightness: lightness, a: a, b: b, distances: distances, labels: labels))
                }
              }
            }
          }
        }
      }
    }
  }

  /// The memory that a comparison works on.
  private struct Planes {
    let lightness: UnsafePointer<Float>
    let a: UnsafePointer<Float>
    let b: UnsafePointer<Float>
    let distances: UnsafeMutablePointer<Float>
    let labels: UnsafeMutablePointer<Int32>
  }

  /// Compares one centre with the pixels it reaches.
  private func compare(
    _ center: Center, _ number: Int32, _ columnDistances: UnsafeMutablePointer<Float>, _ planes: Planes
  ) {
    let columns = Self.window(center.x, reach.x, width)
    let rows = Self.window(center.y, reach.y, height)
    for x in columns {
      let distance = center.x - Float(x)
      columnDistances[x] = distance * distance * spatialWeight
    }
    for y in rows {
      let distance = center.y - Float(y)
      let rowDistance = distance * distance * spatialWeight
      let row = y * width
      if columns.count < Self.lanes {
        for x in columns { compare(center, number, rowDistance + columnDistances[x], row + x, planes) }
      } else {
        var x = columns.lowerBound
        while x < columns.upperBound {
          // The last step overlaps the one before: comparing twice changes nothing.
          x = min(x, columns.upperBound - Self.lanes)
          let spatial = UnsafeRawPointer(columnDistances + x).loadUnaligned(as: SIMD8<Float>.self) + rowDistance
          compareLanes(center, number, spatial, row + x, planes)
          x += Self.lanes
        }
      }
    }
  }

  @inline(__always)
  private func compare(_ center: Center, _ number: Int32, _ spatial: Float, _ pixel: Int, _ planes: Planes) {
    let lightness = planes.lightness[pixel] - center.lightness
    let a = planes.a[pixel] - center.a
    let b = planes.b[pixel] - center.b
    let distance = spatial + (lightness * lightness + a * a + b * b)
    if distance < planes.distances[pixel] {
      planes.distances[pixel] = distance
      planes.labels[pixel] = number
    }
  }

  @inline(__always)
  private func compareLanes(
    _ center: Center, _ number: Int32, _ spatial: SIMD8<Float>, _ pixel: Int, _ planes: Planes
  ) {
    let nearest = UnsafeRawPointer(planes.distances + pixel).loadUnaligned(as: SIMD8<Float>.self)
    let lightness = UnsafeRawPointer(planes.lightness + pixel).loadUnaligned(as: SIMD8<Float>.self) - center.lightness
    let a = UnsafeRawPointer(planes.a + pixel).loadUnaligned(as: SIMD8<Float>.self) - center.a
    let b = UnsafeRawPointer(planes.b + pixel).loadUnaligned(as: SIMD8<Float>.self) - center.b
    let distance = spatial + (lightness * lightness + a * a + b * b)
    let isNearer = distance .< nearest
    let label = UnsafeRawPointer(planes.labels + pixel).loadUnaligned(as: SIMD8<Int32>.self)
    UnsafeMutableRawPointer(planes.distances + pixel)
      .storeBytes(of: nearest.replacing(with: distance, where: isNearer), as: SIMD8<Float>.self)
    UnsafeMutableRawPointer(planes.labels + pixel)
      .storeBytes(of: label.replacing(with: number, where: isNearer), as: SIMD8<Int32>.self)
  }

  /// The pixels of an axis that a centre reaches.
  private static func window(_ center: Float, _ reach: Int, _ extent: Int) -> Range<Int> {
    let lower = Int(max(center - Float(reach), 0))
    return lower..<max(Int(min(center + Float(reach + 1), Float(extent))), lower)
  }

  /// Moves each centre to the mean of its pixels; a centre without pixels stays.
  private mutating func moveCenters(_ labels: [Int32]) {
    var sums = [ClusterSum](repeating: ClusterSum(), count: centers.count)
    labels.withUnsafeBufferPointer { labels in
      lightness.withUnsafeBufferPointer { lightness in
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            for y in 0..<height {
              let row = y * width
              var x = 0
              // A run of equal labels is summed in registers.
              while x < width {
                let label = labels[row + x]
                let start = x
                var (sumL, sumA, sumB): (Float, Float, Float) = (0, 0, 0)
                repeat {
                  sumL += lightness[row + x]
                  sumA += a[row + x]
                  sumB += b[row + x]
                  x += 1
                } while x < width && labels[row + x] == label
                sums[Int(label)].add(
                  pixels: x - start, x: (start + x - 1) * (x - start) / 2, y: y, color: (sumL, sumA, sumB))
              }
            }
          }
        }
      }
    }
    for (index, sum) in sums.enumerated() where sum.pixels > 0 {
      let count = Double(sum.pixels)
      centers[index] = Center(
        x: Float(Double(sum.x) / count), y: Float(Double(sum.y) / count), lightness: Float(sum.lightness / count),
        a: Float(sum.a / count), b: Float(sum.b / count))
    }
  }

  /// The sums of a cluster's pixels.
  private struct ClusterSum {
    var pixels = 0
    var x = 0
    var y = 0
    var lightness = 0.0
    var a = 0.0
    var b = 0.0

    /// Adds a run of pixels of row `y` with this sum of columns and of colours.
    mutating func add(pixels count: Int, x columns: Int, y row: Int, color: (Float, Float, Float)) {
      pixels += count
      x += columns
      y += count * row
      lightness += Double(color.0)
      a += Double(color.1)
      b += Double(color.2)
    }
  }
}
