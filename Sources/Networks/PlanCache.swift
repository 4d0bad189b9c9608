import NetworkRuntime

/// The most recently used plans of one network, for each network thread, and the memory that they share.
final class PlanCache: @unchecked Sendable {
  // Touched by one caller at a time, which holds the turn.
  private struct Key: Hashable {
    var purpose: Plan.Purpose
    var batch: Int
    var teamSize: Int
    var thread: Int
  }

  private let model: ONNXModel
  private let preprocessing: Preprocessing
  private let precision: Precision
  private let weights: PackedWeights
  private let arenas: [Arena]
  /// The most recently used last.
  private var plans: [(key: Key, plan: Plan)] = []

  /// Plans that are kept for each network thread. They share memory: one costs little more than its primitives.
  private static let capacity = 8

  init(model: ONNXModel, preprocessing: Preprocessing, precision: Precision) throws {
    self.model = model
    self.preprocessing = preprocessing
    self.precision = precision
    weights = try PackedWeights()
    arenas = try NetworkThread.all.map { _ in try Arena() }
  }

  /// The plan for a purpose and a number of images on a network thread (by its place in `NetworkThread.all`) with a
  /// team of `teamSize` OpenMP threads, made there if needed.
  func plan(for purpose: Plan.Purpose, batch: Int, teamSize: Int, thread: Int) throws -> Plan {
    let key = Key(purpose: purpose, batch: batch, teamSize: teamSize, thread: thread)
    if let position = plans.firstIndex(where: { $0.key == key }) {
      let found = plans.remove(at: position)
      plans.append(found)
      return found.plan
    }
    let place = Plan.Place(
      thread: NetworkThread.all[thread], arena: arenas[thread], weights: weights, precision: precision,
      teamSize: teamSize)
    let made = try NetworkThread.all[thread].run { [model, preprocessing] in
      try Plan(model: model, preprocessing: preprocessing, purpose: purpose, batch: batch, place: place)
    }
    plans.append((key, made))
    if plans.count > Self.capacity * NetworkThread.all.count { plans.removeFirst() }
    return made
  }

  /// Bytes of weights and of arenas.
  var bytes: Int { weights.bytes + arenas.reduce(0) { $0 + $1.bytes } }

  /// All layers of the network, and its number of classes; throws where the graph cannot be run to its output.
  func survey() throws -> (layers: [LayerDescription], classCount: Int) {
    let graph = try ComputationGraph.outline()
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
