import Tensors

extension Concept {
  /// Merges several concepts of one class, the most important first, with all their patches. `setPatches` then sets
  /// what is measured from the new centre: the threshold and the distances of the patches.
  ///
  /// Centre, importance and activation vectors are means over the merged concepts, weighted by size.
  package init(merging concepts: [Concept], name: String) {
    let sizes = concepts.map { Double(max(1, $0.size)) }
    let whole = sizes.reduce(0, +)
    func mean(_ values: [Double]) -> Double { zip(values, sizes).reduce(0) { $0 + $1.0 * $1.1 } / whole }
    func mean(_ vectors: [[Float]]) -> [Float] {
      (vectors.first ?? []).indices.map { index in Float(mean(vectors.map { Double($0[index]) })) }
    }
    let sets = concepts.map(\.cavs.count).min() ?? 0
    let scores = (0..<(concepts.map(\.tcav.scores.count).min() ?? 0)).map { set in
      mean(concepts.map { $0.tcav.scores[set] })
    }
    let ps = concepts.map(\.tcav.pValue)
    self.init(
      id: concepts[0].id, name: name, classIndex: concepts[0].classIndex, rank: concepts[0].rank,
      center: mean(concepts.map(\.center)), threshold: concepts.map(\.threshold).max() ?? 0,
      patches: concepts.flatMap(\.patches), size: concepts.reduce(0) { $0 + $1.size },
      tcav: TCAVSummary(
        mean: mean(concepts.map(\.tcav.mean)), standardDeviation: Statistics.standardDeviation(scores) ?? 0,
        pValue: ps.contains(nil) ? nil : ps.compactMap { $0 }.max(), effect: mean(concepts.map(\.tcav.effect)),
        scores: scores),
      cavAccuracy: mean(concepts.map(\.cavAccuracy)),
      cavs: (0..<sets).map { set in
        let sum = mean(concepts.map { $0.cavs[set] })
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? sum.map { $0 / length } : sum
      })
  }

  /// The Euclidean distance of an embedding from the centre.
  package func distance(to embedding: [Float]) -> Float { LinearAlgebra.distance(embedding, center) }

  /// Sets patches whose distances from the centre were measured. The threshold follows from all of them; the `most`
  /// nearest are kept.
  package mutating func setPatches(_ measured: [ConceptPatch], keeping most: Int) {
    patches = measured.sorted { ($0.distance, $0.imageIndex) < ($1.distance, $1.imageIndex) }
    let distances = patches.map { Double($0.distance) }
    threshold = Statistics.percentile(distances, ConceptCandidate.thresholdPercentile).map { Float($0) } ?? threshold
    patches = Array(patches.prefix(most))
  }
}
