import Fields
import Images
import Networks
import RPC
import Reports

/// `model/load`: loads a network.
package struct LoadModel: WireRequest {
  package static let method = "model/load"
  package static let ordering = Ordering.write
  package static let lane = Lane.compute
  package static let summary = "Loads an ONNX network; the same bytes loaded twice are one model."
  package typealias Result = ModelSummary

  /// Where labels come from.
  package enum Labels: Sendable, Equatable {
    /// A file.
    case path(String)
    /// One per class.
    case list([String])
  }

  package var path: String
  package var labels: Labels?
  package var name: String?
  package var preprocessing: PreprocessingFields
  package var layer: String?
  package var precision: Precision?

  package init(_ reader: FieldReader) throws {
    path = try reader.required("path", .path, "The ONNX file.")
    labels = try reader.optional(
      "labels",
      FieldType(
        accepted: "a path or an array of strings", schema: .anyOf([.text, .array(of: .text, atLeast: 1)]),
        example: .string("labels.json")
      ) { value, field in
        if case .array = value { return .list(try FieldType<[String]>.list(of: .string).read(value, field)) }
        return .path(try FieldType<String>.path.read(value, field))
      },
      "A file (a JSON array, a JSON object from index to label, or text with a label a line), or the labels.")
    name = try reader.optional("name", .string, "Its name; the file's name where absent.")
    preprocessing = try reader.record(
      "preprocessing", PreprocessingFields.fields, into: PreprocessingFields(),
      "How images become inputs: (pixel × scale − mean) / std, pixels in [0, 1].")
    layer = try reader.optional("layer", .string, "The default layer of requests.")
    precision = try reader.optional("precision", .word(Precision.self), "The arithmetic; f32 where absent.")
  }
}

/// `model/list`: the loaded networks.
package struct ListModels: WireRequest {
  package static let method = "model/list"
  package static let ordering = Ordering.read
  package static let lane = Lane.short
  package static let summary = "The loaded networks."
  package static let result = FieldType<[ModelSummary]>.member(
    "models", .array(of: ModelSummary.written), "In order of loading.")

  package init(_ reader: FieldReader) throws {}
}

/// `model/unload`: forgets a network and what was derived from it.
package struct UnloadModel: WireRequest {
  package static let method = "model/unload"
  package static let ordering = Ordering.write
  package static let lane = Lane.short
  package static let summary = "Forgets a network and what was derived from it."
  package typealias Result = Done

  package var model: String

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
  }
}

/// `model/classify`: the most probable classes of each image.
package struct Classify: WireRequest {
  package static let method = "model/classify"
  package static let ordering = Ordering.read
  package static let lane = Lane.inference
  package static let summary = "The most probable classes of each image."
  package typealias Result = (results: [(image: String, predictions: [Prediction])], skipped: [SkippedImage])
  package static let result = FieldType<Result>.written(
    FieldList([
      .field(
        "results", \.results, .array(of: .written(classification, named: "Classification")),
        "By image; those that cannot be read are left out."),
      .skipped(\.skipped),
    ]))
  private static let classification = FieldList<(image: String, predictions: [Prediction])>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("predictions", \.predictions, .array(of: Prediction.written), "Most probable first."),
  ])

  package static let defaultTopK = 5

  package var model: String
  package var images: [WireImage]
  package var topK: Int

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    images = try reader.images()
    topK = try reader.optional("topK", .int(in: 1...Int.max), default: Self.defaultTopK, "Classes per image.")
  }
}
