extension Mask {
  /// Lengths of the runs of pixels outside and inside the set by turns, row-major, the first outside and the last
  /// inside. A superpixel has a few runs per row.
  package var runs: [Int] {
    var runs: [Int] = []
    // The run inside that is being read: pixels start..<end.
    var (start, end) = (0, 0)
    for (position, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        let index = position * 64 + rest.trailingZeroBitCount
        if index > end || end == 0 {
          if end > 0 { runs.append(end - start) }
          runs.append(index - end)
          start = index
        }
        end = index + 1
        rest &= rest - 1
      }
    }
    if end > 0 { runs.append(end - start) }
    return runs
  }

  /// The set with these runs; nil where they do not fit the extents.
  package init?(width: Int, height: Int, runs: [Int]) {
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !overflow else { return nil }
    var position = 0
    for run in runs {
      guard run >= 0, run <= count - position else { return nil }
      position += run
    }
    self.init(width: width, height: height)
    position = 0
    for (number, run) in runs.enumerated() {
      if number % 2 == 1 { for index in position..<position + run { self[index] = true } }
      position += run
    }
  }
}
