import COneDNN
import Foundation
import Images
import SwiftProtobuf
import Tensors

public struct NetworkError: Error, Sendable { public var message = ""; public var node: String?; public var operatorName: String?; public var opset: Int? }
public struct Preprocessing: Sendable, Equatable {
  public enum Resize: Sendable { case stretch, shortestSide }
  public var width = 224, height = 224; public var resize = Resize.stretch
  public var mean = [0.0, 0, 0], std = [1.0, 1, 1], scale = 1.0, bgr = false
  public init() {}
  public func prepare(_ i: RGBImage) -> RGBImage { i.resized(width: width, height: height, filter: .bilinear) }
  public func geometry(originalWidth: Int, originalHeight: Int) -> InputGeometry { InputGeometry(w: width, h: height, ow: originalWidth, oh: originalHeight) } }
public struct InputGeometry: Sendable { var w, h, ow, oh: Int
  public func originalBox(_ b: Box) -> Box { let x = b.x * ow / w, y = b.y * oh / h; return Box(x: x, y: y, width: (b.x + b.width) * ow / w - x, height: (b.y + b.height) * oh / h - y) }
 public func originalPoint(x: Double, y: Double) -> (x: Double, y: Double) { (x,y) }
 public func inputPoint(x: Double, y: Double) -> (x: Double, y: Double) { (x,y) } }

