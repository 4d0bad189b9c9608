import Concepts
import Images
import Networks
import Structure
import Tensors

extension Engine {
  /// What the classifier gets wrong among a graph's classes in a labelled set, what each mistake comes from, which substitution corrects it,
  /// and what the training data lack (METHOD section 5).
  ///
  /// - Parameter images: files and folders by their true class.
  /// - Throws: `EngineError` where a class is not among the graph's, or no image can be read.
  public func diagnose(
    model: String, images: [(class: ClassReference, sources: [ImageSource])], graphModel: String?, seed: UInt64,
    monitor: WorkMonitor
  ) throws -> DiagnosisReport {
    let model = try self.model(model)
    let truths = try images.map { try model.labels.resolve($0.class) }
    let trained = try trainedGraph(graphModel, of: model, covering: truths)
    let labels = trained.classIndices.map { model.labels[$0] }
    var report = DiagnosisReport(
      graphModel: trained.id, classes: labels,
      confusion: [[Int]](repeating: [Int](repeating: 0, count: labels.count), count: labels.count), mistakes: [],
      suggestions: [], skipped: [], summary: "")
    let positions = try Self.positions(of: truths, in: trained, labels: model.labels)
    var sources: [(source: ImageSource, truth: Int)] = []
    for (part, truth) in zip(images, positions) {
      let (all, missing) = ImageCollection.expand(part.sources)
      report.skipped += missing
      sources += all.map { ($0, truth) }
    }
    var poses = PoseStatistics(trained: trained)
    var mirrors = MirrorStatistics(trained: trained)
    for (number, item) in sources.enumerated() {
      monitor.report("diagnosing", done: number, total: sources.count)
      try monitor.checkCancelled()
      let reading: ImageReading
      do { reading = try read(item.source, model: model, trained: trained, monitor: monitor) } catch let error
        as EngineError
        where error.kind == .image
      {
        report.skipped.append(SkippedImage(image: item.source.displayName, reason: error.message))
        continue
      }
      let chosen = reading.choice
      report.confusion[item.truth][chosen] += 1
      poses.add(reading.graphs[item.truth], isCorrect: chosen == item.truth)
      if chosen != item.truth {
        let mirrored = try read(
          .bytes(reading.input.mirrored.pngData()), model: model, trained: trained, monitor: monitor)
        mirrors.add(truth: item.truth, isCorrected: mirrored.choice == item.truth)
        report.mistakes.append(
          try mistake(reading, truth: item.truth, labels: labels, seed: seed &+ UInt64(number), monitor: monitor))
      }
    }
    guard report.confusion.joined().contains(where: { $0 > 0 }) else {
      throw EngineError(
        .tooLittleData,
        "images: none of \(report.skipped.count) can be read, the first: \(report.skipped.first?.reason ?? "no image given")",
        detail: ["found": "0", "needed": "1"])
    }
    monitor.report("diagnosing", done: sources.count, total: sources.count)
    report.suggestions = DiagnosisSummary.suggestions(
      for: report, mirrors: mirrors.findings(), poses: poses.findings())
    report.summary = DiagnosisSummary.text(for: report)
    return report
  }

  /// How many parts are named as evidence for a mistake.
  private static let evidenceNamed = 5
  /// How many of the most blamed nodes are tried for a correction.
  private static let substitutionsTried = 3

  private func mistake(
    _ reading: ImageReading, truth: Int, labels: [String], seed: UInt64, monitor: WorkMonitor
  ) throws -> DiagnosisReport.Mistake {
    let classes = reading.trained.classes
    let diagnosis = ErrorDiagnosis(
      attributions: reading.attributions, graphs: reading.graphs, concepts: classes.map(\.concepts), truth: truth,
      predicted: reading.choice)
    let evidence = (diagnosis?.blames ?? []).prefix(Self.evidenceNamed).map { blame in
      let names = classes[blame.graph].concepts.map(\.name)
      let nodes = reading.graphs[blame.graph].nodes
      let ends = [blame.from, blame.to ?? blame.from]
      return DiagnosisReport.Evidence(
        className: labels[blame.graph],
        part: blame.to.map { "\(names[blame.from]) → \(names[$0])" } ?? names[blame.from],
        contribution: blame.contribution, isSeen: ends.allSatisfy { nodes[$0].detected }, type: blame.type)
    }
    let followed = reading.attributions.indices.max { reading.attributions[$0].score < reading.attributions[$1].score }
    return DiagnosisReport.Mistake(
      image: reading.entry.source.displayName, truth: labels[truth], predicted: labels[reading.choice],
      type: diagnosis?.type, shares: diagnosis?.shares ?? [:], evidence: evidence,
      correction: try correction(
        of: reading, truth: truth, blames: diagnosis?.blames ?? [], seed: seed, monitor: monitor),
      isFollowed: followed == reading.choice)
  }

