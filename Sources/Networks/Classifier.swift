import Base
import Images
import Tensors

/// What the method needs of an image classifier (METHOD section 0): its input's extents, its classes, activations at a
/// named layer, and the gradient of a class's logit there.
///
/// Images passed in have exactly `inputWidth` × `inputHeight` pixels; the classifier itself scales and normalises them.
/// Calls block; one call runs at a time; a large array of images is split into batches inside, and `monitor` is asked
/// between them.
package protocol Classifier: Sendable {
  var inputWidth: Int { get }
  var inputHeight: Int { get }
  var classCount: Int { get }
  /// The layers at which activations and gradients are available, in the order of computation.
  var layers: [LayerDescription] { get }

  /// Logits of each image: [n, classes]. A final softmax of the network is left out.
  func logits(of images: [RGBImage], monitor: WorkMonitor) throws -> Tensor

  /// Activations of each image at `layer`: [n, …layer's shape]. Nothing after the layer is computed.
  func activations(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor

  /// Activations at `layer` averaged over its places, as `FeatureLayout` gives them: [n, channels]. The same as
  /// averaging `activations`, without keeping them all.
  func embeddings(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor

  /// Activations at `layer` and the gradient of class `classIndex`'s logit with respect to them, both [n, …layer's
  /// shape].
  func gradients(
    ofClass classIndex: Int, images: [RGBImage], at layer: String, monitor: WorkMonitor
  ) throws -> (activations: Tensor, gradients: Tensor)
}

/// One named layer of a network.
package struct LayerDescription: Sendable, Equatable {
  /// The name by which requests refer to it: the graph's name of the node's first output, or the node's own name.
  package var name: String
  /// Extents of its output for one image, channels first, such as [512, 13, 13]; without the batch.
  package var shape: [Int]
  /// The operator that produces it, such as "Conv".
  package var operatorName: String

  package init(name: String, shape: [Int], operatorName: String) {
    self.name = name
    self.shape = shape
    self.operatorName = operatorName
  }
}
