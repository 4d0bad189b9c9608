import Bank
import Base
import Concepts
import Evaluation
import Foundation
import Images
import Networks
import Readings
import Structure

extension EngineSnapshot {
  /// Measures how far explanations among some classes of a model can be believed (METHOD section 7): the whole method
  /// is run again with several seeds on a part of the images, and what it says is checked on the rest.
  ///
  /// The bank stays as it is: every run keeps its concepts and its reasoning network to itself. Stages of images are
  /// shared with other requests through the store.
  ///
  /// - Parameters:
  ///   - images: files and folders by class, which must name each of `classes`.
  ///   - random: images of anything; those of all classes where there are none.
  ///   - onMeasures: called after each run, with the measures of all runs so far.
  /// - Throws: `EngineError` where a class has too few images or no concepts, or a value is out of range;
  ///   `CancellationError`.
  package func evaluate(
    model: String, classes: [ClassReference], images: [(class: ClassReference, sources: [ImageSource])],
    random: [ImageSource], options: EvaluationOptions, monitor: WorkMonitor,
    onMeasures: @escaping @Sendable (_ run: Int, _ measures: [EvaluationMeasure]) -> Void
  ) throws -> EvaluationReport {
    try store.durably(monitor) { monitor in
      let start = Date()
      let model = try self.model(model)
      if let layer = options.layer { try model.checkLayer(layer) }
      try EngineError.mapped { try EvaluationOptions.fields.validate(options) }
      let indices = try Self.distinctClasses(classes, of: model)
      let sources = try Self.sources(images, of: indices, labels: model.labels)
      let labels = indices.map { model.labels[$0] }
      let (split, skipped) = try split(
        zip(labels, sources).map { ($0, $1) }, random: random, options: options, of: model, monitor: monitor)
      var seconds = ["reading": Date().timeIntervalSince(start)]
      var runs: [EvaluationRun.Outcome] = []
      for number in 0..<options.seeds {
        let method = EngineMethod(store: store, model: model, classes: indices, layer: options.layer)
        let outcome = try EvaluationRun(
          method: method, split: split, options: options, seed: options.seed &+ UInt64(number), monitor: monitor
        ).outcome()
        seconds.merge(outcome.seconds) { $0 + $1 }
        runs.append(outcome)
        onMeasures(number + 1, EvaluationAggregate(runs: runs).measures())
      }
      return EvaluationReport(
        runs, of: .init(model: model.id, name: model.name, layer: model.layer, classes: labels), split: split,
        skipped: skipped, options: options, seconds: seconds)
    }
  }

  /// Reads all images, and draws those that are held out.
  private func split(
    _ images: [(name: String, sources: [ImageSource])], random: [ImageSource], options: EvaluationOptions,
    of model: LoadedModel, monitor: WorkMonitor
  ) throws -> (split: EvaluationSplit, skipped: [SkippedImage]) {
    let reader = ImageReader(preprocessing: model.preprocessing, store: store)
    var skipped: [SkippedImage] = []
    let classes = try images.map { name, sources in
      let (all, missing) = ImageCollection.expand(sources)
      let (read, unreadable) = try reader.catalogue(all, stage: EvaluationSplit.stage, monitor: monitor)
      skipped += missing + unreadable
      return EvaluationSplit.ClassImages(name: name, images: read.map { ($0.source, $0.contentHash) })
    }
    return (try EngineError.mapped { try EvaluationSplit(classes, random: random, options: options) }, skipped)
  }

  private static func distinctClasses(_ classes: [ClassReference], of model: LoadedModel) throws -> [Int] {
    let indices = try classes.map(model.labels.resolve)
    guard Set(indices).count == indices.count else {
      throw EngineError(.invalidValue, "classes: a class is named twice")
    }
    guard indices.count >= 2 else {
      throw EngineError(.invalidValue, "classes: \(indices.count) given, at least 2 are needed")
    }
    return indices
  }

  /// The sources of each class, in the classes' order.
  private static func sources(
    _ images: [(class: ClassReference, sources: [ImageSource])], of classes: [Int], labels: ClassLabels
  ) throws -> [[ImageSource]] {
    var byClass: [Int: [ImageSource]] = [:]
    for part in images {
      let index = try labels.resolve(part.class)
      guard classes.contains(index) else {
        throw EngineError(.invalidValue, "images: \(labels[index]) is not among the classes")
      }
      byClass[index, default: []] += part.sources
    }
    return try classes.map { index in
      guard let sources = byClass[index] else {
        throw EngineError(.invalidValue, "images: none are given for \(labels[index])")
      }
      return sources
    }
  }
}