public final class ONNXClassifier: Classifier, @unchecked Sendable {
  public let preprocessing: Preprocessing
  let graph: Vrx_Onnx_Graph; var consts: [String: Tensor] = [:]; let lock = NSLock()
  var tapes: [Int: (tape: OpaquePointer, ids: [String: Int32])] = [:]
  public private(set) var layers: [LayerDescription] = []
  public private(set) var classCount = 0
  let batch = 16
  public init(bytes: [UInt8], preprocessing: Preprocessing) throws {
    var p = preprocessing
    graph = try Vrx_Onnx_Model(serializedBytes: bytes).graph
    for t in graph.initializer { let d = t.dims.map(Int.init)
      var f: [Float]
      if t.hasRawData { f = t.rawData.withUnsafeBytes { b in t.dataType == 7 ? Array(b.bindMemory(to: Int64.self)).map { Float($0) } : Array(b.bindMemory(to: Float.self)) } } else if t.dataType == 7 { f = t.int64Data.map { Float($0) } } else { f = t.floatData }
      consts[t.name] = Tensor(shape: d, elements: f) }
    let known = consts; let ins = graph.input.filter { known[$0.name] == nil }
    let d = ins[0].type.tensorType.shape.dim
    if d.count == 4, d[2].dimValue > 0 { p.height = Int(d[2].dimValue); p.width = Int(d[3].dimValue) }
    self.preprocessing = p
    let (tape, ids) = try build(1)
    for n in graph.node { if let id = ids[n.output[0]] { var s = [Int64](repeating: 0, count: Int(vrx_tape_ndims(tape, id))); vrx_tape_dims(tape, id, &s)
      layers.append(LayerDescription(name: n.output[0], shape: s.dropFirst().map(Int.init), operatorName: n.opType)) } }
    tapes[1] = (tape, ids); classCount = layers.last!.shape[0]
  }
  public var inputWidth: Int { preprocessing.width }; public var inputHeight: Int { preprocessing.height }
  func build(_ n: Int) throws -> (OpaquePointer, [String: Int32]) {
    let t = vrx_tape_new()!; var ids: [String: Int32] = [:]
    ids[graph.input.first { consts[$0.name] == nil }!.name] = vrx_tape_input(t, [Int64(n), 3, Int64(inputHeight), Int64(inputWidth)], 4)
    for node in graph.node {
      func ints(_ name: String, _ def: [Int64]) -> [Int64] { node.attribute.first { $0.name == name }?.ints ?? def }
      func int(_ name: String, _ def: Int64) -> Int64 { node.attribute.first { $0.name == name }?.i ?? def }
      func flt(_ name: String, _ def: Float) -> Float { node.attribute.first { $0.name == name }?.f ?? def }
      func dims(_ id: Int32) -> [Int64] { var s = [Int64](repeating: 0, count: Int(vrx_tape_ndims(t, id))); vrx_tape_dims(t, id, &s); return s }
      let x = ids[node.input[0]] ?? -1
      var out: Int32
      switch node.opType {
      case "Conv": let w = consts[node.input[1]]!; let b = node.input.count > 2 ? consts[node.input[2]]?.elements : nil
        let p = ints("pads", [0, 0, 0, 0])
        let bias = b ?? [Float](repeating: 0, count: w.shape[0])
        out = vrx_tape_conv(t, x, w.elements, w.shape.map(Int64.init), bias, int("group", 1), ints("strides", [1, 1]), ints("dilations", [1, 1]), Array(p[0..<2]), Array(p[2..<4]))
      case "BatchNormalization": let s = consts[node.input[1]]!.elements, b = consts[node.input[2]]!.elements, m = consts[node.input[3]]!.elements, v = consts[node.input[4]]!.elements; let e = flt("epsilon", 1e-5)
        let k = s.indices.map { s[$0] / (v[$0] + e).squareRoot() }; let c = k.count
        out = vrx_tape_conv(t, x, k, [Int64(c), 1, 1, 1], k.indices.map { b[$0] - m[$0] * k[$0] }, Int64(c), [1, 1], [1, 1], [0, 0], [0, 0])
      case "Relu": out = vrx_tape_eltwise(t, x, 0, 0, 0)
      case "LeakyRelu": out = vrx_tape_eltwise(t, x, 0, flt("alpha", 0.01), 0)
      case "Clip": out = vrx_tape_eltwise(t, x, 1, consts[node.input[1]]!.elements[0], consts[node.input[2]]!.elements[0])
      case "Add": out = vrx_tape_add(t, x, ids[node.input[1]]!)
      case "Concat": out = vrx_tape_concat(t, node.input.map { ids[$0]! }, Int32(node.input.count), Int32(int("axis", 1)))
      case "MaxPool", "AveragePool": let k = ints("kernel_shape", []), s = ints("strides", [1, 1]); var p = ints("pads", [0, 0, 0, 0]); let d = dims(x)
        if int("ceil_mode", 0) == 1 { for a in 0..<2 { let size = d[2 + a] + p[a] + p[2 + a] - k[a]; p[2 + a] += (s[a] - size % s[a]) % s[a] } }
        out = vrx_tape_pool(t, x, node.opType == "MaxPool" ? 0 : int("count_include_pad", 0) == 1 ? 1 : 2, k, s, Array(p[0..<2]), Array(p[2..<4]))
      case "GlobalAveragePool": let d = dims(x); out = vrx_tape_pool(t, x, 1, [d[2], d[3]], [1, 1], [0, 0], [0, 0])
      case "ReduceMean": let d = dims(x); out = vrx_tape_pool(t, x, 1, [d[2], d[3]], [1, 1], [0, 0], [0, 0]); if int("keepdims", 1) == 0 { out = vrx_tape_reshape(t, out, [d[0], d[1]], 2) }
      case "Flatten", "Reshape": let d = dims(x); out = vrx_tape_reshape(t, x, [d[0], d[1...].reduce(1, *)], 2)
      case "Dropout", "Identity": ids[node.output[0]] = x; continue
      case "Gemm": var w = consts[node.input[1]]!; if int("transB", 0) == 0 { var e = w.elements; let (r, c) = (w.shape[0], w.shape[1]); for i in 0..<r { for j in 0..<c { e[j * r + i] = w.elements[i * c + j] } }; w = Tensor(shape: [c, r], elements: e) }
        out = vrx_tape_linear(t, x, w.elements, Int64(w.shape[0]), Int64(w.shape[1]), consts[node.input[2]]!.elements)
      default: throw NetworkError(message: "unsupported operator \(node.opType)", node: node.name, operatorName: node.opType)
      }
      if out < 0 { throw NetworkError(message: String(cString: vrx_tape_error(t)), node: node.name) }
      ids[node.output[0]] = out
    }
    return (t, ids)
  }
  func run<R>(_ images: [RGBImage], _ monitor: WorkMonitor, _ body: (OpaquePointer, [String: Int32], Int, Int) throws -> R) throws {
    var start = 0
    while start < images.count {
      try monitor.checkCancelled()
      let n = min(batch, images.count - start); let size = n == 1 ? 1 : batch
      lock.lock(); defer { lock.unlock() }
      if tapes[size] == nil { tapes[size] = try build(size) }
      let (t, ids) = tapes[size]!
      let area = inputWidth * inputHeight; var x = [Float](repeating: 0, count: size * 3 * area); let pp = preprocessing
      for i in 0..<n { images[start + i].samples.withUnsafeBufferPointer { s in for c in 0..<3 { let k = Float(pp.scale / 255 / pp.std[c]), o = Float(-pp.mean[c] / pp.std[c]); let ch = pp.bgr ? 2 - c : c; let base = (i * 3 + c) * area; x.withUnsafeMutableBufferPointer { x in for p in 0..<area { x[base + p] = Float(s[p * 3 + ch]) * k + o } } } } }
      _ = vrx_tape_write(t, 0, x)
      _ = try body(t, ids, n, size)
      start += n
    }
  }
  func read(_ t: OpaquePointer, _ id: Int32, n: Int, grad: Bool = false) -> Tensor { var s = [Int64](repeating: 0, count: Int(vrx_tape_ndims(t, id))); vrx_tape_dims(t, id, &s); let sh = s.map(Int.init); var e = [Float](repeating: 0, count: sh.reduce(1, *)); _ = grad ? vrx_tape_read_grad(t, id, &e) : vrx_tape_read(t, id, &e); let r = Tensor(shape: sh, elements: e); return Tensor(shape: [n] + sh.dropFirst(), elements: Array(r.elements[0..<n * r.rowStride])) }
  public func logits(of images: [RGBImage], monitor: WorkMonitor) throws -> Tensor { try activations(of: images, at: layers.last!.name, monitor: monitor) }
  public func activations(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    var all: [Tensor] = []
    try run(images, monitor) { t, ids, n, _ in vrx_tape_forward(t, ids[layer]!); all.append(read(t, ids[layer]!, n: n)) }
    return Tensor.concatenate(all) }
  public func embeddings(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    var all: [Tensor] = []
    try run(images, monitor) { t, ids, n, _ in vrx_tape_forward(t, ids[layer]!); all.append(read(t, ids[layer]!, n: n).averagedOverSpace()) }
    return Tensor.concatenate(all) }
  public func gradients(ofClass c: Int, images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> (activations: Tensor, gradients: Tensor) {
    var all: [Tensor] = [], g: [Tensor] = []
    try run(images, monitor) { t, ids, n, size in let out = ids[layers.last!.name]!; vrx_tape_forward(t, out); all.append(read(t, ids[layer]!, n: n)); var seed = [Float](repeating: 0, count: size * classCount); for i in 0..<size { seed[i * classCount + c] = 1 }; vrx_tape_backward(t, out, seed, ids[layer]!); g.append(read(t, ids[layer]!, n: n, grad: true)) }
    return (Tensor.concatenate(all), Tensor.concatenate(g)) }
}
