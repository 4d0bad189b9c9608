import Fields
import Images
import Store

/// An image's superpixels at every resolution.
package struct Segmentations: StageValue, Equatable {
  package static let kind = "superpixels"
  package static var blank: Segmentations { Segmentations(levels: []) }

  package var levels: [Superpixels]

  package var memoryBytes: Int { levels.reduce(0) { $0 + $1.labels.count * MemoryLayout<Int32>.stride } }

  /// Each partition is its extents, and the runs of equal labels in row-major order.
  package mutating func archive(in archive: inout Archive) throws {
    var partitions = levels.map { Partition(width: $0.width, height: $0.height, labels: $0.labels) }
    try archive.list(&partitions, blank: Partition(width: 0, height: 0, labels: [])) { try $1.archive(in: &$0) }
    guard archive.isReading else { return }
    levels = try partitions.map { partition in
      guard
        let superpixels = Superpixels(width: partition.width, height: partition.height, labels: partition.labels)
      else { throw ArchiveError.damaged }
      return superpixels
    }
  }

  private struct Partition {
    var width: Int
    var height: Int
    var labels: [Int32]

    mutating func archive(in archive: inout Archive) throws {
      try archive.small(&width)
      try archive.small(&height)
      guard max(width, height) <= Mask.largestSide else { throw ArchiveError.damaged }
      var position = 0
      while position < width * height {
        var label = archive.isReading ? 0 : Int(labels[position])
        var end = position
        while !archive.isReading, end < labels.count, labels[end] == labels[position] { end += 1 }
        var length = end - position
        try archive.small(&label)
        try archive.small(&length)
        guard length > 0, length <= width * height - position, let number = Int32(exactly: label) else {
          throw ArchiveError.damaged
        }
        if archive.isReading { labels.append(contentsOf: repeatElement(number, count: length)) }
        position += length
      }
    }
  }
}
