import Fields
import Networks

/// A loaded network as clients see it.
package struct ModelSummary: Sendable {
  package var id: String
  package var name: String
  package var sha256: String
  package var inputShape: [Int]
  package var classCount: Int
  package var layers: [(name: String, shape: [Int], operatorName: String)]
  package var defaultLayer: String
  package var precision: Precision

  package init(
    id: String, name: String, sha256: String, inputShape: [Int], classCount: Int,
    layers: [(name: String, shape: [Int], operatorName: String)], defaultLayer: String, precision: Precision
  ) {
    (self.id, self.name, self.sha256, self.inputShape, self.classCount) = (id, name, sha256, inputShape, classCount)
    (self.layers, self.defaultLayer, self.precision) = (layers, defaultLayer, precision)
  }
}

/// A class with its probability and logit.
package struct Prediction: Sendable, Equatable {
  package var index: Int
  package var label: String
  /// Softmax probability: over all classes for `classify`, over the graph's classes for `explain`.
  package var probability: Double
  package var logit: Double

  package init(index: Int, label: String, probability: Double, logit: Double) {
    (self.index, self.label, self.probability, self.logit) = (index, label, probability, logit)
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
    .field("name", \.name, .anyString, "Its name."),
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
