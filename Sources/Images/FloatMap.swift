/// One number per pixel, row-major, top row first.
package struct FloatMap: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// `width · height` numbers.
  package var values: [Float]

  package init(width: Int, height: Int, values: [Float]) {
    assert(width * height == values.count, "a map's extents must fit its values")
    self.width = width
    self.height = height
    self.values = values
  }

  /// The map at another size, interpolated linearly between pixel middles, edges extended: PyTorch's
  /// `interpolate(mode="bilinear", align_corners=False)`. Extents below 1 count as 1.
  package func resizedBilinear(width newWidth: Int, height newHeight: Int) -> FloatMap {
    let (newWidth, newHeight) = (max(newWidth, 1), max(newHeight, 1))
    guard width > 0, height > 0 else {
      return FloatMap(
        width: newWidth, height: newHeight, values: [Float](repeating: 0, count: newWidth * newHeight))
    }
    let columns = Self.interpolation(from: width, to: newWidth)
    let rows = Self.interpolation(from: height, to: newHeight)
    var result = [Float]()
    result.reserveCapacity(newWidth * newHeight)
    for row in rows {
      let (top, bottom) = (row.first * width, row.second * width)
      for column in columns {
        let upper = (1 - column.weight) * values[top + column.first] + column.weight * values[top + column.second]
        let lower = (1 - column.weight) * values[bottom + column.first] + column.weight * values[bottom + column.second]
        result.append((1 - row.weight) * upper + row.weight * lower)
      }
    }
    return FloatMap(width: newWidth, height: newHeight, values: result)
  }

  /// The two inputs of each output along an axis, and the second one's weight.
  private static func interpolation(
    from inputs: Int, to outputs: Int
  ) -> [(first: Int, second: Int, weight: Float)] {
    let scale = Float(inputs) / Float(outputs)
    return (0..<outputs).map { output in
      let position = max((Float(output) + 0.5) * scale - 0.5, 0)
      let first = min(Int(position), inputs - 1)
      return (first, min(first + 1, inputs - 1), position - Float(first))
    }
  }
}
