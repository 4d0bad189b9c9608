import Bank
import Base
import Engine
import Figures
import Foundation
import Images
import RPC
import Reports
import Wire

extension Handlers {
  private static let exemplarsPerConcept = 8
  /// Least digits of the number in a picture's name.
  private static let pictureDigits = 2

  /// The engine's answer to `vrx/explain`.
  func report(_ request: Explain, in snapshot: EngineSnapshot, monitor: WorkMonitor) throws -> ExplanationReport {
    try snapshot.explain(
      model: request.model, image: source(request.image), classes: request.classes?.map(reference),
      whyNot: request.whyNot.map(reference), graphModel: request.graphModel,
      measuring: request.evidence.isMeasured ? request.concepts : nil, verify: request.verify,
      controls: request.controls, monitor: monitor)
  }

  @Sendable func render(_ request: Render, in snapshot: EngineSnapshot, _ call: any Call) throws -> Render.Result {
    let path = request.path.map(session.resolve)
    if let path { try AtomicFile.check(path) }
    let bytes = try drawing(
      request.subject, as: request.format, in: snapshot, monitor: call.monitor(session, plan: .single))
    if call.isCancelled { throw CancellationError() }
    guard let path else { return (nil, Data(bytes).base64EncodedString()) }
    try AtomicFile.write(bytes, to: path)
    return (path, nil)
  }

  @Sendable func writeReport(_ request: WriteReport, in snapshot: EngineSnapshot, _ call: any Call) throws
    -> WriteReport.Result
  {
    let clock = ContinuousClock()
    let start = clock.now
    let path = session.resolve(request.path)
    try AtomicFile.check(path)
    let (training, discoveries) = try snapshot.history(of: request.graphModel, model: request.model)
    var explained: [ExplanationFigure] = []
    var skipped: [SkippedImage] = []
    var known: [String: [RGBImage]] = [:]
    // One step per image to explain and one to write everything.
    let steps = request.images.count + 1
    for (position, image) in request.images.enumerated() {
      call.report(
        message: "explaining images", fraction: Double(position) / Double(steps), done: position,
        total: request.images.count)
      do {
        explained.append(
          try figure(
            of: image, request: request, graphModel: training.graphModel, in: snapshot, known: &known, call: call))
      } catch let error as EngineError where error.kind == .image {
        skipped.append(SkippedImage(image: name(of: image, position: position), reason: error.message))
      }
    }
    guard !explained.isEmpty else {
      throw EngineError(
        .image, "images: none of \(skipped.count) can be used, the first: \(skipped.first?.reason ?? "")",
        detail: ["image": skipped.first?.image ?? ""])
    }
    call.report(
      message: "drawing the report", fraction: Double(steps - 1) / Double(steps), done: steps - 1, total: steps)
    let classes = try discoveries.map {
      HTMLReport.ClassSection(
        discovery: $0, exemplars: try exemplars(of: $0.concepts.map(\.id), in: snapshot, known: &known))
    }
    let page = HTMLReport(
      title: request.title ?? "How the classifier sees \(training.classes.joined(separator: ", "))",
      facts: facts(model: request.model, training: training, discoveries: discoveries, in: snapshot), classes: classes,
      training: training, explanations: explained, notes: skipped.map { "\($0.image) was left out: \($0.reason)" })
    let pictures = try explained.map { figure in
      if call.isCancelled || session.isShutDown { throw CancellationError() }
      return try figure.render(as: .png)
    }
    let html = [UInt8](try page.html().utf8)
    if call.isCancelled || session.isShutDown { throw CancellationError() }
    let paths = picturePaths(beside: path, count: pictures.count)
    for (picture, path) in zip(pictures, paths) { try AtomicFile.write(picture, to: path) }
    try AtomicFile.write(html, to: path)
    return (path, paths, skipped, (clock.now - start) / .seconds(1))
  }

  private func figure(
    of image: WireImage, request: WriteReport, graphModel: String, in snapshot: EngineSnapshot,
    known: inout [String: [RGBImage]], call: any Call
  ) throws -> ExplanationFigure {
    let report = try snapshot.explain(
      model: request.model, image: source(image), classes: nil, graphModel: graphModel,
      measuring: Explain.defaultConcepts,
      verify: request.verify, controls: Explain.defaultControls, monitor: call.silentMonitor(session))
    return ExplanationFigure(
      report: report, image: try snapshot.photograph(source(image)),
      exemplars: try exemplars(of: conceptIDs(of: report), in: snapshot, known: &known))
  }

  private func facts(
    model: String, training: TrainingReport, discoveries: [DiscoveryReport], in snapshot: EngineSnapshot
  ) -> [HTMLReport.Fact] {
    let network = snapshot.modelSummaries.first { $0.id == model }
    var facts: [HTMLReport.Fact] = []
    if let network {
      facts = [
        .init("Network", network.name), .init("SHA-256", network.sha256),
        .init("Input", network.inputShape.map(String.init).joined(separator: " × ")),
      ]
    }
    if let layer = discoveries.first?.layer { facts.append(.init("Layer", layer)) }
    return facts + [
      .init("Classes", training.classes.joined(separator: ", ")),
      .init("Images for discovery", String(discoveries.reduce(0) { $0 + $1.facts.imageCount })),
      .init("Loss", training.loss),
    ]
  }

  func conceptIDs(of report: ExplanationReport) -> [String] {
    report.explanations.flatMap { $0.nodes.map(\.node.conceptID) }
  }

  func exemplars(of concepts: [String], in snapshot: EngineSnapshot) throws -> [String: [RGBImage]] {
    var known: [String: [RGBImage]] = [:]
    return try exemplars(of: concepts, in: snapshot, known: &known)
  }

  /// Exemplars by concept, read once for each.
  private func exemplars(
    of concepts: [String], in snapshot: EngineSnapshot, known: inout [String: [RGBImage]]
  ) throws -> [String: [RGBImage]] {
    for id in concepts where known[id] == nil {
      known[id] = try snapshot.exemplars(of: id, count: Self.exemplarsPerConcept)
    }
    return known.filter { concepts.contains($0.key) }
  }

  private func name(of image: WireImage, position: Int) -> String {
    if case .path(let path) = image { path } else { "images[\(position)]" }
  }

  private func picturePaths(beside path: String, count: Int) -> [String] {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let digits = max(Self.pictureDigits, String(count).count)
    return (0..<count).map { index in
      let number = String(index + 1)
      let padding = String(repeating: "0", count: digits - number.count)
      return folder.appendingPathComponent("explanation-\(padding)\(number).png").path
    }
  }
}
