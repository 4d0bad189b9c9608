import Images
import Networks

/// Requests name images and classes by types of lower modules; who only makes requests need not import those.
package typealias ImageSource = Images.ImageSource
package typealias SkippedImage = Images.SkippedImage
package typealias ClassReference = Networks.ClassReference
package typealias PreprocessingFields = Networks.PreprocessingFields

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
