import Fields

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
