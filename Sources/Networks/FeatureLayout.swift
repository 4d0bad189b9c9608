import Tensors

/// Where the channels and the places of a layer are: convolutional layers are [c, h, w], transformers' are tokens.
package enum FeatureLayout: Sendable, Equatable {
  /// [c, h, w].
  case channelsFirst(rows: Int, columns: Int)
  /// [h, w, c], as in Swin transformers.
  case channelsLast(rows: Int, columns: Int)
  /// [tokens, c], the first `others` of which stand for no place (class and distillation tokens).
  case tokens(others: Int, rows: Int, columns: Int)
  /// [c, places].
  case flattened(rows: Int, columns: Int)
  /// [tokens, c], of tokens that do not form a grid, such as one that an attention pools the others into.
  case sequence
  /// No places.
  case vector

  /// Most tokens that stand for no place: a class token and registers.
  private static let mostOthers = 5

  /// The layout of a layer of `shape`, without the batch, of a network that sees images of these extents: a grid of
  /// places has the image's proportions.
  package init(shape: [Int], inputWidth: Int, inputHeight: Int) {
    func isGrid(_ rows: Int, _ columns: Int) -> Bool { rows > 1 && rows * inputWidth == columns * inputHeight }
    // Rows of a grid of so many places: rows² = places · height / width.
    func grid(_ places: Int) -> (rows: Int, columns: Int)? {
      guard places > 1, inputWidth > 0 else { return nil }
      let rows = Int((Double(places) * Double(inputHeight) / Double(inputWidth)).squareRoot().rounded())
      return rows > 0 && places % rows == 0 && isGrid(rows, places / rows) ? (rows, places / rows) : nil
    }
    if shape.count == 3 {
      let isLast = isGrid(shape[0], shape[1]) && !isGrid(shape[1], shape[2]) && shape[1] * shape[2] > 1
      self =
        isLast
        ? .channelsLast(rows: shape[0], columns: shape[1]) : .channelsFirst(rows: shape[1], columns: shape[2])
      return
    }
    self = .vector
    guard shape.count == 2 else { return }
    for others in 0...Self.mostOthers {
      if let (rows, columns) = grid(shape[0] - others) {
        // One or two class tokens beside a grid are no coincidence; a square number of channels may be one.
        self = .tokens(others: others, rows: rows, columns: columns)
        if others == 0, let (rows, columns) = grid(shape[1]), shape[0] > shape[1] {
          self = .flattened(rows: rows, columns: columns)
        }
        return
      }
    }
    if let (rows, columns) = grid(shape[1]) {
      self = .flattened(rows: rows, columns: columns)
    } else if shape[1] > 1 {
      self = .sequence
    }
  }

  /// Rows and columns of places; nil for layers without places.
  package var grid: (rows: Int, columns: Int)? {
    switch self {
    case .channelsFirst(let rows, let columns), .channelsLast(let rows, let columns), .tokens(_, let rows, let columns),
      .flattened(let rows, let columns):
      (rows, columns)
    case .sequence, .vector: nil
    }
  }

  /// Values of an embedding of a layer of `shape`, without the batch: its channels.
  package func channels(of shape: [Int]) -> Int {
    switch self {
    case .channelsLast, .tokens, .sequence: shape.last ?? 1
    case .channelsFirst, .flattened, .vector: shape.first ?? 1
    }
  }

  /// Activations of a batch as [n, c, h, w], without tokens that stand for no place; [n, c, tokens] of a sequence; of a
  /// vector as they are.
  package func channelsFirst(_ activations: Tensor) -> Tensor {
    let shape = activations.shape
    switch self {
    case .vector, .channelsFirst: return activations
    case .flattened(let rows, let columns): return activations.reshaped([shape[0], shape[1], rows, columns])
    case .sequence:
      return Self.turned(activations, images: shape[0], skipping: 0, places: shape[1], channels: shape[2])
    case .channelsLast(let rows, let columns):
      return Self.turned(activations, images: shape[0], skipping: 0, places: rows * columns, channels: shape[3])
        .reshaped([shape[0], shape[3], rows, columns])
    case .tokens(let others, let rows, let columns):
      return Self.turned(activations, images: shape[0], skipping: others, places: rows * columns, channels: shape[2])
        .reshaped([shape[0], shape[2], rows, columns])
    }
  }

  /// [n, skipped + places, c] to [n, c, places].
  private static func turned(
    _ tensor: Tensor, images: Int, skipping: Int, places: Int, channels: Int
  ) -> Tensor {
    var turned = [Float](repeating: 0, count: images * places * channels)
    tensor.elements.withUnsafeBufferPointer { source in
      for image in 0..<images {
        for place in 0..<places {
          let from = (image * (skipping + places) + skipping + place) * channels
          for channel in 0..<channels { turned[(image * channels + channel) * places + place] = source[from + channel] }
        }
      }
    }
    return Tensor(shape: [images, channels, places], elements: turned)
  }
}

extension Classifier {
  /// Where channels and places of `layer` are; nil without such a layer.
  package func layout(of layer: String) -> FeatureLayout? {
    layers.first { $0.name == layer }.map {
      FeatureLayout(shape: $0.shape, inputWidth: inputWidth, inputHeight: inputHeight)
    }
  }

  /// Values of an embedding at `layer`; nil without such a layer.
  package func embeddingWidth(at layer: String) -> Int? {
    guard let shape = layers.first(where: { $0.name == layer })?.shape else { return nil }
    return layout(of: layer)?.channels(of: shape)
  }

  /// Layers with more than one place, in order of computation: concepts can be searched there. The tensors inside an
  /// attention (queries, keys and values of each head, and the attention weights) have as many axes as a
  /// map, but are not maps.
  package var spatialLayers: [LayerDescription] {
    let layouts = layers.map { FeatureLayout(shape: $0.shape, inputWidth: inputWidth, inputHeight: inputHeight) }
    let tokens = Set(
      zip(layers, layouts).compactMap { layer, layout in
        if case .tokens = layout { layer.shape[0] } else { nil }
      })
    return zip(layers, layouts).filter { layer, layout in
      guard let grid = layout.grid, grid.rows * grid.columns > 1 else { return false }
      return layer.shape.count != 3 || !layer.shape.dropFirst().contains { tokens.contains($0) }
    }.map(\.0)
  }
}
