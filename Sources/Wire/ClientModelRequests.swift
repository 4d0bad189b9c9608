import Fields
import JSON
import Networks
import RPC
import Reports

/// `model/attach`: adds a classifier that lives in the client.
package struct AttachModel: WireRequest {
  package static let method = "model/attach"
  package static let ordering = Ordering.write
  package static let lane = Lane.inference
  package static let summary =
    "Adds a classifier that lives in the client, which then answers clientModel/activations and clientModel/gradients."
  package typealias Result = ModelSummary

  package struct Layer: Sendable, Equatable {
    package var name: String
    package var shape: [Int]
    package var operatorName: String
  }

  package var name: String
  package var inputShape: [Int]
  package var labels: [String]
  package var layers: [Layer]
  package var preprocessing: PreprocessingFields
  package var layer: String?
  package var revision: String?
  package var timeout: Double
  package var usesTensorFiles: Bool

  /// Seconds.
  package static let defaultTimeout = 120.0

  package init(_ reader: FieldReader) throws {
    name = try reader.required("name", .string, "What to call it.")
    inputShape = try reader.required("inputShape", .inputShape, "Extents of the input without the batch.")
    labels = try reader.required("labels", .list(of: .string), "The labels, one per class.")
    layers = try reader.required("layers", .list(of: .layer), "Its layers, in the order of computation.")
    preprocessing = try reader.record(
      "preprocessing", PreprocessingFields.fields, into: PreprocessingFields(),
      "How images become inputs; the size is that of inputShape, the layout nchw.")
    layer = try reader.optional(
      "layer", .string, "The default layer of requests; where absent, the latest at which TCAV is not degenerate.")
    revision = try reader.optional(
      "revision", .string,
      "What stands for its weights: equal names and revisions are one model. Absent, nothing derived outlives the attachment."
    )
    timeout = try reader.optional(
      "timeout", .number(.from(0.01, to: 86_400)), default: Self.defaultTimeout,
      "Seconds that a call to the client may take."
    )
    usesTensorFiles = try reader.optional(
      "tensorFiles", .bool, default: false,
      "Whether tensors go through files, for a client on the same machine: the images come in one, and answers may lie beside it."
    )
  }
}

extension FieldType where Value == [Int] {
  /// [3, height, width].
  fileprivate static var inputShape: FieldType {
    FieldType(
      "[3, height, width], sides of 1 to \(Preprocessing.largestSide) pixels",
      schema: .array(of: .integer(in: 1...Preprocessing.largestSide), length: 3),
      example: .array([.int(3), .int(1), .int(1)])
    ) { value in
      guard case .array(let elements) = value, elements.count == 3, elements[0] == .int(3) else { return nil }
      let extents = elements.compactMap { element -> Int? in
        guard case .int(let number) = element else { return nil }
        return (1...Int64(Preprocessing.largestSide)).contains(number) ? Int(number) : nil
      }
      return extents.count == 3 ? extents : nil
    }
  }
}

extension FieldType where Value == AttachModel.Layer {
  private static var largestExtent: Int { 1 << 20 }

  fileprivate static var layer: FieldType {
    FieldType(
      accepted: "an object with the fields name and shape",
      schema: .object([
        .init("name", .text, "Its name."),
        .init(
          "shape", .array(of: .integer(in: 1...largestExtent), atLeast: 1),
          "Extents of its activations without the batch, channels first."),
        .init("operator", .string, "What computes it.", isOptional: true),
      ]),
      example: .object(["name": .string("layer"), "shape": .array([.int(1)])])
    ) { value, field in
      let reader = try FieldReader(value, path: field)
      let shape = try reader.required("shape", .list(of: .int(in: 1...largestExtent)))
      return AttachModel.Layer(
        name: try reader.required("name", .string), shape: shape,
        operatorName: try reader.optional("operator", .string) ?? "")
    }
  }
}

/// A request of the daemon to the client.
package struct DaemonRequest: Sendable {
  package let method: String
  let summary: String
  let parameters: [Schema.Member]
  let result: Schema

  package static let activations = DaemonRequest(
    method: "clientModel/activations",
    summary: "Asks an attached classifier for logits and, where a layer is named, activations.",
    parameters: [
      model, .init("layer", Schema.string.orNull, "The layer; null where only logits are wanted.", isOptional: true),
      images,
    ],
    result: .named(
      "ClientActivations",
      .object([
        .init("logits", .tensor, "[images, classes]."),
        .init(
          "activations", Schema.tensor.orNull, "[images, …layer's shape]; where a layer was named.", isOptional: true),
      ])))

  package static let gradients = DaemonRequest(
    method: "clientModel/gradients",
    summary: "Asks an attached classifier for activations at a layer and the gradient of one class's logit there.",
    parameters: [
      model, .init("layer", .string, "The layer."), .init("classIndex", .count, "The class."), images,
    ],
    result: .named(
      "ClientGradients",
      .object([
        .init("activations", .tensor, "[images, …layer's shape]."),
        .init("gradients", .tensor, "[images, …layer's shape]."),
      ])))

  private static let model = Schema.Member("model", .string, "The handle that model/attach answered.")
  private static let images = Schema.Member("images", .tensor, "[images, 3, height, width], preprocessed.")

  package static let all = [activations, gradients]

  /// As OpenRPC describes it.
  var json: JSONValue {
    OpenRPCDocument.message(
      method, summary, parameters.map(\.parameter), .daemonToClient,
      ["result": .object(["name": .string("result"), "schema": result.json])])
  }

  /// The named schemas that its schemas refer to.
  var parts: [String: JSONValue] { Schema.merge(parameters.map(\.schema.parts) + [result.parts]) }
}
