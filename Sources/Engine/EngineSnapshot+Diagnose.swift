import Bank
import Base
import Concepts
import Images
import Networks
import Readings
import Reports
import Structure

extension EngineSnapshot {
  /// What the classifier gets wrong among a graph's classes in a labelled set, what each mistake comes from, which
  /// substitution corrects it, and what the training data lack (METHOD section 5).
  ///
  /// - Parameter images: files and folders by their true class.
  /// - Throws: `EngineError` where a class is not among the graph's, or no image can be read.
  package func diagnose(
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
    let diagnosed = trained.classes.map {
      DiagnosedClass(name: $0.report.className, index: $0.classIndex, concepts: $0.concepts)
    }
    var poses = PoseStatistics(classes: diagnosed)
    var mirrors = MirrorStatistics(classes: diagnosed)
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
    return DiagnosisReport.Mistake(
      image: reading.entry.source.displayName, truth: labels[truth], predicted: labels[reading.choice],
      type: diagnosis?.type, shares: diagnosis?.shares ?? [:], evidence: evidence,
      correction: try diagnosis?.blamedConcept(in: reading.graphs).flatMap {
        try Corrector(reading: reading, truth: truth, seed: seed).correction(of: $0, monitor: monitor)
      },
      isFollowed: reading.explained.graphChoice == reading.choice)
  }
}
