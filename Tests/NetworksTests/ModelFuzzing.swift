import Foundation
import Tensors

@testable import Networks

/// Damages models: bytes, or what the bytes mean.
struct ModelFuzzing {
  let original: Vrx_Onnx_Model
  let bytes: [UInt8]
  var random: SeededRandom

  init(name: String, seed: UInt64) throws {
    bytes = try CountedWeights.filling(TinyModel.folder.appendingPathComponent("\(name).onnx"))
    original = try Vrx_Onnx_Model(serializedBytes: bytes)
    random = SeededRandom(seed: seed, purpose: name)
  }

  /// Numbers that extents and attributes should not have.
  private static let absurd: [Int64] = [
    0, -1, -2, 1, 2, 3, 7, 1 << 16, 1 << 31, 1_000_000_000_000, .max, .min, -1_000_000, 1 << 40, 4096, 65535,
  ]

  /// A model with one to three damages.
  mutating func mutation() throws -> [UInt8] {
    switch random.index(below: 10) {
    case 0: return Array(bytes[..<random.index(below: bytes.count)])
    case 1, 2, 3: return flipped()
    default:
      var model = original
      for _ in 0...random.index(below: 3) { damage(&model) }
      return try model.serializedBytes()
    }
  }

  private mutating func flipped() -> [UInt8] {
    var damaged = bytes
    // Most bytes are weights, which may be anything: half of the flips are among the first and the last bytes, which
    // are structure.
    for _ in 0...random.index(below: 8) {
      let structure = min(damaged.count, 4096)
      let place =
        switch random.index(below: 4) {
        case 0: random.index(below: structure)
        case 1: damaged.count - 1 - random.index(below: structure)
        default: random.index(below: damaged.count)
        }
      damaged[place] ^= 1 << UInt8(random.index(below: 8))
    }
    return damaged
  }

  private mutating func damage(_ model: inout Vrx_Onnx_Model) {
    let kind = random.index(below: 12)
    guard !model.graph.node.isEmpty else { return }
    let node = random.index(below: model.graph.node.count)
    let other = random.index(below: model.graph.node.count)
    switch kind {
    case 0: reconnect(&model.graph.node[node], to: model.graph.node[other].output)
    case 1: swap(&model.graph.node[node].opType, with: Self.operators[random.index(below: Self.operators.count)])
    case 2: model.graph.node.swapAt(node, other)
    case 3: model.graph.node.remove(at: node)
    case 4: model.graph.node[node].input = Array(model.graph.node[node].input.dropLast())
    case 5: model.graph.node[node].output = Array(model.graph.node[node].output.dropLast())
    case 6: model.graph.node[node].attribute = []
    case 7, 8: damageAttribute(&model.graph.node[node])
    case 9: damageInput(&model)
    default: damageInitializer(&model)
    }
  }

  private static let operators = Lowering.operators.sorted()

  private func swap(_ text: inout String, with other: String) { text = other }

  private mutating func reconnect(_ node: inout Vrx_Onnx_Node, to names: [String]) {
    guard !node.input.isEmpty, let name = names.first else { return }
    node.input[random.index(below: node.input.count)] = name
  }

  private mutating func damageAttribute(_ node: inout Vrx_Onnx_Node) {
    guard !node.attribute.isEmpty else { return }
    let position = random.index(below: node.attribute.count)
    let number = Self.absurd[random.index(below: Self.absurd.count)]
    if !node.attribute[position].ints.isEmpty {
      let place = random.index(below: node.attribute[position].ints.count)
      if random.index(below: 4) == 0 { node.attribute[position].ints.append(number) }
      node.attribute[position].ints[place] = number
    } else if node.attribute[position].hasT {
      damage(&node.attribute[position].t)
    } else {
      node.attribute[position].i = number
      node.attribute[position].f = random.index(below: 2) == 0 ? .nan : .infinity
    }
  }

  private mutating func damageInput(_ model: inout Vrx_Onnx_Model) {
    guard !model.graph.input.isEmpty else { return }
    let number = Self.absurd[random.index(below: Self.absurd.count)]
    let extents = model.graph.input[0].type.tensorType.shape.dim.count
    guard extents > 0 else { return }
    if random.index(below: 4) == 0 {
      model.graph.input[0].type.tensorType.shape.dim.removeLast()
    } else {
      model.graph.input[0].type.tensorType.shape.dim[random.index(below: extents)].dimValue = number
    }
  }

  private mutating func damageInitializer(_ model: inout Vrx_Onnx_Model) {
    guard !model.graph.initializer.isEmpty else { return }
    damage(&model.graph.initializer[random.index(below: model.graph.initializer.count)])
  }

  private mutating func damage(_ tensor: inout Vrx_Onnx_Tensor) {
    let number = Self.absurd[random.index(below: Self.absurd.count)]
    switch random.index(below: 6) {
    case 0: tensor.dataType = Int32(random.index(below: 30))
    case 1: tensor.dims.append(number)
    case 2 where !tensor.dims.isEmpty: tensor.dims[random.index(below: tensor.dims.count)] = number
    case 3 where tensor.dims.count > 1: tensor.dims.swapAt(0, tensor.dims.count - 1)
    case 4: tensor.rawData = tensor.rawData.dropLast(1 + random.index(below: 9))
    case 5 where tensor.dataType == 7 && tensor.rawData.count >= 8:
      let place = random.index(below: tensor.rawData.count / 8) * 8
      var data = Data(tensor.rawData)
      withUnsafeBytes(of: number.littleEndian) { data.replaceSubrange(place..<place + 8, with: $0) }
      tensor.rawData = data
    default: tensor.dataLocation = 1
    }
  }
}
