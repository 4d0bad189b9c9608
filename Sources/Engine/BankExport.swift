import Concepts

/// The concepts of one class with all that another engine needs to use them: what `Engine.exportBank` gives and `Engine.importBank` takes.
public struct ExportedClass: Sendable {
  /// An image that the concepts' patches lie in.
  public struct Image: Sendable, Equatable {
    /// Its file; nil for one that was sent inline, whose pixels are then not at hand.
    public var path: String?
    /// SHA-256 of its bytes, in hexadecimal.
    public var sha256: String
    /// Extents of the original in pixels.
    public var width: Int
    /// Extents of the original in pixels.
    public var height: Int

    /// An image of these values.
    public init(path: String?, sha256: String, width: Int, height: Int) {
      self.path = path
      self.sha256 = sha256
      self.width = width
      self.height = height
    }
  }

  /// Handle of the network, which determines its bytes and preprocessing.
  public var model: String
  /// What the network is called.
  public var modelName: String
  /// The class's label.
  public var className: String
  /// Index of the class.
  public var classIndex: Int
  /// The layer at which the concepts were found.
  public var layer: String
  /// The options by which they were found, and are found again in other images.
  public var options: DiscoveryOptions
  /// The images that the patches index.
  public var images: [Image]
  /// By rank.
  public var concepts: [Concept]

  /// A class of these values.
  public init(
    model: String, modelName: String, className: String, classIndex: Int, layer: String, options: DiscoveryOptions,
    images: [Image], concepts: [Concept]
  ) {
    self.model = model
    self.modelName = modelName
    self.className = className
    self.classIndex = classIndex
    self.layer = layer
    self.options = options
    self.images = images
    self.concepts = concepts
  }
}
