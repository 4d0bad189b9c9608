import Foundation
import Tensors

@testable import Structure

/// Images as latent parts: each part's appearance and place are seen through noise in high-dimensional embeddings, and
/// a classifier makes its logits from the visible parts' appearance, not linearly, and from two parts' arrangement.
struct SyntheticClassifier {
  let classes = 3
  let parts = 4
  let width: Int
  private let traits = 2
  private let noise = 0.6
  /// By hypothesis and part: [width] and [width · traits].
  private let bases: [[Float]]
  private let mixtures: [[Float]]
  /// By part: [classes · traits].
  private let effects: [[Double]]

  init(width: Int, seed: UInt64) {
    self.width = width
    var random = SeededRandom(seed: seed, purpose: "synthetic classifier")
    let (classes, parts, traits) = (classes, parts, traits)
    bases = (0..<classes * parts).map { _ in (0..<width).map { _ in Float(random.normal()) } }
    mixtures = (0..<classes * parts).map { _ in (0..<width * traits).map { _ in Float(0.4 * random.normal()) } }
    effects = (0..<parts).map { _ in (0..<classes * traits).map { _ in 2 * random.normal() } }
  }

  /// Images with `variants` masked variants each.
  func samples(images: Int, variants: Int, seed: UInt64) -> [TrainingSample] {
    var random = SeededRandom(seed: seed, purpose: "synthetic images")
    return (0..<images).flatMap { image in
      let appearance = (0..<parts).map { _ in (0..<traits).map { _ in 1.5 * random.normal() } }
      let places = (0..<parts).map { _ in (x: Float(random.uniform()), y: Float(random.uniform())) }
      let missing = Set((0..<parts).filter { _ in random.uniform() < 0.1 })
      let graphs = (0..<classes).map { hypothesis in
        ConceptGraph(
          classIndex: hypothesis,
          nodes: (0..<parts).map { part in
            if missing.contains(part) { return .dummy(conceptID: "", distance: 9, width: width, value: 0.01) }
            let embedding = embed(appearance[part], hypothesis * parts + part, &random)
            return .init(
              conceptID: "\(part)", detected: true, distance: 1, center: places[part], box: nil, mask: nil,
              embedding: embedding)
          })
      }
      return (0...variants).map { variant in
        let hidden = variant == 0 ? [] : Set((0..<parts).filter { _ in random.uniform() < 0.4 })
        let gone = hidden.union(missing)
        return TrainingSample(
          graphs: graphs.map { $0.masking(hidden, dummyValue: 0.01) },
          logits: logits(appearance, places, visible: Set(0..<parts).subtracting(gone)), imageIndex: image,
          isMasked: variant > 0)
      }
    }
  }

  private func embed(_ traits: [Double], _ index: Int, _ random: inout SeededRandom) -> [Float] {
    (0..<width).map { entry in
      let signal = traits.enumerated().reduce(bases[index][entry]) {
        $0 + mixtures[index][entry * self.traits + $1.offset] * Float($1.element)
      }
      return max(0, signal + Float(noise * random.normal()))
    }
  }

  private func logits(_ appearance: [[Double]], _ places: [(x: Float, y: Float)], visible: Set<Int>) -> [Float] {
    (0..<classes).map { position in
      var logit = 6.0
      for part in visible {
        for (trait, value) in appearance[part].enumerated() {
          logit += effects[part][position * traits + trait] * tanh(value)
        }
      }
      // The class likes its first part left of its second.
      if position == 0, visible.isSuperset(of: [0, 1]) { logit += 2 * Double(places[1].x - places[0].x) }
      return Float(logit)
    }
  }
}
