/// Disjoint sets of pixels as trees, each rooted at its first pixel in row-major order.
struct PixelForest {
  private var parents: [Int32]
  private var sizes: [Int32]

  init(count: Int) {
    parents = (0..<Int32(count)).map { $0 }
    sizes = [Int32](repeating: 1, count: count)
  }

  /// Trees given by each pixel's parent; a root is its own parent. There must be no cycles.
  init(parents: [Int32]) {
    self.parents = parents
    sizes = [Int32](repeating: 1, count: parents.count)
  }

  var count: Int { parents.count }

  /// The root of a pixel's tree.
  mutating func root(of pixel: Int) -> Int {
    var pixel = pixel
    while Int(parents[pixel]) != pixel {
      // Path halving: every second pixel on the path moves up to its grandparent.
      parents[pixel] = parents[Int(parents[pixel])]
      pixel = Int(parents[pixel])
    }
    return pixel
  }

  func size(of root: Int) -> Int { Int(sizes[root]) }

  /// Joins the trees at two roots; returns the new root, which is the first of the two.
  mutating func join(_ first: Int, _ second: Int) -> Int {
    let (root, other) = (min(first, second), max(first, second))
    parents[other] = Int32(root)
    sizes[root] += sizes[other]
    return root
  }

  /// The trees as superpixels, numbered in the order of their roots.
  func superpixels(width: Int, height: Int) -> Superpixels {
    var forest = self
    var numbers = [Int32](repeating: 0, count: count)
    var next: Int32 = 0
    for pixel in 0..<count where Int(parents[pixel]) == pixel {
      numbers[pixel] = next
      next += 1
    }
    let labels = (0..<count).map { numbers[forest.root(of: $0)] }
    return Superpixels(width: width, height: height, labels: labels, count: Int(next))
  }
}
