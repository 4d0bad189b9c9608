import Base
import Tensors

extension DiscoveryStages {
  /// The significant concepts that speak for the class, most important first, at most `topConcepts`.
  mutating func rank(
    _ candidates: [ConceptCandidate], patches: EmbeddedPatches, of images: ImageProvider, random: [Int: [Float]],
    sets: RandomSets, gradients: Tensor
  ) throws -> (concepts: [RankedConcept], isDegenerate: Bool) {
    let (tested, isDegenerate) = try timed("tcav") { stages in
      let tcav = TCAV(gradients: gradients)
      let isDegenerate = tcav.isDegenerate
      let chance = tcav.responses(to: try stages.chanceVectors(random: random, sets: sets))
      var tested: [RankedConcept] = []
      for (index, candidate) in candidates.enumerated() {
        stages.monitor.report("testing concepts", done: index, total: candidates.count)
        let fitted = try stages.vectors(of: candidate, number: index, patches: patches, random: random, sets: sets)
        let test = TCAVTest(tcav.responses(to: fitted.map(\.direction)), chance: chance, graded: isDegenerate)
        tested.append(
          RankedConcept(
            candidate: candidate, vectors: fitted.map(\.direction),
            accuracy: Statistics.mean(fitted.map(\.accuracy)) ?? 0, test: test))
      }
      stages.monitor.report("testing concepts", done: candidates.count, total: candidates.count)
      return (tested, isDegenerate)
    }
    return (try select(tested, patches: patches, of: images, isDegenerate: isDegenerate), isDegenerate)
  }

  /// Keeps the significant concepts that speak for the class, each at a place of its own, and adds a note for what was
  /// dropped.
  private mutating func select(
    _ tested: [RankedConcept], patches: EmbeddedPatches, of images: ImageProvider, isDegenerate: Bool
  ) throws -> [RankedConcept] {
    let corrected = Statistics.corrected(tested.map(\.test.decisiveP), by: options.significance.correction)
    let tested = zip(tested, corrected).map { concept, pValue in
      var concept = concept
      concept.test.summary.significance = TCAVSignificance(
        measure: concept.test.measure, correctedPValue: pValue, correction: options.significance.correction,
        tests: tested.count)
      return concept
    }
    let significant = zip(tested, corrected).compactMap { ($1 ?? 1) <= options.significance.significance ? $0 : nil }
    let supporting = significant.filter(\.test.isSupporting)
    let byTCAV = supporting.sorted {
      let (a, b) = ($0.test.summary, $1.test.summary)
      return isDegenerate ? (a.effect, a.mean) > (b.effect, b.mean) : (a.mean, a.effect) > (b.mean, b.effect)
    }
    let ranked = try byEffect(byTCAV, patches: patches, of: images)
    if isDegenerate {
      facts.notes.append(
        "layer \(layer) feeds the logit linearly, so that each TCAV score is 0 or 1: concepts were tested and ranked by "
          + "the mean directional derivative instead")
    }
    if significant.count < tested.count {
      facts.notes.append(
        "\(tested.count - significant.count) of \(tested.count) candidate concepts do not differ from chance "
          + "(p > \(options.significance.significance) by \(options.significance.correction.possessive) correction) and were dropped"
      )
    }
    if supporting.count < significant.count {
      facts.notes.append(
        "\(significant.count - supporting.count) of \(tested.count) candidate concepts speak against the class and were "
          + "dropped"
      )
    }
    let distinct = try distinct(ranked, patches: patches)
    let chosen = Array(worthwhile(distinct).prefix(options.selection.topConcepts))
    let better = chosen.count { $0.effect?.beatsRandom == true }
    if chosen.contains(where: { $0.effect != nil }), better < chosen.count {
      facts.notes.append(
        "hiding \(better) of the \(chosen.count) concepts takes more from the classifier than hiding random regions on the object does "
          + "(p ≤ \(ConceptEffect.significance)); the others are marked")
    }
    if distinct.count > chosen.count {
      facts.notes.append("\(distinct.count) concepts are significant; the best \(chosen.count) were kept")
    } else if distinct.count < options.selection.topConcepts {
      facts.notes.append(
        "only \(distinct.count) concepts are significant where \(options.selection.topConcepts) were asked for")
    }
    return chosen
  }

  /// `ranked` without the concepts that mostly show what a better one shows.
  private mutating func distinct(_ ranked: [RankedConcept], patches: EmbeddedPatches) throws -> [RankedConcept] {
    let coincidence = ConceptCoincidence(patches: patches)
    var kept: [RankedConcept] = []
    for concept in ranked {
      let isVariant = try kept.contains {
        try coincidence.share(of: concept.candidate, with: $0.candidate) > options.selection.maxCoincidence
      }
      if !isVariant { kept.append(concept) }
    }
    if kept.count < ranked.count {
      facts.notes.append(
        "\(ranked.count - kept.count) of \(ranked.count) significant concepts show the same places as a better one in more "
          + "than \(options.selection.maxCoincidence) of their images and were left out")
    }
    return kept
  }

  /// One vector per random set, of the patches that the concept keeps against the set.
  private func vectors(
    of candidate: ConceptCandidate, number: Int, patches: EmbeddedPatches, random: [Int: [Float]], sets: RandomSets
  ) throws -> [ConceptActivationVector] {
    let members = try patches.embeddings.rows(at: candidate.members.prefix(options.selection.maxPatches).map(\.patch))
    return try vectors(sets.sets.count, purpose: "concept vectors \(number)") { index in
      (members, matrix(sets.sets[index], of: random))
    }
  }

  /// Vectors of random examples against random examples, each followed by its opposite, because it is arbitrary which
  /// of two random sets counts as the concept.
  func chanceVectors(random: [Int: [Float]], sets: RandomSets) throws -> [[Float]] {
    let vectors = try vectors(sets.controls.count, purpose: "chance vectors") { index in
      (matrix(sets.controls[index].positives, of: random), matrix(sets.controls[index].negatives, of: random))
    }
    return vectors.flatMap { [$0.direction, $0.direction.map { -$0 }] }
  }

  /// `count` vectors, fitted in parallel to the examples that `examples` gives for each; one fit is too small to be
  /// split.
  func vectors(
    _ count: Int, purpose: String, _ examples: @Sendable (Int) -> (concept: Tensor, others: Tensor)
  ) throws -> [ConceptActivationVector] {
    let vectors = try LinearAlgebra.onOneThread {
      try Parallel.map(count) { index -> ConceptActivationVector? in
        try monitor.checkCancelled()
        var draws = SeededRandom(seed: options.run.seed, purpose: "\(purpose) \(index)")
        let (concept, others) = examples(index)
        return ConceptActivationVector.fit(
          concept: concept, others: others, method: options.significance.cavMethod, l2: options.significance.cavL2,
          holdout: options.significance.cavHoldout, random: &draws)
      }
    }
    return vectors.compactMap { $0 }
  }

  func matrix(_ indices: [Int], of embeddings: [Int: [Float]]) -> Tensor {
    let rows = indices.compactMap { embeddings[$0] }
    return Tensor.stack(rows.map { Tensor(shape: [$0.count], elements: $0) })
  }
}

extension PValueCorrection {
  /// Whose correction it is.
  fileprivate var possessive: String {
    switch self {
    case .bonferroni: "Bonferroni's"
    case .holm: "Holm's"
    case .benjaminiHochberg: "Benjamini and Hochberg's"
    }
  }
}
