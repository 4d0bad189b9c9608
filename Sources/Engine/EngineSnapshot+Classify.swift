import Bank
import Base
import Images
import Networks
import Readings
import Reports
import Tensors

extension EngineSnapshot {
  /// The most probable classes of each image. An image that cannot be read is skipped.
  package func classify(
    model: String, images: [ImageSource], topK: Int, monitor: WorkMonitor
  ) throws -> (results: [(image: String, predictions: [Prediction])], skipped: [SkippedImage]) {
    let model = try self.model(model)
    let reader = ImageReader(preprocessing: model.preprocessing, store: store)
    let (sources, missing) = ImageCollection.expand(images)
    var results: [(image: String, predictions: [Prediction])] = []
    var skipped = missing
    for start in stride(from: 0, to: sources.count, by: Self.classificationBatch) {
      let batch = Array(sources[start..<min(start + Self.classificationBatch, sources.count)])
      let (read, unreadable) = try reader.catalogue(
        batch, stage: "reading images", monitor: WorkMonitor(isCancelled: { monitor.isCancelled }))
      skipped += unreadable
      let logits = try EngineError.mapped {
        try model.classifier.logits(of: read.map { try reader.input(of: $0) }, monitor: monitor)
      }
      for (row, image) in read.enumerated() {
        let all = Self.predictions(
          logits[row: row].elements, of: Array(0..<model.classifier.classCount), labels: model.labels)
        let top = all.sorted { ($1.logit, $0.index) < ($0.logit, $1.index) }.prefix(max(0, topK))
        results.append((image.source.displayName, Array(top)))
      }
      monitor.report("classifying", done: min(start + Self.classificationBatch, sources.count), total: sources.count)
    }
    return (results, skipped)
  }

  /// Predictions for `classes` from their logits, with probabilities over just these.
  static func predictions(_ logits: [Float], of classes: [Int], labels: ClassLabels) -> [Prediction] {
    let probabilities = Statistics.softmax(logits)
    return classes.indices.map { position in
      Prediction(
        index: classes[position], label: labels[classes[position]], probability: probabilities[position],
        logit: Double(logits[position]))
    }
  }

  private static let classificationBatch = 64
}
