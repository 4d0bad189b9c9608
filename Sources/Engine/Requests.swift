import Concepts
import Images
import Structure

/// Where an image comes from.
public enum ImageSource: Sendable, Hashable {
  /// A file.
  case path(String)
  /// The bytes of a JPEG or PNG file.
  case bytes([UInt8])
}

/// How a class is named in a request: by index, or by label or one of its synonyms in any case.
public enum ClassReference: Sendable, Hashable {
  /// Index among the model's outputs.
  case index(Int)
  /// Label or synonym.
  case label(String)
}

/// A network to load.
public struct ModelSource: Sendable {
  /// Where labels come from.
  public enum Labels: Sendable {
    /// A JSON array, a JSON object from index to label, or a text file with a label a line.
    case path(String)
    /// One per class.
    case list([String])
  }

  /// Path of the ONNX file.
  public var path: String
  /// Labels; absent, classes are called "class 0", "class 1", ….
  public var labels: Labels?
  /// What to call the model; the file's name if absent.
  public var name: String?
  /// Fields of the preprocessing that differ from the default.
  public var preprocessing: PreprocessingFields
  /// The layer to use where a request names none.
  public var layer: String?
  /// "f32" or "bf16".
  public var precision: String?

  /// A network at `path`.
  public init(
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
public struct PreprocessingFields: Sendable {
  /// Width and height, or one number for both.
  public var size: [Int]?
  /// "stretch" or "shortestSide".
  public var resize: String?
  /// Per channel, in `channelOrder`.
  public var mean: [Double]?
  /// Per channel, in `channelOrder`.
  public var std: [Double]?
  /// Factor on pixel values in [0, 1].
  public var scale: Double?
  /// "rgb" or "bgr", in any case.
  public var channelOrder: String?
  /// "nchw" or "nhwc", in any case.
  public var layout: String?

  /// No field given.
  public init() {}
}

/// A loaded network, as clients see it.
public struct ModelSummary: Sendable {
  /// Handle used in requests.
  public var id: String
  /// What it is called.
  public var name: String
  /// SHA-256 of its bytes, in hexadecimal.
  public var sha256: String
  /// Input extents without the batch, e.g. [3, 224, 224].
  public var inputShape: [Int]
  /// The number of classes.
  public var classCount: Int
  /// Name, extents and operator of each layer.
  public var layers: [(name: String, shape: [Int], operatorName: String)]
  /// The latest layer that is not degenerate.
  public var defaultLayer: String
  /// What its layers are computed in: "f32" or "bf16".
  public var precision: String

  /// A summary of these values.
  public init(
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
public struct Prediction: Sendable, Equatable {
  /// Index among the model's outputs.
  public var index: Int
  /// First synonym of its label.
  public var label: String
  /// Softmax probability: over all classes for `classify`, over the graph's classes for `explain`.
  public var probability: Double
  /// Logit.
  public var logit: Double

  /// A prediction of these values.
  public init(index: Int, label: String, probability: Double, logit: Double) {
    self.index = index
    self.label = label
    self.probability = probability
    self.logit = logit
  }
}

/// A file that was passed over, and why.
public struct SkippedImage: Sendable, Equatable {
  /// The image as the request named it.
  public var image: String
  /// What was wrong with it.
  public var reason: String

  /// A skipped image of these values.
  public init(image: String, reason: String) {
    self.image = image
    self.reason = reason
  }
}
