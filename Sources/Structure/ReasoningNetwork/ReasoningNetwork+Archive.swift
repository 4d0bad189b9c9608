import Fields
import Tensors

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
package struct ArchivedNetwork: Archivable {
  package static var blank: ArchivedNetwork { ArchivedNetwork() }

  private var extents: [Int] = []
  private var nodeWidths: [Int] = []
  private var layers: [ReasoningNetwork.Layer] = []
  private var edgeWeights = Tensor.blank
  private var readout = Tensor.blank
  private var readoutBias: [Float] = []
  private var dummyValue: Float = 0

  private init() {}

  /// What is to be kept of `network`.
  package init(_ network: ReasoningNetwork) {
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
  package func network() throws -> ReasoningNetwork {
    guard extents.count == 4 else { throw ArchiveError.damaged }
    let shape = try NetworkShape(
      classes: extents[0], nodes: extents[1], embeddingWidth: extents[2], nodeWidths: nodeWidths, edgeWidth: extents[3])
    return try ReasoningNetwork(
      shape: shape, layers: layers, edgeWeights: edgeWeights, readout: readout, readoutBias: readoutBias,
      dummyValue: dummyValue)
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.list(&extents, blank: 0) { try $0.field(&$1) }
    try archive.list(&nodeWidths, blank: 0) { try $0.field(&$1) }
    try archive.list(&layers)
    try archive.field(&edgeWeights)
    try archive.field(&readout)
    try archive.field(&readoutBias)
    try archive.field(&dummyValue)
  }
}
