import Base
import Fields
import Foundation
import Images
import JSON
import Networks
import RPC
import Tensors
import Wire

/// A classifier in the client, asked over the connection. A call has a timeout, can be cancelled, and holds nothing
/// while it waits.
struct ClientClassifier: Classifier {
  let model: String
  let preprocessing: Preprocessing
  let classCount: Int
  let layers: [LayerDescription]
  let timeout: Double
  /// Where tensors go through files.
  let folder: TensorFolder?
  let session: Session

  var inputWidth: Int { preprocessing.width }
  var inputHeight: Int { preprocessing.height }

  /// Numbers of one message, at most, and images, at most.
  private static let largestMessage = 4 << 20
  private static let largestBatch = 16

  func logits(of images: [RGBImage], monitor: WorkMonitor) throws -> Tensor {
    let shape = [classCount]
    return try gather(images, sizes: [shape], monitor: monitor) { batch in
      [try tensor("logits", shape, of: ask(.activations, batch, monitor: monitor), count: batch.count)]
    }[0]
  }

  func activations(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    let shape = try shape(of: layer)
    return try gather(images, sizes: [shape], monitor: monitor) { batch in
      let answer = try ask(.activations, batch, ["layer": .string(layer)], monitor: monitor)
      return [try tensor("activations", shape, of: answer, count: batch.count)]
    }[0]
  }

  func embeddings(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    let activations = try activations(of: images, at: layer, monitor: monitor)
    let channels = activations.shape.count > 1 ? activations.shape[1] : 0
    let area = activations.shape.dropFirst(2).reduce(1, *)
    guard channels > 0, area > 0 else { return activations }
    let means = (0..<images.count * channels).map { row in
      activations.elements[row * area..<(row + 1) * area].reduce(0, +) / Float(area)
    }
    return Tensor(shape: [images.count, channels], elements: means)
  }

  func gradients(
    ofClass classIndex: Int, images: [RGBImage], at layer: String, monitor: WorkMonitor
  ) throws -> (activations: Tensor, gradients: Tensor) {
    let shape = try shape(of: layer)
    let both = try gather(images, sizes: [shape, shape], monitor: monitor) { batch in
      let more: [String: JSONValue] = ["layer": .string(layer), "classIndex": .count(classIndex)]
      let answer = try ask(.gradients, batch, more, monitor: monitor)
      return [
        try tensor("activations", shape, of: answer, count: batch.count),
        try tensor("gradients", shape, of: answer, count: batch.count),
      ]
    }
    return (both[0], both[1])
  }

  /// Asks batch by batch and joins the answers: a tensor per element of `sizes`, its shape without the images.
  private func gather(
    _ images: [RGBImage], sizes: [[Int]], monitor: WorkMonitor, _ ask: (ArraySlice<RGBImage>) throws -> [[Float]]
  ) throws -> [Tensor] {
    let largest = (sizes.map { $0.reduce(1, *) } + [3 * inputWidth * inputHeight]).max() ?? 1
    let step = max(1, min(Self.largestBatch, Self.largestMessage / max(1, largest)))
    var joined = [[Float]](repeating: [], count: sizes.count)
    for start in stride(from: 0, to: images.count, by: step) {
      try monitor.checkCancelled()
      for (index, values) in try ask(images[start..<min(start + step, images.count)]).enumerated() {
        joined[index] += values
      }
    }
    return zip(sizes, joined).map { Tensor(shape: [images.count] + $0, elements: $1) }
  }

  private func ask(
    _ request: DaemonRequest, _ images: ArraySlice<RGBImage>, _ more: [String: JSONValue] = [:], monitor: WorkMonitor
  ) throws -> FieldReader {
    let bytes = WireTensor.bytes(of: images.flatMap { preprocessing.input(of: $0) })
    let file = try folder?.write(bytes)
    defer { if let file { unlink(file) } }
    let input = WireTensor(
      shape: [images.count, 3, inputHeight, inputWidth],
      content: file.map { .file(path: $0, offset: 0) } ?? .bytes(bytes))
    let parameters = JSONValue.object(["model": .string(model), "images": input.json]).with(more)
    do {
      return try FieldReader(
        session.call(request.method, parameters, within: timeout, isCancelled: { monitor.isCancelled }))
    } catch let failure as ClientCallFailure {
      switch failure {
      case .timedOut(let seconds):
        throw Self.failure("\(request.method) was not answered within \(seconds) s", isRetryable: true)
      case .refused(let error): throw Self.failure("\(request.method) failed in the client: \(error.message)")
      case .gone: throw CancellationError()
      }
    } catch let error as FieldError {
      throw Self.failure("\(request.method): \(error)")
    }
  }

  private func tensor(_ name: String, _ shape: [Int], of answer: FieldReader, count: Int) throws -> [Float] {
    let tensor: WireTensor
    do { tensor = try answer.required(name, .tensor(shape: [count] + shape)) } catch let error as FieldError {
      throw Self.failure("the client's answer does not fit: \(error)")
    }
    let size = tensor.shape.reduce(MemoryLayout<Float>.size, *)
    let bytes: [UInt8]? =
      switch tensor.content {
      case .bytes(let bytes): bytes
      case .file(let path, let offset): folder?.take(path, offset: offset, count: size)
      }
    guard let bytes, bytes.count == size else {
      throw Self.failure(
        "the client's answer does not fit: \(name) must hold \(size) bytes, inline or in a file beside that of the images"
      )
    }
    let values = WireTensor.values(of: bytes)
    guard values.allSatisfy(\.isFinite) else {
      throw Self.failure("the client's answer does not fit: \(name) has numbers that are not finite")
    }
    return values
  }

  private func shape(of layer: String) throws -> [Int] {
    guard let known = layers.first(where: { $0.name == layer }) else {
      throw Self.failure("the attached model has no layer \"\(layer)\"")
    }
    return known.shape
  }

  private static func failure(_ message: String, isRetryable: Bool = false) -> RPCError {
    RPCError(
      code: ErrorCode.clientModel, message: message, data: ErrorCode.data(kind: "clientModel", retryable: isRetryable))
  }
}
