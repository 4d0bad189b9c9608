import Fields
import RPC
import Reports

/// `concept/remove`: takes a concept out of its class.
package struct RemoveConcept: WireRequest {
  package static let method = "concept/remove"
  package static let ordering = Ordering.write
  package static let lane = Lane.short
  package static let summary = "Takes a concept out of its class; reasoning networks that were trained with it keep it."
  package typealias Result = Done

  package var concept: String

  package init(_ reader: FieldReader) throws {
    concept = try reader.concept()
  }
}

/// `concept/merge`: makes one concept out of several.
package struct MergeConcepts: WireRequest {
  package static let method = "concept/merge"
  package static let ordering = Ordering.write
  package static let lane = Lane.inference
  package static let summary =
    "Makes one concept out of several of one class. It keeps the id of the most important one. Its importance is the mean of theirs, "
    + "weighted by size, until the class is discovered again."
  package typealias Result = ConceptSummary

  package var concepts: [String]
  package var name: String

  package init(_ reader: FieldReader) throws {
    concepts = try reader.required("concepts", .list(of: .string), "The concepts' ids, two or more.")
    name = try reader.required("name", .string, "Its new name.")
  }
}

/// `bank/export`: writes concepts and reasoning networks to a file.
package struct ExportBank: WireRequest {
  package static let method = "bank/export"
  package static let ordering = Ordering.read
  package static let lane = Lane.inference
  package static let summary =
    "Writes the concepts and the reasoning networks of all loaded networks to a file that bank/import reads."
  package typealias Result = BankContents

  package enum Format: String, Sendable, CaseIterable {
    /// Vectors as 32-bit floats, everything else as JSON in the file's metadata.
    case safetensors
    case json
  }

  package enum Part: String, Sendable, CaseIterable {
    case concepts
    /// Reasoning networks, with concepts of their own.
    case graphs
  }

  package var path: String
  package var format: Format
  package var include: [Part]
  package var model: String?
  package var graphModel: String?

  package init(_ reader: FieldReader) throws {
    path = try reader.required("path", .path, "The file.")
    format = try reader.optional("format", .word(Format.self), default: .safetensors, "Its format.")
    include = try reader.optional(
      "include", .list(of: .word(Part.self)), default: Part.allCases, "What is written; everything where absent.")
    model = try reader.onlyModel()
    graphModel = try reader.optional(
      "graphModel", .string, "Of the reasoning networks only this one, and of the concepts those of its classes.")
  }
}

/// `bank/import`: reads a file that `bank/export` wrote, or the published weights of a reasoning network.
package struct ImportBank: WireRequest {
  package static let method = "bank/import"
  package static let ordering = Ordering.write
  package static let lane = Lane.inference
  package static let summary =
    "Reads a file that bank/export wrote, of either format. Its classes and reasoning networks replace the existing ones; their networks must be "
    + "loaded. Or reads a reasoning network from a safetensors file of weights under the published names (conv1.lin_W1.weight, …, eij_1, …, "
    + "fc2.weight); it belongs to no network until graph/bind."
  package typealias Result = BankContents

  package var path: String
  package var classes: [String]?
  package var dummyValue: Double

  /// Published weights were trained with a vector of ones.
  private static let publishedDummyValue = 1.0

  package init(_ reader: FieldReader) throws {
    path = try reader.required("path", .path, "The file.")
    classes = try reader.optional(
      "classes", .list(of: .string), "Names of the outputs of published weights; numbers where absent.")
    dummyValue = try reader.optional(
      "dummyValue", .number(.from(-1_000_000, to: 1_000_000)), default: Self.publishedDummyValue,
      "Published weights: every entry of the embedding of a concept that is absent from the image.")
  }
}

/// What a bank file holds.
package struct BankContents: WrittenRecord {
  package var path: String
  package var classes: Int
  package var concepts: Int
  package var graphModels: [String]

  package init(path: String, classes: Int, concepts: Int, graphModels: [String]) {
    self.path = path
    self.classes = classes
    self.concepts = concepts
    self.graphModels = graphModels
  }

  package static let partName: String? = "Bank"
  package static let fields = FieldList<BankContents>([
    .field("path", \.path, .anyString, "The file."),
    .field("classes", \.classes, .count, "Classes in it."),
    .field("concepts", \.concepts, .count, "Concepts in them."),
    .field(
      "graphModels", \.graphModels, .array(of: .anyString), "Handles of the reasoning networks in it."),
  ])
}
