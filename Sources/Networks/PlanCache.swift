import Tensors

/// The plans of one network that were used last.
final class PlanCache {
  private struct Key: Hashable {
    var purpose: Plan.Purpose
    var batch: Int
  }

  private let model: ONNXModel
  private let preprocessing: Preprocessing
  /// Last used last.
  private var plans: [(key: Key, plan: Plan)] = []

  /// Plans that are kept: each has buffers of its own.
  private static let capacity = 6

  init(model: ONNXModel, preprocessing: Preprocessing) {
    self.model = model
    self.preprocessing = preprocessing
  }

  /// The plan for a purpose and batch size, made where there is none.
  func plan(for purpose: Plan.Purpose, batch: Int) throws -> Plan {
    let key = Key(purpose: purpose, batch: batch)
    if let position = plans.firstIndex(where: { $0.key == key }) {
      let found = plans.remove(at: position)
      plans.append(found)
      return found.plan
    }
    let made = try Plan(model: model, preprocessing: preprocessing, purpose: purpose, batch: batch)
    plans.append((key, made))
    if plans.count > Self.capacity { plans.removeFirst() }
    return made
  }

  /// All layers of the network, and its number of classes; throws where the graph cannot be run to its output.
  func survey() throws -> (layers: [LayerDescription], classCount: Int) {
    let graph = try ComputationGraph()
    var lowering = Lowering(model: model, graph: graph, batch: 1, kept: [], fuses: false)
    _ = try lowering.run(inputShape: preprocessing.inputShape(batch: 1), until: [model.output])
    guard case .value(let output) = lowering.operands[model.output] else {
      throw NetworkError(.unreadable, "the output \"\(model.output)\" does not depend on the image")
    }
    let shape = graph.shape(of: output)
    let classCount = shape.reduce(1, *)
    guard shape.count >= 2, shape[0] == 1, classCount >= 2, shape.dropFirst(2).allSatisfy({ $0 == 1 }) else {
      throw NetworkError(
        .unsupported,
        "the output \"\(model.output)\" has shape \(shape), where [1, classes] is needed: this is no classifier")
    }
    var layers: [LayerDescription] = []
    var seen: Set<ComputationGraph.Value> = []
    for node in model.nodes {
      for name in node.outputs {
        guard case .value(let value) = lowering.operands[name], seen.insert(value).inserted else { continue }
        let shape = graph.shape(of: value)
        guard shape.count >= 2, shape[0] == 1 else { continue }
        layers.append(
          LayerDescription(name: name, shape: Array(shape.dropFirst()), operatorName: node.operatorName))
      }
    }
    return (layers, classCount)
  }
}
