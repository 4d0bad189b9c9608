import Images
import Tensors
public struct NetworkError: Error { public var message = ""; public var node: String?; public var operatorName: String?; public var opset: Int? }
public struct Preprocessing: Sendable, Equatable { public enum Resize: Sendable { case stretch, shortestSide }; public var width = 1, height = 1; public var resize = Resize.stretch
 public func prepare(_ i: RGBImage) -> RGBImage { i }
 public func geometry(originalWidth: Int, originalHeight: Int) -> InputGeometry { InputGeometry() } 
 public init(){} }
public struct InputGeometry: Sendable { public func originalBox(_ b: Box) -> Box { b }
 public func originalPoint(x: Double, y: Double) -> (x: Double, y: Double) { (x,y) }
 public func inputPoint(x: Double, y: Double) -> (x: Double, y: Double) { (x,y) } }
public final class ONNXClassifier: Classifier { public let preprocessing = Preprocessing(); public init(bytes: [UInt8], preprocessing: Preprocessing) throws {}
 public var inputWidth: Int {1}; public var inputHeight: Int {1}; public var classCount: Int {1}; public var layers: [LayerDescription] {[]}
 public func logits(of images: [RGBImage], monitor: WorkMonitor) throws -> Tensor {Tensor(shape:[0])}
 public func activations(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {Tensor(shape:[0])}
  public func embeddings(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {Tensor(shape:[0])}
  public func gradients( ofClass classIndex: Int, images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> (activations: Tensor, gradients: Tensor) { (Tensor(shape:[0]),Tensor(shape:[0]))}
}
