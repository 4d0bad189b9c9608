import Fields
import RPC
import Reports

/// `vrx/compare`: which concepts and relations account for the difference between two sides.
package struct Compare: WireRequest {
  package static let method = "vrx/compare"
  package static let ordering = Ordering.read
  package static let lane = Lane.inference
  package static let summary =
    "Which concepts and relations account for the difference between two classes, two images or two models."
  package typealias Result = ComparisonReport

  /// A class, as a model's reasoning network sees it in an image.
  package struct Side: Sendable {
    package var model: String
    package var image: WireImage
    package var classReference: WireClass
    package var graphModel: String?

    init(_ reader: FieldReader) throws {
      model = try reader.model()
      image = try reader.image()
      classReference = try reader.classReference()
      graphModel = try reader.latestGraphModel(covering: " that covers the class")
    }
  }

  package var left: Side
  package var right: Side
  package var evidence: Explain.Evidence

  package init(_ reader: FieldReader) throws {
    left = try reader.required("left", .side, "What is compared.")
    right = try reader.required("right", .side, "What it is compared with.")
    evidence = try reader.evidence()
  }
}

/// `vrx/intervene`: edits an image at its concepts and explains it again.
package struct Intervene: WireRequest {
  package static let method = "vrx/intervene"
  package static let ordering = Ordering.read
  package static let lane = Lane.inference
  package static let summary =
    "Masks, moves or replaces concepts in an image, and reports how the prediction and the explanation change."
  package typealias Result = InterventionReport

  /// What is done to a concept's patch.
  package enum Kind: String, Sendable, CaseIterable {
    /// Replaced by the patch of another image, or of the concept's best exemplar.
    case substitute
    /// Replaced by a random patch of another image.
    case random
    case move
    /// Made grey.
    case mask
  }

  package struct Edit: Sendable {
    package var kind: Kind
    package var concept: String
    package var classReference: WireClass?
    package var from: WireImage?
    package var to: (x: Double, y: Double)?

    init(_ reader: FieldReader) throws {
      let kind = try reader.required(
        "kind", .oneOf(Kind.allCases.map(\.rawValue)), "What is done to the concept's patch.")
      self.kind = Kind(rawValue: kind) ?? .mask
      concept = try reader.required("concept", .string, "The concept's id or name.")
      classReference = try reader.optional(
        "class", .classReference, "The hypothesis under which the concept is sought; its own class where absent.")
      from = try reader.optional(
        "from", .image,
        "substitute and random: where the new patch comes from; the concept's best exemplar, or an image of the bank.")
      to = try reader.optional("to", .point, "move: where the patch's middle goes.")
    }
  }

  package var model: String
  package var image: WireImage
  package var edits: [Edit]
  package var classes: [WireClass]?
  package var graphModel: String?
  package var rematch: Bool
  package var evidence: Explain.Evidence
  package var seed: UInt64

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    image = try reader.image()
    edits = try reader.required("edits", .list(of: .edit), "What is changed, in order.")
    let one = try reader.optional(
      "class", .classReference, "The class that is explained before and after; all where absent.")
    classes = one.map { [$0] }
    graphModel = try reader.latestGraphModel()
    rematch = try reader.optional(
      "rematch", .bool, default: false,
      "Whether all concepts are found again in the edited picture, as vrx/explain would; else those that no edit touches stay where they were."
    )
    evidence = try reader.evidence()
    seed = try reader.seed()
  }
}

extension FieldType where Value == Compare.Side {
  fileprivate static var side: FieldType {
    .members(
      "an object with model, image and class",
      example: ["model": .string("model"), "image": .string("path"), "class": .string("label")], Compare.Side.init)
  }
}

extension FieldType where Value == Intervene.Edit {
  fileprivate static var edit: FieldType {
    .members(
      "an object with kind and concept", example: ["kind": .string("mask"), "concept": .string("id")],
      Intervene.Edit.init)
  }
}

extension FieldType where Value == (x: Double, y: Double) {
  /// [x, y] in [0, 1] of the image.
  static var point: FieldType {
    FieldType(
      "a point [x, y], both in [0, 1] of the image", schema: .point, example: .array([.double(0.5), .double(0.5)])
    ) {
      value in
      guard case .array(let numbers) = value, numbers.count == 2 else { return nil }
      let values = numbers.compactMap { number -> Double? in
        switch number {
        case .int(let whole): Double(whole)
        case .double(let value): value
        default: nil
        }
      }
      guard values.count == 2, values.allSatisfy({ (0...1).contains($0) }) else { return nil }
      return (values[0], values[1])
    }
  }
}
