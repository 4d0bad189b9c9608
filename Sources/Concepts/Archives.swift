import Fields

extension GradientSummary: Archivable {
  package static var blank: GradientSummary { GradientSummary(attention: nil, pooledGradient: []) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.optional(&attention, blank: .blank) { try $0.field(&$1) }
    try archive.field(&pooledGradient)
  }
}

extension PatchRegion: Archivable {
  package static var blank: PatchRegion { PatchRegion(mask: .blank, box: .blank) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&mask)
    try archive.field(&box)
  }
}

extension DrawnRegion: Archivable {
  package static var blank: DrawnRegion { DrawnRegion(nil) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.optional(&region, blank: .blank) { try $0.field(&$1) }
  }
}

extension ConceptDictionary: Archivable {
  package static var blank: ConceptDictionary { ConceptDictionary(components: .blank, entries: []) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&components)
    try archive.list(&entries)
    guard isConsistent else { throw ArchiveError.damaged }
  }
}
