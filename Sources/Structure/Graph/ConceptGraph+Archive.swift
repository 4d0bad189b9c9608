import Fields

extension ConceptGraph.Node: Archivable {
  package static var blank: ConceptGraph.Node { .dummy(conceptID: "", distance: 0, width: 0, value: 0) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&conceptID)
    try archive.field(&detected)
    try archive.field(&distance)
    try archive.field(&center.x)
    try archive.field(&center.y)
    try archive.optional(&box, blank: .blank) { try $0.field(&$1) }
    try archive.optional(&mask, blank: .blank) { try $0.field(&$1) }
    try archive.field(&embedding)
  }
}

extension ConceptGraph: Archivable {
  package static var blank: ConceptGraph { ConceptGraph(classIndex: 0, nodes: []) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&classIndex)
    try archive.list(&nodes)
    // Graphs that were kept before had one patch for each node.
    guard archive.hasMore else { return }
    var parts = nodes.map(\.parts)
    try archive.list(&parts, blank: []) { archive, parts in
      try archive.list(&parts, blank: .init(mask: .blank, pixels: 0)) { archive, part in
        try archive.field(&part.mask)
        try archive.small(&part.pixels)
      }
    }
    guard parts.count == nodes.count else { throw ArchiveError.damaged }
    for (position, parts) in parts.enumerated() { nodes[position].parts = parts }
  }
}
