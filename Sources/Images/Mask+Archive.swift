import Fields

extension Box: Archivable {
  package static var blank: Box { Box(x: 0, y: 0, width: 0, height: 0) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&x)
    try archive.field(&y)
    try archive.field(&width)
    try archive.field(&height)
  }
}

extension Mask: Archivable {
  package static var blank: Mask { Mask(width: 0, height: 0) }

  /// Extents, then the runs of pixels outside and inside by turns.
  package mutating func archive(in archive: inout Archive) throws {
    var (width, height) = (width, height)
    var runs = archive.isReading ? [] : runs
    try archive.small(&width)
    try archive.small(&height)
    guard max(width, height) <= Mask.largestSide else { throw ArchiveError.damaged }
    try archive.list(&runs, blank: 0) { try $0.small(&$1) }
    guard archive.isReading else { return }
    guard let mask = Mask(width: width, height: height, runs: runs) else { throw ArchiveError.damaged }
    self = mask
  }
}

extension Mask {
  /// The largest extent that is read.
  package static let largestSide = 4096
}

extension FieldType where Value == Box {
  /// A box that is only stored.
  package static var storedBox: FieldType {
    FieldType("a box", storage: .init(.blank) { try $1.archive(in: &$0) }) { _ in nil }
  }
}

extension FieldType where Value == Mask {
  /// A mask that is only stored.
  package static var storedMask: FieldType {
    FieldType("a mask", storage: .init(.blank) { try $1.archive(in: &$0) }) { _ in nil }
  }
}
