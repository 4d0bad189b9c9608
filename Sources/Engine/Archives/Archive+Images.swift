import Fields
import Images
import Networks
import Store

/// An image's superpixels at every resolution.
struct Segmentations: StageValue, Equatable {
  static let kind = "superpixels"
  static var blank: Segmentations { Segmentations(levels: []) }

  var levels: [Superpixels]

  var memoryBytes: Int { levels.reduce(0) { $0 + $1.labels.count * MemoryLayout<Int32>.stride } }

  /// Each partition is its extents, and the runs of equal labels in row-major order.
  mutating func archive(in archive: inout Archive) throws {
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

extension InputGeometry: Archivable {
  package static var blank: InputGeometry {
    InputGeometry(
      inputWidth: 1, inputHeight: 1, resizedWidth: 1, resizedHeight: 1, left: 0, top: 0, originalWidth: 1,
      originalHeight: 1)
  }

  package mutating func archive(in archive: inout Archive) throws {
    var input = (width: inputWidth, height: inputHeight)
    var resized = (width: resizedWidth, height: resizedHeight)
    var original = (width: originalWidth, height: originalHeight)
    var (left, top) = (left, top)
    try archive.field(&input.width)
    try archive.field(&input.height)
    try archive.field(&resized.width)
    try archive.field(&resized.height)
    try archive.field(&left)
    try archive.field(&top)
    try archive.field(&original.width)
    try archive.field(&original.height)
    guard archive.isReading else { return }
    let extents = [input.width, input.height, resized.width, resized.height, original.width, original.height]
    guard extents.allSatisfy({ (1...Int(Int32.max)).contains($0) }) else { throw ArchiveError.damaged }
    self = InputGeometry(
      inputWidth: input.width, inputHeight: input.height, resizedWidth: resized.width, resizedHeight: resized.height,
      left: left, top: top, originalWidth: original.width, originalHeight: original.height)
  }
}
