import Fields
import Images
import Tensors

// What a workspace and a bank file keep of a concept. Vectors and masks have a form of their own in each.

extension Concept: StoredRecord {
  package static var blank: Concept {
    Concept(
      id: "", name: "", classIndex: 0, rank: 0, center: [], threshold: 0, patches: [], size: 0, tcav: .blank,
      cavAccuracy: 0, cavs: [])
  }

  /// In a bank file.
  package static let fields = FieldList<Concept>(joining: [
    archivedFields, ConceptMeasures.fields.within(\Concept.measures),
  ])

  /// In an archive, which has `measures` behind all concepts: they came later.
  private static let archivedFields = FieldList<Concept>([
    .field("id", \.id, .string),
    .field("name", \.name, .anyString),
    .stored(\.classIndex, .count),
    .stored(\.rank, .count),
    .stored(\.center, .vector),
    .field("threshold", \.threshold, .number(.finite)),
    .field("patches", \.patches, .array(of: ConceptPatch.type)),
    .field("size", \.size, .count),
    .field("tcav", \.tcav, TCAVSummary.type),
    .field("cavAccuracy", \.cavAccuracy, .score),
    .stored(\.cavs, .array(of: .vector)),
  ])

  package mutating func archive(in archive: inout Archive) throws {
    try Self.archivedFields.archive(&self, in: &archive)
  }
}

extension ConceptPatch: StoredRecord {
  package static var blank: ConceptPatch { ConceptPatch(imageIndex: 0, box: .blank, mask: .blank, distance: 0) }

  package static let fields = FieldList<ConceptPatch>([
    .field("image", \.imageIndex, .count),
    .stored(\.box, .storedBox),
    .stored(\.mask, .storedMask),
    .field("distance", \.distance, .number(.finite)),
  ])
}

extension TCAVSignificance: StoredRecord {
  package static var blank: TCAVSignificance {
    TCAVSignificance(measure: .scores, correctedPValue: nil, correction: .bonferroni, tests: 0)
  }

  package static let fields = FieldList<TCAVSignificance>([
    .field("measure", \.measure, .word(TCAVMeasure.self)),
    .field("correctedP", \.correctedPValue, .score),
    .field("correction", \.correction, .word(PValueCorrection.self)),
    .field("tests", \.tests, .count),
  ])
}

extension TCAVSummary: StoredRecord {
  package static var blank: TCAVSummary {
    TCAVSummary(mean: 0, standardDeviation: 0, pValue: nil, effect: 0, scores: [])
  }

  package static let fields = FieldList<TCAVSummary>([
    .field("mean", \.mean, .score),
    .field("sd", \.standardDeviation, .score),
    .field("p", \.pValue, .score),
    .field("effect", \.effect, .score),
    .field("scores", \.scores, .array(of: .score)),
    .field("significance", \.significance, .nullable(TCAVSignificance.type)),
  ])

  /// One byte says which of p and significance there are: the first version had p alone, and wrote 0 or 1.
  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&mean)
    try archive.field(&standardDeviation)
    let (hasPValue, hasSignificance): (UInt8, UInt8) = (1, 2)
    var there = (pValue == nil ? 0 : hasPValue) | (significance == nil ? 0 : hasSignificance)
    try archive.field(&there)
    guard there <= hasPValue | hasSignificance else { throw ArchiveError.damaged }
    if there & hasPValue != 0 {
      var value = pValue ?? 0
      try archive.field(&value)
      pValue = value
    }
    try archive.field(&effect)
    try archive.list(&scores, blank: 0) { try $0.field(&$1) }
    if there & hasSignificance != 0 {
      var value = significance ?? .blank
      try archive.field(&value)
      significance = value
    }
  }
}

extension ConceptDictionary.Entry: StoredRecord {
  package static var blank: ConceptDictionary.Entry {
    ConceptDictionary.Entry(concept: "", component: 0, reference: 0)
  }

  package static let fields = FieldList<ConceptDictionary.Entry>([
    .field("concept", \.concept, .string),
    .field("component", \.component, .count),
    .field("reference", \.reference, .number(.finite)),
  ])
}
