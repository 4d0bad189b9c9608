/// Superpixels by flooding: basins grow from markers on a regular grid over the image's gradient, lowest pixels first
/// (Meyer 1991). The distance from the marker can hold them together (compact watershed, Neubert and Protzel, ICPR
/// 2014).
///
/// Details follow scikit-image's `watershed(sobel(rgb2gray(image)), markers, compactness)` with a number of markers.
/// Pure functions, which may run on several threads at once.
package enum Watershed {
  /// The compactness is clamped to this range.
  static let compactnessRange = 0.0...1e6

  /// Partitions `image` once for each number in `markers`, sharing the gradient between them.
  ///
  /// - Parameters:
  ///   - markers: about how many superpixels; below 1 counts as 1.
  ///   - compactness: weight of a pixel of distance from the marker against the gradient, which is 0...1; 0 for no
  ///     weight.
  package static func segment(_ image: RGBImage, markers: [Int], compactness: Double = 0) -> [Superpixels] {
    let gradient = SobelGradient(image)
    let compactness = compactnessRange.nearest(to: compactness)
    return markers.map { count in
      let grid = RegularGrid(width: image.width, height: image.height, points: max(count, 1))
      var flood = Flood(gradient, compactness: compactness)
      return flood.superpixels(from: grid)
    }
  }
}

/// The magnitude of the gradient of an image's luma, by the Sobel operator, edge pixels repeated: 0...1.
private struct SobelGradient {
  let width: Int
  let height: Int
  /// Row-major.
  let values: [Double]

  init(_ image: RGBImage) {
    let (width, height) = (image.width, image.height)
    (self.width, self.height) = (width, height)
    // ITU-R BT.709's luma with the constants of scikit-image's `rgb2gray`.
    let luma = (0..<width * height).map { pixel in
      let (red, green, blue) = (
        Double(image.samples[pixel * 3]) / 255, Double(image.samples[pixel * 3 + 1]) / 255,
        Double(image.samples[pixel * 3 + 2]) / 255
      )
      return 0.2125 * red + 0.7154 * green + 0.0721 * blue
    }
    var values = [Double](repeating: 0, count: width * height)
    for y in 0..<height {
      let rows = [max(y - 1, 0), y, min(y + 1, height - 1)].map { $0 * width }
      for x in 0..<width {
        let columns = (max(x - 1, 0), x, min(x + 1, width - 1))
        func across(_ row: Int) -> Double { luma[row + columns.2] - luma[row + columns.0] }
        func down(_ column: Int) -> Double { luma[rows[2] + column] - luma[rows[0] + column] }
        let horizontal = (across(rows[0]) + 2 * across(rows[1]) + across(rows[2])) / 4
        let vertical = (down(columns.0) + 2 * down(columns.1) + down(columns.2)) / 4
        values[y * width + x] = ((horizontal * horizontal + vertical * vertical) / 2).squareRoot()
      }
    }
    self.values = values
  }
}

/// Basins that grow over a gradient.
private struct Flood {
  /// A pixel that water has reached.
  private struct Shore {
    /// The level at which it is flooded.
    var level: Double
    /// The order in which pixels were reached, which decides between equal levels.
    var age: Int32
    var pixel: Int32
    /// The marker that the water comes from.
    var marker: Int32

    @inline(__always)
    static func < (a: Shore, b: Shore) -> Bool { a.level < b.level || (a.level == b.level && a.age < b.age) }
  }

  private static let dry: Int32 = -1

  private let gradient: SobelGradient
  private let compactness: Double
  private var labels: [Int32]
  /// A binary heap with the next pixel to be flooded on top.
  private var heap: [Shore] = []
  private var reached: Int32 = 0

  init(_ gradient: SobelGradient, compactness: Double) {
    self.gradient = gradient
    self.compactness = compactness
    labels = [Int32](repeating: Self.dry, count: gradient.values.count)
    heap.reserveCapacity(gradient.values.count)
  }

  /// The basins of the grid's points, numbered row by row.
  mutating func superpixels(from grid: RegularGrid) -> Superpixels {
    let (width, height) = (gradient.width, gradient.height)
    var basins: Int32 = 0
    for y in stride(from: grid.y.start, to: height, by: grid.y.step) {
      for x in stride(from: grid.x.start, to: width, by: grid.x.step) {
        let pixel = Int32(y * width + x)
        labels[Int(pixel)] = basins
        basins += 1
        push(Shore(level: gradient.values[Int(pixel)], age: reached, pixel: pixel, marker: pixel))
      }
    }
    while let shore = pop() {
      let pixel = Int(shore.pixel)
      if compactness > 0 {
        // Several basins may have reached the pixel; the first to flood it has it.
        if labels[pixel] != Self.dry && shore.pixel != shore.marker { continue }
        labels[pixel] = labels[Int(shore.marker)]
      }
      let (x, y) = (pixel % width, pixel / width)
      if y > 0 { reach(pixel - width, from: shore) }
      if x > 0 { reach(pixel - 1, from: shore) }
      if x + 1 < width { reach(pixel + 1, from: shore) }
      if y + 1 < height { reach(pixel + width, from: shore) }
    }
    return Superpixels(width: width, height: height, labels: labels, count: Int(basins))
  }

  private mutating func reach(_ pixel: Int, from shore: Shore) {
    guard labels[pixel] == Self.dry else { return }
    var level = gradient.values[pixel]
    if compactness > 0 {
      let (x, y) = (pixel % gradient.width, pixel / gradient.width)
      let marker = Int(shore.marker)
      let across = Double(x - marker % gradient.width)
      let down = Double(y - marker / gradient.width)
      level += compactness * (across * across + down * down).squareRoot()
    } else {
      labels[pixel] = labels[Int(shore.marker)]
    }
    reached += 1
    push(Shore(level: max(level, shore.level), age: reached, pixel: Int32(pixel), marker: shore.marker))
  }

  private mutating func push(_ shore: Shore) {
    heap.append(shore)
    heap.withUnsafeMutableBufferPointer { heap in
      var child = heap.count - 1
      while child > 0 {
        let parent = (child - 1) / 2
        guard shore < heap[parent] else { break }
        heap[child] = heap[parent]
        child = parent
      }
      heap[child] = shore
    }
  }

  private mutating func pop() -> Shore? {
    guard let top = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return top }
    heap.withUnsafeMutableBufferPointer { heap in
      var hole = 0
      while true {
        var child = 2 * hole + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count && heap[child + 1] < heap[child] { child += 1 }
        guard heap[child] < last else { break }
        heap[hole] = heap[child]
        hole = child
      }
      heap[hole] = last
    }
    return top
  }
}
