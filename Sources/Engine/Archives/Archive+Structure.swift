import Concepts
import Fields
import Images
import Store
import Structure
import Tensors

extension ConceptGraph.Node: Archivable {
  package static var blank: ConceptGraph.Node { .dummy(conceptID: "", distance: 0, width: 0, value: 0) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&conceptID)
    try archive.field(&detected)
    try archive.field(&distance)
    try archive.field(&center.x)
    try archive.field(&center.y)
    try archive.optional(&box, blank: .blank) { try $0.field(&$1) }
    try archive.optional(&mask, blank: .blank) { try $0.field(&$1) }
    try archive.field(&embedding)
  }
}

extension ConceptGraph: StageValue {
  package static var kind: String { "graph" }
  package static var blank: ConceptGraph { ConceptGraph(classIndex: 0, nodes: []) }
  package var memoryBytes: Int {
    nodes.reduce(0) { sum, node in
      sum + node.embedding.count * MemoryLayout<Float>.stride + (node.mask.map { $0.width * $0.height / 8 } ?? 0)
    }
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&classIndex)
    try archive.list(&nodes)
  }
}

/// The classifier's logits of an image and of masked variants of it, a row each.
struct MaskedLogits: StageValue {
  static let kind = "logits"
  static var blank: MaskedLogits { MaskedLogits(rows: []) }

  var rows: [[Float]]

  var memoryBytes: Int { rows.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride } }

  mutating func archive(in archive: inout Archive) throws {
    try archive.list(&rows, blank: []) { try $0.field(&$1) }
  }
}

extension Attribution.Graph: Archivable {
  package static var blank: Attribution.Graph { Attribution.Graph(nodes: [], edges: []) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&nodes)
    try archive.field(&edges)
  }
}

extension Attribution: Archivable {
  package static var blank: Attribution { Attribution(output: 0, graphs: [], bias: 0) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&output)
    try archive.list(&graphs)
    try archive.field(&bias)
  }
}

/// What an image's graphs add to each output of a reasoning network.
struct ImageExplanation: StageValue {
  static let kind = "explanation"
  static var blank: ImageExplanation { ImageExplanation(classes: []) }

  var classes: [Attribution]

  var memoryBytes: Int {
    classes.flatMap(\.graphs).reduce(0) { $0 + ($1.nodes.count + $1.edges.count) * MemoryLayout<Float>.stride }
  }

  mutating func archive(in archive: inout Archive) throws { try archive.list(&classes) }
}

/// What a reasoning network foretells masking each concept of one class's graph to take: one value per node, 0 where nothing can be masked.
struct MaskingValues: StageValue {
  static let kind = "masking values"
  static var blank: MaskingValues { MaskingValues(nodes: []) }

  var nodes: [Float]

  var memoryBytes: Int { nodes.count * MemoryLayout<Float>.stride }

  mutating func archive(in archive: inout Archive) throws { try archive.field(&nodes) }
}

extension BatchNormalization: Archivable {
  package static var blank: BatchNormalization { BatchNormalization(width: 0) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&weight)
    try archive.field(&bias)
    try archive.field(&runningMean)
    try archive.field(&runningVariance)
  }
}

extension ReasoningNetwork.Layer: Archivable {
  package static var blank: ReasoningNetwork.Layer {
    ReasoningNetwork.Layer(
      projection: .blank, projectionBias: [], message: .blank, messageBias: [], edge: .blank, edgeBias: [],
      nodeNormalization: .blank, edgeNormalization: .blank)
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&projection)
    try archive.field(&projectionBias)
    try archive.field(&message)
    try archive.field(&messageBias)
    try archive.field(&edge)
    try archive.field(&edgeBias)
    try archive.field(&nodeNormalization)
    try archive.field(&edgeNormalization)
  }
}

/// A reasoning network's extents and weights.
struct ArchivedNetwork: Archivable {
  static var blank: ArchivedNetwork { ArchivedNetwork() }

  private var extents: [Int] = []
  private var nodeWidths: [Int] = []
  private var layers: [ReasoningNetwork.Layer] = []
  private var edgeWeights = Tensor.blank
  private var readout = Tensor.blank
  private var readoutBias: [Float] = []
  private var dummyValue: Float = 0

  private init() {}

  /// What is to be kept of `network`.
  init(_ network: ReasoningNetwork) {
    let shape = network.shape
    extents = [shape.classes, shape.nodes, shape.embeddingWidth, shape.edgeWidth]
    nodeWidths = shape.nodeWidths
    layers = network.layers
    edgeWeights = network.edgeWeights
    readout = network.readout
    readoutBias = network.readoutBias
    dummyValue = network.dummyValue
  }

  /// The network. Throws where the weights do not fit the extents.
  func network() throws -> ReasoningNetwork {
    guard extents.count == 4 else { throw ArchiveError.damaged }
    let shape = try NetworkShape(
      classes: extents[0], nodes: extents[1], embeddingWidth: extents[2], nodeWidths: nodeWidths, edgeWidth: extents[3])
    return try ReasoningNetwork(
      shape: shape, layers: layers, edgeWeights: edgeWeights, readout: readout, readoutBias: readoutBias,
      dummyValue: dummyValue)
  }

  mutating func archive(in archive: inout Archive) throws {
    try archive.list(&extents, blank: 0) { try $0.field(&$1) }
    try archive.list(&nodeWidths, blank: 0) { try $0.field(&$1) }
    try archive.list(&layers)
    try archive.field(&edgeWeights)
    try archive.field(&readout)
    try archive.field(&readoutBias)
    try archive.field(&dummyValue)
  }
}
