import Base
import Foundation
import Images
import Networks
import Synchronization
import Tensors

/// A classifier whose features are colours, with analytic gradients.
///
/// `features` [4, 8, 8] holds how red, green, blue and yellow each cell of 8 × 8 pixels is; `pooled` [4] their means m
/// over space. Class 0 has logit Σ_c w_c tanh(m_c / s), or Σ_c w_c m_c / s if `isLinear`; class 1 its negative.
struct ToyClassifier: Classifier {
  static let side = 64
  static let cells = 8
  static let channels = 4
  /// Red and blue speak for class 0, green speaks against it, yellow says nothing.
  static let weights: [Float] = [2, -2, 1.8, 0]
  static let saturation: Float = 0.2

  var isLinear = false
  var yieldsNaN = false
  /// Images that the network was run on.
  let runs = Counter()

  let inputWidth = side
  let inputHeight = side
  let classCount = 2
  let layers = [
    LayerDescription(name: "features", shape: [channels, cells, cells], operatorName: "Relu"),
    LayerDescription(name: "pooled", shape: [channels], operatorName: "GlobalAveragePool"),
  ]

  func features(_ image: RGBImage) -> Tensor {
    var features = Tensor(shape: [Self.channels, Self.cells, Self.cells])
    let cell = Self.side / Self.cells
    for y in 0..<Self.side {
      for x in 0..<Self.side {
        let pixel = (0..<3).map { Float(image.samples[(y * Self.side + x) * 3 + $0]) / 255 }
        let (red, green, blue) = (pixel[0], pixel[1], pixel[2])
        let colors = [
          red - max(green, blue), green - max(red, blue), blue - max(red, green),
          min(red, green) - blue - abs(red - green),
        ]
        for (channel, value) in colors.enumerated() {
          let place = (channel * Self.cells + y / cell) * Self.cells + x / cell
          features.elements[place] += max(0, value) / Float(cell * cell)
        }
      }
    }
    return features
  }

  func activations(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    try monitor.checkCancelled()
    runs.add(images.count)
    var maps = Tensor.stack(images.map(features))
    if yieldsNaN { maps.elements[0] = .nan }
    return layer == "features" ? maps : maps.averagedOverSpace()
  }

  func embeddings(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    try activations(of: images, at: layer, monitor: monitor).averagedOverSpace()
  }

  func logits(of images: [RGBImage], monitor: WorkMonitor) throws -> Tensor {
    let pooled = try embeddings(of: images, at: "pooled", monitor: monitor)
    return Tensor.stack(
      images.indices.map { index in
        let logit = zip(Self.weights, pooled[row: index].elements).reduce(Float(0)) { sum, pair in
          sum + pair.0 * (isLinear ? pair.1 / Self.saturation : tanhf(pair.1 / Self.saturation))
        }
        return Tensor(shape: [2], elements: [logit, -logit])
      })
  }

  func gradients(
    ofClass classIndex: Int, images: [RGBImage], at layer: String, monitor: WorkMonitor
  ) throws -> (activations: Tensor, gradients: Tensor) {
    let activations = try activations(of: images, at: layer, monitor: monitor)
    let pooled = activations.averagedOverSpace()
    let positions = activations.count / pooled.count
    let sign: Float = classIndex == 0 ? 1 : -1
    let gradients = pooled.elements.enumerated().flatMap { index, mean in
      let slope = isLinear ? 1 : 1 - powf(tanhf(mean / Self.saturation), 2)
      let value = sign * Self.weights[index % Self.channels] * slope / Self.saturation / Float(positions)
      return [Float](repeating: value, count: positions)
    }
    return (activations, Tensor(shape: activations.shape, elements: gradients))
  }
}

/// A count that many threads add to.
final class Counter: Sendable {
  private let total = Mutex(0)
  var value: Int { total.withLock { $0 } }
  func add(_ amount: Int) { total.withLock { $0 += amount } }
}

/// Images of coloured squares on grey noise.
enum ToyScenes {
  static let red: (UInt8, UInt8, UInt8) = (220, 20, 20)
  static let green: (UInt8, UInt8, UInt8) = (20, 210, 20)
  static let blue: (UInt8, UInt8, UInt8) = (30, 30, 220)
  static let yellow: (UInt8, UInt8, UInt8) = (220, 220, 20)

  static func scene(_ colors: [(UInt8, UInt8, UInt8)], random: inout SeededRandom) -> RGBImage {
    let side = ToyClassifier.side
    var image = RGBImage(width: side, height: side, filledWith: (0, 0, 0))
    for pixel in 0..<side * side {
      let grey = UInt8(110 + random.index(below: 30))
      for channel in 0..<3 { image.samples[pixel * 3 + channel] = grey }
    }
    // A square for each colour, each in a quarter of its own.
    let quarters = random.shuffled([0, 1, 2, 3])
    for (color, quarter) in zip(colors, quarters) {
      let size = 20 + random.index(below: 9)
      let left = quarter % 2 * side / 2 + random.index(below: side / 2 - size)
      let top = quarter / 2 * side / 2 + random.index(below: side / 2 - size)
      for y in top..<top + size {
        for x in left..<left + size {
          image.samples[(y * side + x) * 3] = color.0
          image.samples[(y * side + x) * 3 + 1] = color.1
          image.samples[(y * side + x) * 3 + 2] = color.2
        }
      }
    }
    return image
  }

  /// Images with a red, a blue and a green square.
  static func classImages(_ count: Int, seed: UInt64 = 1) -> [RGBImage] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in scene([red, blue, green], random: &random) }
  }

  /// Images with two squares of any of the colours.
  static func randomImages(_ count: Int, seed: UInt64 = 2) -> [RGBImage] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
      scene(Array(random.shuffled([0, 1, 2, 3]).map { [red, green, blue, yellow][$0] }.prefix(2)), random: &random)
    }
  }
}
