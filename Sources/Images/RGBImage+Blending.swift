extension RGBImage {
  /// The image with `overlay`, of equal extents, laid over it: `opacity` 1 shows the overlay, 0 the image.
  package func blending(_ overlay: RGBImage, opacity: FloatMap) -> RGBImage {
    guard overlay.width == width, overlay.height == height, opacity.width == width, opacity.height == height else {
      return self
    }
    var result = self
    for pixel in 0..<width * height where opacity.values[pixel] > 0 {
      let share = min(opacity.values[pixel], 1)
      for position in pixel * 3..<pixel * 3 + 3 {
        let value = (1 - share) * Float(samples[position]) + share * Float(overlay.samples[position])
        result.samples[position] = UInt8(min(max(value.rounded(), 0), 255))
      }
    }
    return result
  }

  /// The image with the pixels of `mask`, whose extents are the image's, filled in smoothly from their surroundings:
  /// each becomes the mean of its four neighbours (the discrete Laplace equation, by successive over-relaxation). A
  /// mask of all pixels changes nothing.
  package func inpainted(_ mask: Mask) -> RGBImage {
    guard mask.width == width, mask.height == height, mask.area > 0, mask.area < width * height else { return self }
    var pixels: [Int] = []
    mask.forEachPixel { x, y in pixels.append(y * width + x) }
    let neighbours = pixels.map { pixel in
      let (x, y) = (pixel % width, pixel / width)
      return [
        x > 0 ? pixel - 1 : pixel, x + 1 < width ? pixel + 1 : pixel, y > 0 ? pixel - width : pixel,
        y + 1 < height ? pixel + width : pixel,
      ]
    }
    var result = self
    for channel in 0..<3 {
      var plane = (0..<width * height).map { Float(samples[$0 * 3 + channel]) }
      let border = zip(pixels, neighbours).flatMap { $1.filter { !mask[$0] } }
      let mean = border.reduce(Float(0)) { $0 + plane[$1] } / Float(max(1, border.count))
      for pixel in pixels { plane[pixel] = mean }
      for _ in 0..<Self.relaxationPasses {
        var largest: Float = 0
        for (pixel, around) in zip(pixels, neighbours) {
          let target = (plane[around[0]] + plane[around[1]] + plane[around[2]] + plane[around[3]]) / 4
          let step = Self.relaxation * (target - plane[pixel])
          plane[pixel] += step
          largest = max(largest, abs(step))
        }
        if largest < Self.relaxationTolerance { break }
      }
      for pixel in pixels { result.samples[pixel * 3 + channel] = UInt8(min(max(plane[pixel].rounded(), 0), 255)) }
    }
    return result
  }

  private static let relaxation: Float = 1.8
  private static let relaxationPasses = 400
  /// In grey levels.
  private static let relaxationTolerance: Float = 0.05
}

extension Mask {
  /// 1 inside the set and 0 outside, falling off linearly over 2 · `radius` pixels across its border.
  package func feathered(radius: Int) -> FloatMap {
    var map = FloatMap(width: width, height: height, values: [Float](repeating: 0, count: width * height))
    forEachPixel { x, y in map.values[y * width + x] = 1 }
    return map.boxBlurred(radius: radius)
  }
}

extension FloatMap {
  /// Each number replaced by the mean of the square of side 2 · `radius` + 1 around it, cut off at the edges.
  package func boxBlurred(radius: Int) -> FloatMap {
    guard radius > 0 else { return self }
    func blurred(_ line: [Float]) -> [Float] {
      var sums: [Float] = [0]
      for value in line { sums.append(sums[sums.count - 1] + value) }
      return line.indices.map { index in
        let (first, last) = (max(0, index - radius), min(line.count, index + radius + 1))
        return (sums[last] - sums[first]) / Float(last - first)
      }
    }
    var result = self
    for y in 0..<height {
      result.values.replaceSubrange(
        y * width..<(y + 1) * width, with: blurred(Array(values[y * width..<(y + 1) * width])))
    }
    for x in 0..<width {
      let column = blurred((0..<height).map { result.values[$0 * width + x] })
      for y in 0..<height { result.values[y * width + x] = column[y] }
    }
    return result
  }
}
