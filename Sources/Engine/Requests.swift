import Images
import Networks

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
  package var precision: Precision

  /// A network at `path`.
  package init(
    path: String, labels: Labels? = nil, name: String? = nil, preprocessing: PreprocessingFields = .init(),
    layer: String? = nil, precision: Precision = .f32
  ) {
    self.path = path
    self.labels = labels
    self.name = name
    self.preprocessing = preprocessing
    self.layer = layer
    self.precision = precision
  }
}

/// One side of a comparison: a class, as a model's reasoning network sees it in an image.
package struct ComparisonSide: Sendable {
  package var model: String
  package var image: ImageSource
  package var className: ClassReference
  package var graphModel: String?

  package init(model: String, image: ImageSource, className: ClassReference, graphModel: String? = nil) {
    self.model = model
    self.image = image
    self.className = className
    self.graphModel = graphModel
  }
}
