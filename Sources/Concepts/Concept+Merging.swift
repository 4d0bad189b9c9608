import Tensors

extension Concept {
  /// One concept of several of one class, most important first, with all their patches. What is measured from its centre, the distances of
  /// its patches and its threshold, is set by `setPatches`.
  ///
  /// Centre, importance and activation vectors are the means of the parts', weighted by size.
  package init(merging parts: [Concept], name: String) {
    let sizes = parts.map { Double(max(1, $0.size)) }
    let whole = sizes.reduce(0, +)
    func mean(_ values: [Double]) -> Double { zip(values, sizes).reduce(0) { $0 + $1.0 * $1.1 } / whole }
    func mean(_ vectors: [[Float]]) -> [Float] {
      (vectors.first ?? []).indices.map { index in Float(mean(vectors.map { Double($0[index]) })) }
    }
    let sets = parts.map(\.cavs.count).min() ?? 0
    let scores = (0..<(parts.map(\.tcav.scores.count).min() ?? 0)).map { set in mean(parts.map { $0.tcav.scores[set] })
    }
    let ps = parts.map(\.tcav.pValue)
    self.init(
      id: parts[0].id, name: name, classIndex: parts[0].classIndex, rank: parts[0].rank,
      center: mean(parts.map(\.center)), threshold: parts.map(\.threshold).max() ?? 0,
      patches: parts.flatMap(\.patches), size: parts.reduce(0) { $0 + $1.size },
      tcav: TCAVSummary(
        mean: mean(parts.map(\.tcav.mean)), standardDeviation: Statistics.standardDeviation(scores) ?? 0,
        pValue: ps.contains(nil) ? nil : ps.compactMap { $0 }.max(), effect: mean(parts.map(\.tcav.effect)),
        scores: scores),
      cavAccuracy: mean(parts.map(\.cavAccuracy)),
      cavs: (0..<sets).map { set in
        let sum = mean(parts.map { $0.cavs[set] })
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? sum.map { $0 / length } : sum
      })
  }

  /// The Euclidean distance of an embedding from the centre.
  package func distance(to embedding: [Float]) -> Float {
    zip(embedding, center).reduce(Float(0)) { sum, pair in sum + (pair.0 - pair.1) * (pair.0 - pair.1) }.squareRoot()
  }

  /// Takes over patches whose distances from the centre are measured: the threshold follows from all of them, the `most` nearest are kept.
  package mutating func setPatches(_ measured: [ConceptPatch], keeping most: Int) {
    patches = measured.sorted { ($0.distance, $0.imageIndex) < ($1.distance, $1.imageIndex) }
    let distances = patches.map { Double($0.distance) }
    threshold = Statistics.percentile(distances, ConceptCandidate.thresholdPercentile).map { Float($0) } ?? threshold
    patches = Array(patches.prefix(most))
  }
}
