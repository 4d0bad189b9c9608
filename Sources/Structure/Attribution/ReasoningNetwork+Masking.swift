import Images

extension ReasoningNetwork {
  /// What each concept of one class's graph adds to that class's margin (its output less the mean of the others'), as
  /// the network predicts: Shapley values of the game in which a set of these concepts is seen and the rest is masked
  /// out of the image.
  ///
  /// Masking also hides other concepts, and other classes': a node of any graph becomes a dummy where enough of it is
  /// masked (`MaskedVariantPlan.hide`). So concepts that overlap share their value, and relations count as they do in
  /// the network. The classifier is not asked.
  ///
  /// - Parameters:
  ///   - graphs: one graph per class in the order of training; check others' graphs with `accepts` first.
  ///   - output: position of the class.
  ///   - plan: what counts as hidden.
  /// - Returns: by node, in units of the outputs; nil where there is nothing to mask. Their sum is the predicted loss
  ///   where all of them are masked.
  package func maskingValues(of graphs: [ConceptGraph], output: Int, plan: MaskedVariantPlan) -> [Double?] {
    let nodes = graphs[output].nodes
    let players = nodes.indices.filter { (nodes[$0].mask?.area ?? 0) > 0 }
    let values = ShapleyValues.values(players: players.count, seed: plan.seed) { coalitions in
      var hidden: [[Set<Int>]] = []
      var places: [[Set<Int>]: Int] = [:]
      let rows = coalitions.map { seen in
        let masks = players.indices.filter { !seen.contains($0) }.compactMap { nodes[players[$0]].mask }
        let pattern = Mask(unionOf: masks).map { mask in graphs.map { plan.hidden(by: mask, in: $0) } } ?? []
        if let place = places[pattern] { return place }
        places[pattern] = hidden.count
        hidden.append(pattern)
        return hidden.count - 1
      }
      let margins = margins(of: graphs, hiding: hidden, output: output)
      return rows.map { margins[$0] }
    }
    var result = [Double?](repeating: nil, count: nodes.count)
    for (player, value) in zip(players, values) { result[player] = value }
    return result
  }

  /// Variants of an image that are in memory together.
  private static let variantsAtOnce = 128

  /// The margin of a class with each of some patterns of nodes, by graph, hidden; an empty pattern hides none.
  private func margins(of graphs: [ConceptGraph], hiding patterns: [[Set<Int>]], output: Int) -> [Double] {
    stride(from: 0, to: patterns.count, by: Self.variantsAtOnce).flatMap { start in
      let slice = Array(patterns[start..<min(start + Self.variantsAtOnce, patterns.count)])
      let batch = GraphBatch(hiding: slice, in: graphs, shape: shape, dummyValue: dummyValue)
      let pass = ForwardPass(self, batch, training: false)
      return slice.indices.map { image in
        ClassMargin.of(output, in: pass.outputs[row: image].elements.map(Double.init))
      }
    }
  }
}

extension GraphBatch {
  /// Variants of one image, in each of which other nodes are dummies. Equal to `init(_:shape:dummyValue:)` of the
  /// graphs that `ConceptGraph.masking` gives, but each embedding is looked at only once.
  ///
  /// - Parameters:
  ///   - patterns: by variant, the hidden nodes of each graph; an empty list hides no node.
  ///   - graphs: m graphs of N nodes; others are treated as by `init(_:shape:dummyValue:)`.
  init(hiding patterns: [[Set<Int>]], in graphs: [ConceptGraph], shape: NetworkShape, dummyValue: Float) {
    let empty = graphs.map { $0.masking(Set($0.nodes.indices), dummyValue: dummyValue) }
    let both = GraphBatch([graphs, empty], shape: shape, dummyValue: dummyValue)
    let count = shape.classes * shape.nodes
    let edges = ConceptGraph.edges(among: shape.nodes)
    var (rows, seen, features): ([Int], [Bool], [Float]) = ([], [], [])
    rows.reserveCapacity(patterns.count * count)
    features.reserveCapacity(patterns.count * shape.classes * edges.count * NetworkShape.edgeFeatures)
    for pattern in patterns {
      for position in 0..<shape.classes {
        let nodes = position < graphs.count ? graphs[position].nodes : []
        let hidden = position < pattern.count ? pattern[position] : []
        let first = position * shape.nodes
        let places = (0..<shape.nodes).map { hidden.contains($0) ? count + first + $0 : first + $0 }
        rows += places.map { both.rows[$0] }
        seen += places.map { both.seen[$0] }
        let centers = (0..<shape.nodes).map {
          hidden.contains($0) || $0 >= nodes.count ? ConceptGraph.dummyCenter : nodes[$0].center
        }
        for edge in edges {
          let (from, to) = (centers[edge.from], centers[edge.to])
          features += [from.x, from.y, to.x, to.y]
        }
      }
    }
    self.init(count: patterns.count, embeddings: both.embeddings, rows: rows, seen: seen, edgeFeatures: features)
  }
}