  /// The substitution that moves the classifier most towards the true class, of those at the most blamed places.
  private func correction(
    of reading: ImageReading, truth: Int, blames: [Blame], seed: UInt64, monitor: WorkMonitor
  ) throws -> DiagnosisReport.Correction? {
    let concepts = reading.trained.classes[truth].concepts
    let places = blames.filter { $0.to == nil && reading.graphs[$0.graph].nodes[$0.from].mask != nil }
    var tried: [(name: String, concept: Concept, mask: Mask, picture: RGBImage)] = []
    for place in places.prefix(Self.substitutionsTried) {
      let node = reading.graphs[place.graph].nodes[place.from]
      guard let mask = node.mask,
        let concept = place.graph == truth ? concepts[place.from] : concepts.nearest(to: node.center),
        let exemplar = exemplar(of: concept, graph: truth, in: reading)
      else { continue }
      tried.append(
        (
          reading.trained.classes[place.graph].concepts[place.from].name, concept, mask,
          PatchEdit.replace(with: exemplar).apply(to: reading.input, patch: mask).picture
        ))
    }
    guard !tried.isEmpty else { return nil }
    let controls = try tried.map { place in
      PatchEdit.replace(with: try randomPatch(notOf: truth, reading: reading, seed: seed))
        .apply(to: reading.input, patch: place.mask).picture
    }
    let outputs = try Self.method {
      try reading.model.classifier.logits(of: tried.map(\.picture) + controls, monitor: monitor)
    }
    let indices = reading.trained.classIndices
    func margin(_ logits: [Float]) -> Double { Double(logits[indices[truth]] - logits[indices[reading.choice]]) }
    func isCorrect(_ logits: [Float]) -> Bool {
      indices.indices.max { logits[indices[$0]] < logits[indices[$1]] } == truth
    }
    let before = margin(reading.logits)
    let corrections = tried.indices.map { index in
      let logits = outputs[row: index].elements
      return DiagnosisReport.Correction(
        replaced: tried[index].name, by: tried[index].concept.name, corrects: isCorrect(logits),
        marginChange: margin(logits) - before, randomCorrects: isCorrect(outputs[row: tried.count + index].elements))
    }
    return corrections.max { ($0.corrects ? 1 : 0, $0.marginChange) < ($1.corrects ? 1 : 0, $1.marginChange) }
  }

  private func randomPatch(notOf graph: Int, reading: ImageReading, seed: UInt64) throws -> RGBImage {
    try randomPatch(of: randomSource(apartFrom: graph, in: reading, seed: seed), reading: reading, seed: seed)
  }
}

extension ImageReading {
  /// Position of the classifier's choice among the reasoning network's classes.
  var choice: Int {
    let indices = trained.classIndices
    return indices.indices.max { (logits[indices[$0]], -$0) < (logits[indices[$1]], -$1) } ?? 0
  }
}

extension [Concept] {
  /// The concept whose exemplars lie nearest a point in [0, 1]² on average.
  fileprivate func nearest(to point: (x: Float, y: Float)) -> Concept? {
    func distance(_ concept: Concept) -> Double {
      let centers = concept.patches.compactMap(\.mask.centroid)
      let count = Double(Swift.max(1, centers.count))
      let (x, y) = (centers.reduce(0) { $0 + $1.x } / count, centers.reduce(0) { $0 + $1.y } / count)
      return (x - Double(point.x)) * (x - Double(point.x)) + (y - Double(point.y)) * (y - Double(point.y))
    }
    return self.min { distance($0) < distance($1) }
  }
}
