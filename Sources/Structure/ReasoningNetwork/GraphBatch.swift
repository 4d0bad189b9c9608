import Tensors

/// Concept graphs of images as matrices, with each distinct embedding once.
///
/// Images share embeddings with their masked variants, and all dummies are equal: the widest product, W1 and W2 with
/// the embeddings, is computed once per distinct embedding.
struct GraphBatch: Sendable {
  /// The number of images B.
  var count: Int
  /// The distinct embeddings: [distinct, D].
  var embeddings: Tensor
  /// Row in `embeddings` of each node, by image, class, node: B · m · N values.
  var rows: [Int]
  /// Whether the concept of each node is seen, by image, class, node: B · m · N values.
  var seen: [Bool]
  /// (x_i, y_i, x_j, y_j) by image, class, edge: B · m · E · 4 values.
  var edgeFeatures: [Float]
}

extension GraphBatch {
  /// - Parameter images: m graphs per image. Missing graphs and nodes become dummies, surplus ones are dropped, and an
  ///   embedding of another width than D is cut or filled with zeros: check with `ReasoningNetwork.accepts` where it
  ///   matters.
  init(_ images: [[ConceptGraph]], shape: NetworkShape, dummyValue: Float) {
    let dummy = ConceptGraph.Node.dummy(
      conceptID: "", distance: .infinity, width: shape.embeddingWidth, value: dummyValue)
    let edges = ConceptGraph.edges(among: shape.nodes)
    var known: [[Float]: Int] = [:]
    var values: [Float] = []
    var rows: [Int] = []
    var seen: [Bool] = []
    var features: [Float] = []
    rows.reserveCapacity(images.count * shape.classes * shape.nodes)
    features.reserveCapacity(images.count * shape.classes * edges.count * NetworkShape.edgeFeatures)
    for graphs in images {
      for position in 0..<shape.classes {
        let given = position < graphs.count ? graphs[position].nodes : []
        let nodes = (0..<shape.nodes).map { $0 < given.count ? given[$0] : dummy }
        for node in nodes {
          seen.append(node.detected)
          if let row = known[node.embedding] {
            rows.append(row)
          } else {
            known[node.embedding] = known.count
            rows.append(known.count - 1)
            let used = node.embedding.prefix(shape.embeddingWidth)
            values.append(contentsOf: used)
            values.append(contentsOf: repeatElement(0, count: shape.embeddingWidth - used.count))
          }
        }
        for edge in edges {
          let (from, to) = (nodes[edge.from].center, nodes[edge.to].center)
          features += [from.x, from.y, to.x, to.y]
        }
      }
    }
    self.init(
      count: images.count, embeddings: Tensor(shape: [known.count, shape.embeddingWidth], elements: values), rows: rows,
      seen: seen, edgeFeatures: features)
  }

  /// The batch of the images at `indices` only.
  func gathering(_ indices: [Int]) -> GraphBatch {
    guard count > 0 else { return self }
    let nodes = rows.count / count
    let features = edgeFeatures.count / count
    var local = [Int](repeating: -1, count: embeddings.rows)
    var used: [Int] = []
    var rows: [Int] = []
    var seen: [Bool] = []
    var edgeFeatures: [Float] = []
    rows.reserveCapacity(indices.count * nodes)
    edgeFeatures.reserveCapacity(indices.count * features)
    for index in indices {
      for row in self.rows[index * nodes..<(index + 1) * nodes] {
        if local[row] < 0 {
          local[row] = used.count
          used.append(row)
        }
        rows.append(local[row])
      }
      seen.append(contentsOf: self.seen[index * nodes..<(index + 1) * nodes])
      edgeFeatures.append(contentsOf: self.edgeFeatures[index * features..<(index + 1) * features])
    }
    return GraphBatch(
      count: indices.count, embeddings: embeddings.gatheringRows(used), rows: rows, seen: seen,
      edgeFeatures: edgeFeatures)
  }

  /// The batch with a row of its own for every node.
  func separatingNodes() -> GraphBatch {
    GraphBatch(
      count: count, embeddings: embeddings.gatheringRows(rows), rows: Array(rows.indices), seen: seen,
      edgeFeatures: edgeFeatures)
  }
}

extension ReasoningNetwork {
  /// Throws `StructureError.shape` unless the graphs of one image fit the network: one per class, of N nodes each, with
  /// embeddings of D finite values.
  package func accepts(_ graphs: [ConceptGraph]) throws { try shape.check(graphs) }
}

extension NetworkShape {
  func check(_ graphs: [ConceptGraph]) throws {
    guard graphs.count == classes else {
      throw StructureError.shape("\(graphs.count) graphs given for \(classes) classes: one per class is needed")
    }
    for graph in graphs {
      guard graph.nodes.count == nodes else {
        throw StructureError.shape("a graph has \(graph.nodes.count) nodes where the network has \(nodes)")
      }
      for node in graph.nodes {
        guard node.embedding.count == embeddingWidth else {
          throw StructureError.shape(
            "a node's embedding has \(node.embedding.count) values where the network takes \(embeddingWidth): "
              + "were the concepts found at another layer or model?")
        }
        guard node.center.x.isFinite, node.center.y.isFinite, node.embedding.allSatisfy(\.isFinite) else {
          throw StructureError.shape("a node's embedding or centre holds a value that is not finite")
        }
      }
    }
  }
}
