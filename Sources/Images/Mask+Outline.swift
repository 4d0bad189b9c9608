extension Mask {
  /// The borders of the set as closed lines along the edges of pixels: corners only, the first not repeated. A corner
  /// (x, y) is the upper left one of pixel (x, y).
  package var outlines: [[(x: Int, y: Int)]] {
    // Each edge leads from a corner to the next with the set on its right.
    var next: [Int: [Int]] = [:]
    let columns = width + 1
    func isInside(_ x: Int, _ y: Int) -> Bool { x >= 0 && x < width && y >= 0 && y < height && self[x, y] }
    func lead(_ x: Int, _ y: Int, to x1: Int, _ y1: Int) {
      next[y * columns + x, default: []].append(y1 * columns + x1)
    }
    forEachPixel { x, y in
      if !isInside(x, y - 1) { lead(x, y, to: x + 1, y) }
      if !isInside(x + 1, y) { lead(x + 1, y, to: x + 1, y + 1) }
      if !isInside(x, y + 1) { lead(x + 1, y + 1, to: x, y + 1) }
      if !isInside(x - 1, y) { lead(x, y + 1, to: x, y) }
    }
    var lines: [[(x: Int, y: Int)]] = []
    for start in next.keys.sorted() {
      while var corner = next[start]?.popLast() {
        var corners = [start]
        while corner != start {
          corners.append(corner)
          guard let following = next[corner]?.popLast() else { break }
          corner = following
        }
        let points = corners.map { (x: $0 % columns, y: $0 / columns) }
        lines.append(
          points.indices.filter { index in
            let (before, after) = (
              points[(index + points.count - 1) % points.count], points[(index + 1) % points.count]
            )
            return before.x != after.x && before.y != after.y
          }.map { points[$0] })
      }
    }
    return lines
  }
}
