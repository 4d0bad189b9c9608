import Fields
import Images
import RPC
import Reports

/// `concept/list`: the bank's concepts.
package struct ListConcepts: WireRequest {
  package static let method = "concept/list"
  package static let ordering = Ordering.read
  package static let lane = Lane.short
  package static let summary = "The concepts of the bank."
  package static let result = FieldType<[ConceptSummary]>.member(
    "concepts", .array(of: ConceptSummary.written), "By class and rank.")

  package var model: String?
  package var classReference: WireClass?

  package init(_ reader: FieldReader) throws {
    model = try reader.onlyModel()
    classReference = try reader.optional("class", .classReference, "Of this class only.")
  }
}

/// `concept/get`: one concept.
package struct GetConcept: WireRequest {
  package static let method = "concept/get"
  package static let ordering = Ordering.read
  package static let lane = Lane.short
  package static let summary = "One concept."
  package typealias Result = ConceptSummary

  package var concept: String

  package init(_ reader: FieldReader) throws {
    concept = try reader.concept()
  }
}

/// `concept/score`: how present concepts are in images, how important, and where.
package struct ScoreConcepts: WireRequest {
  package static let method = "concept/score"
  package static let ordering = Ordering.read
  package static let lane = Lane.compute
  package static let summary =
    "How present the bank's concepts are in images, how important there, and where. Nothing is clustered or trained for it."
  package typealias Result = (scores: [ConceptScores], skipped: [SkippedImage])
  package static let result = FieldType<Result>.written(
    FieldList([
      .field("scores", \.scores, .array(of: ConceptScores.written), "By image, then class."),
      .skipped(\.skipped),
    ]))

  package var model: String
  package var images: [WireImage]
  package var classReference: WireClass?
  package var concepts: [String]?

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    images = try reader.images()
    classReference = try reader.optional(
      "class", .classReference, "Of this class only; of all discovered classes where absent.")
    concepts = try reader.optional("concepts", .list(of: .string), "Ids of the concepts; all where absent.")
  }
}

/// `concept/rename`: names a concept.
package struct RenameConcept: WireRequest {
  package static let method = "concept/rename"
  package static let ordering = Ordering.write
  package static let lane = Lane.short
  package static let summary = "Names a concept; the name stays with it."
  package typealias Result = ConceptSummary

  package var concept: String
  package var name: String

  package init(_ reader: FieldReader) throws {
    concept = try reader.concept()
    name = try reader.required("name", .string, "Its new name.")
  }
}

/// `workspace/status`: what the daemon holds.
package struct WorkspaceStatus: WireRequest {
  package static let method = "workspace/status"
  package static let ordering = Ordering.read
  package static let lane = Lane.short
  package static let summary = "What the daemon holds."
  package typealias Result = EngineStatus

  package init(_ reader: FieldReader) throws {}
}
