import Foundation
import Images
import Tensors

// What hiding a concept takes from the classifier (METHOD section 4b).
extension DiscoveryStages {
  /// What hiding the concept did in one image.
  private struct Effect {
    /// Log odds of the class that it took.
    var change: Double
    /// Share of the picture that was hidden.
    var area: Double
  }

  /// `ranked`, in the order of `rankBy`; as they are by TCAV. Each concept's patches are blurred, all of an image at
  /// once, and the classifier is asked again.
  mutating func byEffect(
    _ ranked: [RankedConcept], patches: EmbeddedPatches, of images: ImageProvider
  ) throws -> [RankedConcept] {
    guard options.selection.rankBy != .tcav, ranked.count > 1 else { return ranked }
    return try timed("effects") { stages in
      let effects = try stages.effects(of: ranked, patches: patches, images: images)
      let values = effects.map(stages.value)
      return ranked.indices.sorted { (values[$0], -$0) > (values[$1], -$1) }.map { ranked[$0] }
    }
  }

  /// By concept, one effect for each image that has patches of it.
  private func effects(
    of ranked: [RankedConcept], patches: EmbeddedPatches, images: ImageProvider
  ) throws -> [[Effect]] {
    let coincidence = ConceptCoincidence(patches: patches)
    let places = ranked.map { coincidence.byImage($0.candidate) }
    var effects = [[Effect]](repeating: [], count: ranked.count)
    for image in 0..<images.count {
      try monitor.checkCancelled()
      monitor.report("measuring concepts", done: image, total: images.count)
      let hidden = try places.enumerated().compactMap { concept, places -> (concept: Int, mask: Mask)? in
        guard let positions = places[image] else { return nil }
        let masks = try patches.regions.regions(ofImage: image, at: positions).map(\.mask)
        return Mask(unionOf: masks).map { (concept, $0) }
      }
      guard !hidden.isEmpty else { continue }
      let picture = try embedder.checked([images.image(at: image)])[0]
      let obscured = picture.obscured()
      let logits = try classifier.logits(
        of: [picture] + hidden.map { picture.replaced(in: $0.mask, by: obscured) }, monitor: monitor)
      let odds = (0..<logits.rows).map { logOdds(logits[row: $0].elements) }
      for (row, (concept, mask)) in hidden.enumerated() {
        effects[concept].append(
          Effect(change: odds[0] - odds[row + 1], area: Double(mask.area) / Double(mask.width * mask.height)))
      }
    }
    monitor.report("measuring concepts", done: images.count, total: images.count)
    return effects
  }

  private func value(_ effects: [Effect]) -> Double {
    let changes = effects.map(\.change)
    guard let mean = Statistics.mean(changes) else { return -.infinity }
    switch options.selection.rankBy {
    case .tcav, .effect: return mean
    case .effectPerArea: return changes.reduce(0, +) / max(effects.reduce(0) { $0 + $1.area }, .leastNormalMagnitude)
    case .effectOverError:
      guard let deviation = Statistics.standardDeviation(changes), deviation > 0 else { return -.infinity }
      return mean / deviation * Double(changes.count).squareRoot()
    }
  }

  /// The class's logit less the logarithm of the sum of the others' exponentials.
  private func logOdds(_ logits: [Float]) -> Double {
    let others = logits.enumerated().filter { $0.offset != classIndex }.map { Double($0.element) }
    guard let largest = others.max(), logits.indices.contains(classIndex) else { return 0 }
    return Double(logits[classIndex]) - largest - log(others.reduce(0) { $0 + exp($1 - largest) })
  }
}
