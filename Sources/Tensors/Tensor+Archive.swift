import Base
import Fields

extension Tensor: Archivable {
  package static var blank: Tensor { Tensor(shape: [0]) }

  package mutating func archive(in archive: inout Archive) throws {
    var (shape, elements) = (shape, elements)
    try archive.list(&shape, blank: 0) { try $0.small(&$1) }
    try archive.field(&elements)
    guard archive.isReading else { return }
    guard Extents.product(shape) == elements.count else { throw ArchiveError.damaged }
    self = Tensor(shape: shape, elements: elements)
  }
}
