import Fields

/// Where an image comes from.
package enum ImageSource: Sendable, Hashable {
  /// A file.
  case path(String)
  /// The bytes of a JPEG or PNG file.
  case bytes([UInt8])
}

/// How a class is named in a request: by index, or by label or one of its synonyms in any case.
package enum ClassReference: Sendable, Hashable {
  /// Index among the model's outputs.
  case index(Int)
  /// Label or synonym.
  case label(String)
}

/// A network to load.
package struct ModelSource: Sendable {
  /// Where labels come from.
  package enum Labels: Sendable {
    /// A JSON array, a JSON object from index to label, or a text file with a label a line.
    case path(String)
    /// One per class.
    case list([String])
  }

  /// Path of the ONNX file.
  package var path: String
  /// Labels; absent, classes are called "class 0", "class 1", ….
  package var labels: Labels?
  /// What to call the model; the file's name if absent.
  package var name: String?
  /// Fields of the preprocessing that differ from the default.
  package var preprocessing: PreprocessingFields
  /// The layer to use where a request names none.
  package var layer: String?
  /// "f32" or "bf16".
  package var precision: String?

  /// A network at `path`.
  package init(
    path: String, labels: Labels? = nil, name: String? = nil, preprocessing: PreprocessingFields = .init(),
    layer: String? = nil, precision: String? = nil
  ) {
    self.path = path
    self.labels = labels
    self.name = name
    self.preprocessing = preprocessing
    self.layer = layer
    self.precision = precision
  }
}

/// Preprocessing as a client gives it; nil fields take the default.
package struct PreprocessingFields: Sendable {
  /// Width and height, or one number for both.
  package var size: [Int]?
  /// "stretch" or "shortestSide".
  package var resize: String?
  /// Per channel, in `channelOrder`.
  package var mean: [Double]?
  /// Per channel, in `channelOrder`.
  package var std: [Double]?
  /// Factor on pixel values in [0, 1].
  package var scale: Double?
  /// "rgb" or "bgr", in any case.
  package var channelOrder: String?
  /// "nchw" or "nhwc", in any case.
  package var layout: String?

  /// No field given.
  package init() {}
}

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
  package var precision: String

  package init(
    id: String, name: String, sha256: String, inputShape: [Int], classCount: Int,
    layers: [(name: String, shape: [Int], operatorName: String)], defaultLayer: String, precision: String
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

/// A file that was passed over, and why.
package struct SkippedImage: Sendable, Equatable {
  /// The image as the request named it.
  package var image: String
  /// What was wrong with it.
  package var reason: String

  package init(image: String, reason: String) {
    self.image = image
    self.reason = reason
  }
}

extension SkippedImage: StoredRecord {
  package static let partName: String? = "SkippedImage"
  package static var blank: SkippedImage { SkippedImage(image: "", reason: "") }

  package static let fields = FieldList<SkippedImage>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("reason", \.reason, .anyString, "What was wrong with it."),
  ])
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
    .field("precision", \.precision, .oneOf(["f32", "bf16"]), "The arithmetic."),
  ])

  private static let layerFields = FieldList<(name: String, shape: [Int], operatorName: String)>([
    .field("name", \.name, .anyString, "Its name."),
    .field("shape", \.shape, .array(of: .count), "Extents of its activations without the batch."),
    .field("operator", \.operatorName, .anyString, "The ONNX operator."),
  ])
}
