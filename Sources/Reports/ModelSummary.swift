import Fields
import Networks

/// A loaded network, as clients see it.
package struct ModelSummary: Sendable {
  /// Handle used in requests.
  package var id: String
  /// What it is called.
  package var name: String
  /// SHA-256 of its bytes, in hexadecimal.
  package var sha256: String
  /// Input extents without the batch, e.g. [3, 224, 224].
  package var inputShape: [Int]
  /// The number of classes.
  package var classCount: Int
  /// Name, extents and operator of each layer.
  package var layers: [(name: String, shape: [Int], operatorName: String)]
  /// The latest layer that is not degenerate.
  package var defaultLayer: String
  /// What its layers are computed in: "f32" or "bf16".
  package var precision: Precision

  package init(
    id: String, name: String, sha256: String, inputShape: [Int], classCount: Int,
    layers: [(name: String, shape: [Int], operatorName: String)], defaultLayer: String, precision: Precision
  ) {
    self.id = id
    self.name = name
    self.sha256 = sha256
    self.inputShape = inputShape
    self.classCount = classCount
    self.layers = layers
    self.defaultLayer = defaultLayer
    self.precision = precision
  }
}

/// One class with its probability and logit.
package struct Prediction: Sendable, Equatable {
  /// Index among the model's outputs.
  package var index: Int
  /// First synonym of its label.
  package var label: String
  /// Softmax probability: over all classes for `classify`, over the graph's classes for `explain`.
  package var probability: Double
  /// Logit.
  package var logit: Double

  package init(index: Int, label: String, probability: Double, logit: Double) {
    self.index = index
    self.label = label
    self.probability = probability
    self.logit = logit
  }
}

extension Prediction: WrittenRecord {
  package static let partName: String? = "Prediction"
  package static let fields = FieldList<Prediction>([
    .field("index", \.index, .count, "Among the model's outputs."),
    .field("label", \.label, .anyString, "The first synonym of the class's label."),
    .field("probability", \.probability, .score, "Softmax over all classes."),
    .field("logit", \.logit, .score, "The network's output."),
  ])

  /// A prediction among the classes of a reasoning network.
  static let amongClasses = FieldList<Prediction>([
    .field("class", \.label, .anyString, "The label."),
    .field("index", \.index, .count, "Among the model's outputs."),
    .field("probability", \.probability, .score, "Softmax over these classes."),
    .field("logit", \.logit, .score, "The output."),
  ])
}

extension ModelSummary: WrittenRecord {
  package static let partName: String? = "Model"
  package static let fields = FieldList<ModelSummary>([
    .field("model", \.id, .anyString, "The handle."),
    .field("name", \.name, .anyString, "What it is called."),
    .field("sha256", \.sha256, .anyString, "Of its bytes, in hexadecimal."),
    .field("inputShape", \.inputShape, .array(of: .count), "Extents of the input without the batch."),
    .field("classCount", \.classCount, .count, "The number of classes."),
    .field(
      "layers", \.layers, .array(of: .written(layerFields, named: "Layer")),
      "The layers at which concepts can be sought, in order."),
    .field("defaultLayer", \.defaultLayer, .anyString, "The latest layer at which TCAV is not degenerate."),
    .field("precision", \.precision, .word(Precision.self), "The arithmetic."),
  ])

  private static let layerFields = FieldList<(name: String, shape: [Int], operatorName: String)>([
    .field("name", \.name, .anyString, "Its name."),
    .field("shape", \.shape, .array(of: .count), "Extents of its activations without the batch."),
    .field("operator", \.operatorName, .anyString, "The ONNX operator."),
  ])
}
