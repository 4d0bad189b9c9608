import Bank
import Concepts
import Images
import Networks
import Reports
import Structure

/// The bank's concepts and reasoning networks, found by what requests call them.
extension EngineSnapshot {
  /// The bank's concepts, by model and class where given.
  package func concepts(model: String?, class: ClassReference?) throws -> [ConceptSummary] {
    try (model.map { [try self.model($0)] } ?? models).flatMap { model in
      let wanted = try `class`.map { try model.labels.resolve($0) }
      return bank.classes(of: model.id).filter { wanted == nil || $0.classIndex == wanted }
        .flatMap { $0.summaries(in: model) }
    }
  }

  /// One concept of the bank.
  package func concept(_ id: String) throws -> ConceptSummary {
    let found = try locate(id)
    return found.entry.summaries(in: found.model)[found.position]
  }

  /// Up to `count` exemplar patches of a concept, nearest the centre first: cut out of their images around the bounding
  /// box, what is not part of the patch paled.
  package func exemplars(of conceptID: String, count: Int) throws -> [RGBImage] {
    let (_, entry, position) = try locate(conceptID)
    return entry.concepts[position].patches.prefix(count).compactMap { patch in
      guard entry.images.indices.contains(patch.imageIndex) else { return nil }
      let image = entry.images[patch.imageIndex]
      guard let photograph = try? self.photograph(image.source) else { return nil }
      return image.geometry.cutout(of: patch.mask, box: patch.box, from: photograph)
    }
  }

  /// How a reasoning network came about: its training, and the discovery of each of its classes.
  package func history(
    of graphModel: String?, model: String
  ) throws -> (training: TrainingReport, discoveries: [DiscoveryReport]) {
    let model = try self.model(model)
    let trained = try trainedGraph(graphModel, of: model, covering: nil)
    return (
      trained.report,
      trained.classes.map { entry in
        var report = entry.report
        report.concepts = entry.summaries(in: model)
        return report
      }
    )
  }

  /// A concept's network, class, and position there.
  func locate(_ id: String) throws -> (model: LoadedModel, entry: ClassConcepts, position: Int) {
    guard let place = bank.locate(id), let entry = bank[place.model, place.classIndex],
      let model = models.first(where: { $0.id == place.model })
    else { throw EngineError.unknownConcept(id) }
    return (model, entry, place.position)
  }

  /// The bank's entries for `classes`, or for all that have been discovered.
  func discovered(_ classes: [ClassReference]?, of model: LoadedModel) throws -> [ClassConcepts] {
    let known = bank.classes(of: model.id)
    guard let classes else {
      guard !known.isEmpty else {
        throw EngineError(
          .notReady, "no class of \(model.name) has concepts yet: request vrx/discover first",
          detail: ["missing": "vrx/discover"])
      }
      return known
    }
    return try classes.map { reference in
      let index = try model.labels.resolve(reference)
      guard let entry = known.first(where: { $0.classIndex == index }) else {
        throw EngineError(
          .notReady, "class \(model.labels[index]) has no concepts yet: request vrx/discover for it first",
          detail: ["missing": "vrx/discover", "class": model.labels[index]])
      }
      return entry
    }
  }
}
