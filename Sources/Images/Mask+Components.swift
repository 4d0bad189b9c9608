extension Mask {
  /// The set's parts that are connected by edges of pixels, in reading order of their first pixels.
  package var components: [Mask] {
    var labels = [Int32](repeating: -1, count: width * height)
    var count: Int32 = 0
    var waiting: [Int] = []
    for start in labels.indices where self[start] && labels[start] < 0 {
      labels[start] = count
      waiting = [start]
      while let pixel = waiting.popLast() {
        let x = pixel % width
        let neighbours = [
          x > 0 ? pixel - 1 : -1, x + 1 < width ? pixel + 1 : -1, pixel - width,
          pixel + width < labels.count ? pixel + width : -1,
        ]
        for neighbour in neighbours where neighbour >= 0 && self[neighbour] && labels[neighbour] < 0 {
          labels[neighbour] = count
          waiting.append(neighbour)
        }
      }
      count += 1
    }
    return Mask.partition(width: width, height: height, labels: labels, count: Int(count))
  }
}
