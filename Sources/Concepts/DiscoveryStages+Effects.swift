import Foundation
import Images
import Tensors

// What hiding a concept takes from the classifier (METHOD section 4b).
extension DiscoveryStages {
  /// Sets of random regions that are hidden beside each concept.
  private static let controls = 2
  /// Nodes that a class has where it has as many concepts, whether or not they take more than random regions.
  private static let fewestNodes = 4

  /// `ranked`, each with its effect, in the order of `rankBy`: parts before concepts that are most of the object. As they
  /// are by TCAV, which measures nothing.
  ///
  /// Each concept's patches are blurred, all of an image at once, and the classifier is asked again; and with random
  /// regions on the object of the same area.
  mutating func byEffect(
    _ ranked: [RankedConcept], patches: EmbeddedPatches, of images: ImageProvider
  ) throws -> [RankedConcept] {
    guard options.selection.rankBy != .tcav, !ranked.isEmpty else { return ranked }
    return try timed("effects") { stages in
      let samples = try stages.effects(of: ranked, patches: patches, images: images)
      let measured = zip(ranked, samples).map { concept, samples in
        var concept = concept
        concept.effect = ConceptEffect(samples, looked: images.count)
        return concept
      }
      let values = samples.map(stages.value)
      func key(_ index: Int) -> (Int, Double, Int) {
        let effect = measured[index].effect
        return (effect?.isMostOfObject == true ? 0 : 1, values[index], -index)
      }
      return measured.indices.sorted { key($0) > key($1) }.map { measured[$0] }
    }
  }

  /// `ranked` without concepts that take no more than random regions do, as far as enough are left.
  func worthwhile(_ ranked: [RankedConcept]) -> [RankedConcept] {
    func isBetter(_ concept: RankedConcept) -> Bool { concept.effect.map { $0.beyondRandom > 0 } ?? true }
    let missing = max(0, Self.fewestNodes - ranked.count(where: isBetter))
    let others = ranked.indices.filter { !isBetter(ranked[$0]) }.prefix(missing)
    return ranked.indices.filter { isBetter(ranked[$0]) || others.contains($0) }.map { ranked[$0] }
  }

  /// By concept, what hiding it did in each image that has patches of it.
  private func effects(
    of ranked: [RankedConcept], patches: EmbeddedPatches, images: ImageProvider
  ) throws -> [[ConceptEffect.Sample]] {
    let coincidence = ConceptCoincidence(patches: patches)
    let places = ranked.map { coincidence.byImage($0.candidate) }
    var samples = [[ConceptEffect.Sample]](repeating: [], count: ranked.count)
    for image in 0..<images.count {
      try monitor.checkCancelled()
      monitor.report("measuring concepts", done: image, total: images.count)
      let regions = try patches.regions.regions(ofImage: image).map(\.mask)
      guard let object = Mask(unionOf: regions) else { continue }
      // By what the image is, not by its place among others.
      var random = SeededRandom(
        seed: options.run.seed, purpose: "regions on an object of \(object.area) pixels in \(regions.count) patches")
      let hidden = places.enumerated().compactMap { concept, places -> Hidden? in
        guard let mask = places[image].flatMap({ places in Mask(unionOf: places.map { regions[$0] }) }) else {
          return nil
        }
        return Hidden(
          concept: concept, mask: mask,
          controls: (0..<Self.controls).compactMap { _ in
            OnObjectRegions.draw(areas: [mask.area], among: regions, within: nil, random: &random)[0]?.mask
          })
      }
      guard !hidden.isEmpty else { continue }
      var changes = try changes(hiding: hidden.flatMap { [$0.mask] + $0.controls }, in: images, at: image)[...]
      for part in hidden {
        guard let change = changes.popFirst() else { break }
        let others = changes.prefix(part.controls.count)
        changes = changes.dropFirst(others.count)
        samples[part.concept].append(
          ConceptEffect.Sample(
            change: change, random: Statistics.mean(Array(others)) ?? 0,
            area: Double(part.mask.area) / Double(part.mask.width * part.mask.height),
            ofObject: Double(part.mask.area) / Double(object.area)))
      }
    }
    monitor.report("measuring concepts", done: images.count, total: images.count)
    return samples
  }

  /// The log odds that blurring each of `masks` takes.
  private func changes(hiding masks: [Mask], in images: ImageProvider, at image: Int) throws -> [Double] {
    if let known = cache.changes(hiding: masks, inImage: image), known.count == masks.count { return known }
    let picture = try embedder.checked([images.image(at: image)])[0]
    let obscured = picture.obscured()
    let logits = try classifier.logits(
      of: [picture] + masks.map { picture.replaced(in: $0, by: obscured) }, monitor: monitor)
    let odds = (0..<logits.rows).map { logOdds(logits[row: $0].elements) }
    let changes = odds.dropFirst().map { odds[0] - $0 }
    cache.store(changes, hiding: masks, inImage: image)
    return changes
  }

  /// What is hidden of one image for one concept, and what beside it.
  private struct Hidden {
    var concept: Int
    var mask: Mask
    var controls: [Mask]
  }

  private func value(_ samples: [ConceptEffect.Sample]) -> Double {
    let changes = samples.map(\.change)
    guard let mean = Statistics.mean(changes) else { return -.infinity }
    switch options.selection.rankBy {
    case .tcav, .effect: return mean
    case .effectBeyondRandom: return mean - (Statistics.mean(samples.map(\.random)) ?? 0)
    case .effectPerArea: return changes.reduce(0, +) / max(samples.reduce(0) { $0 + $1.area }, .leastNormalMagnitude)
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
