import Fields

extension Attribution.Graph: Archivable {
  package static var blank: Attribution.Graph { Attribution.Graph(nodes: [], edges: []) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&nodes)
    try archive.field(&edges)
  }
}

extension Attribution: Archivable {
  package static var blank: Attribution { Attribution(output: 0, graphs: [], bias: 0) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&output)
    try archive.list(&graphs)
    try archive.field(&bias)
  }
}
