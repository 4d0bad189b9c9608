import Bank
import Base
import Engine
import Images
import RPC
import Reports
import Tensors
import Wire

extension Handlers {
  @Sendable func listGraphs(_ request: ListGraphs, in snapshot: EngineSnapshot, _ call: any Call) throws
    -> [GraphSummary]
  {
    try snapshot.graphs(of: request.model)
  }

  @Sendable func getGraph(_ request: GetGraph, in snapshot: EngineSnapshot, _ call: any Call) throws -> GraphSummary {
    try snapshot.graph(request.graphModel)
  }

  @Sendable func runGraph(_ request: RunGraph, in snapshot: EngineSnapshot, _ call: any Call) throws -> RunGraph.Result
  {
    let (outputs, embedding) = try snapshot.runGraph(
      request.graphModel, nodes: tensor(request.nodes, "nodes"), centers: tensor(request.centers, "centers"))
    return (outputs.wire, embedding.wire)
  }

  @Sendable func bindGraph(_ request: BindGraph, _ call: any Call) throws -> TrainingReport {
    try engine.bindGraph(
      request.graphModel, to: request.model, classes: request.classes?.map(reference),
      images: request.images.map(source), monitor: call.monitor(session, plan: .bind)
    )
  }

  /// Largest file of numbers that is read.
  private static let largestFile = 1 << 30

  private func tensor(_ wire: WireTensor, _ field: String) throws -> Tensor {
    func failure(_ reason: String) -> EngineError { EngineError(.invalidValue, "\(field): \(reason)") }
    // The type has checked that this does not overflow.
    let size = wire.shape.reduce(MemoryLayout<Float>.size, *)
    let bytes: [UInt8]
    switch wire.content {
    case .bytes(let inline): bytes = inline
    case .file(let path, let offset):
      let file = session.resolve(path)
      do {
        let all = try RegularFile.bytes(path: file, maxBytes: Self.largestFile)
        bytes = Array(all.dropFirst(offset).prefix(size))
      } catch { throw failure("\(file): \(error.reason)") }
    }
    guard bytes.count == size else {
      throw failure("a tensor of shape \(wire.shape) takes \(size) bytes, but \(bytes.count) were given")
    }
    return Tensor(shape: wire.shape, elements: WireTensor.values(of: bytes))
  }
}

extension Tensor {
  fileprivate var wire: WireTensor { WireTensor(shape: shape, content: .bytes(WireTensor.bytes(of: elements))) }
}
