import Base
import Concepts
import Foundation
import Images
import Networks
import Reports
import Structure
import Tensors

extension Engine {
  /// Edits an image at its concepts, and tells what the classifier and the reasoning network make of it (METHOD section 5).
  ///
  /// Edits are applied in order, each at the place where the concept was found in the unedited image. What is explained afterwards is the
  /// very picture that is returned; concepts that no edit touches are taken where they were, unless `rematch` asks to find all anew.
  ///
  /// - Parameters:
  ///   - classes: which of the graph's classes to explain before and after; all where nil.
  ///   - rematch: whether to find all concepts anew in the edited picture, as `explain` does.
  ///   - seed: of what `random` draws.
  /// - Throws: `EngineError` where a concept is unknown or not seen in the image, or an edit lacks what it needs.
  package func intervene(
    model: String, image: ImageSource, edits: [Intervention], classes: [ClassReference]?, graphModel: String?,
    rematch: Bool = false, seed: UInt64, monitor: WorkMonitor
  ) throws -> InterventionReport {
    guard !edits.isEmpty else { throw EngineError(.invalidValue, "edits: at least one is needed") }
    let model = try self.model(model)
    let wanted = try classes.map { try $0.map(model.labels.resolve) }
    let trained = try trainedGraph(graphModel, of: model, covering: wanted)
    let positions = try Self.positions(of: wanted, in: trained, labels: model.labels)
    let before = try read(image, model: model, trained: trained, monitor: monitor)

    var edited = EditedPicture(before.input)
    var places: [EditedPlace] = []
    var patchChanges: [PatchChange] = []
    for (number, edit) in edits.enumerated() {
      try monitor.checkCancelled()
      let field = "edits[\(number)]"
      let place = try Self.place(of: edit, in: before, field: field)
      let content = try patchEdit(
        edit, at: place, in: before, field: field, seed: seed &+ UInt64(number), monitor: monitor)
      edited.apply(content, patch: place.mask)
      places.append(place)
      patchChanges.append(PatchChange(content, of: place.mask))
    }
    let picture = edited.laid(on: try photograph(image), geometry: before.entry.geometry)
    let source = ImageSource.bytes(picture.pngData())
    let carried = zip(trained.classes, before.graphs).map {
      EditedGraph($1, concepts: $0.concepts, changes: patchChanges, plan: trained.plan)
    }
    let after =
      rematch
      ? try read(source, model: model, trained: trained, monitor: monitor)
      : try read(source, editedFrom: before, graphs: carried, monitor: monitor)
    let bearing = zip(carried, after.graphs).map { $0.editedNodes(after: $1) }
    let changes = ContributionChange.changes(
      from: before.attributions, to: after.attributions, graphs: Set(places.map(\.graph)), edited: bearing)
    var report = InterventionReport(
      picture: picture,
      before: try explanation(of: before, positions: positions, verify: false, monitor: monitor),
      after: try explanation(of: after, positions: positions, verify: false, monitor: monitor),
      changes: changes.map { Self.change($0, of: before) }, locality: ContributionChange.locality(of: changes),
      summary: "")
    report.after.image = "\(report.before.image), edited"
    report.summary = InterventionSummary.text(for: report, edits: places.map(\.text))
    return report
  }

  /// Where an edit takes place: a detected node of one of the graphs.
  struct EditedPlace {
    /// Position of the graph among the reasoning network's classes.
    var graph: Int
    /// Position of the node.
    var node: Int
    var concept: Concept
    var mask: Mask
    /// The edit in words.
    var text: String
  }

  private static func place(of edit: Intervention, in reading: ImageReading, field: String) throws -> EditedPlace {
    let (classes, labels) = (reading.trained.classes, reading.model.labels)
    let wanted = try edit.className.map { try labels.resolve($0) }
    let named = classes.enumerated().flatMap { graph, entry in
      entry.concepts.enumerated().filter { [$0.element.id, $0.element.name].contains(edit.concept) }.map {
        (graph: graph, node: $0.offset, concept: $0.element)
      }
    }
    guard !named.isEmpty else {
      let known = classes.flatMap { $0.concepts.map { "\($0.name) (\($0.id))" } }.joined(separator: ", ")
      throw EngineError(
        .unknownConcept, "\(field).concept: \"\(edit.concept)\" is not a concept of the graph; there are \(known)")
    }
    guard let found = named.first(where: { wanted == nil || classes[$0.graph].classIndex == wanted }) else {
      throw EngineError(
        .invalidValue, "\(field).class: \(edit.concept) is a concept of \(labels[classes[named[0].graph].classIndex])")
    }
    guard let mask = reading.graphs[found.graph].nodes[found.node].mask else {
      throw EngineError(
        .invalidValue,
        "\(field).concept: \(found.concept.name) is not seen in \(reading.entry.source.displayName), so there is no place to "
          + "edit; vrx/match tells which concepts are")
    }
    let verb =
      switch edit.kind {
      case .substitute: "substituting \(found.concept.name)"
      case .random: "putting a random patch in place of \(found.concept.name)"
      case .move: "moving \(found.concept.name)"
      case .mask: "masking \(found.concept.name)"
      }
    return EditedPlace(graph: found.graph, node: found.node, concept: found.concept, mask: mask, text: verb)
  }

  private func patchEdit(
    _ edit: Intervention, at place: EditedPlace, in reading: ImageReading, field: String, seed: UInt64,
    monitor: WorkMonitor
  ) throws -> PatchEdit {
    switch edit.kind {
    case .mask: return .mask(level: reading.builder.fillValue)
    case .move:
      guard let target = edit.target else {
        throw EngineError(.invalidValue, "\(field).to: a move needs a point [x, y] in [0, 1] of the image")
      }
      return .move(to: reading.entry.geometry.inputPoint(x: target.x, y: target.y))
    case .substitute:
      if let source = edit.source {
        return .replace(
          with: try counterpart(of: place, in: source, reading: reading, field: field, monitor: monitor))
      }
      guard let exemplar = exemplar(of: place.concept, graph: place.graph, in: reading) else {
        throw EngineError(
          .invalidValue,
          "\(field).from: the exemplars of \(place.concept.name) cannot be read any more; name an image")
      }
      return .replace(with: exemplar.picture.cropped(to: exemplar.box))
    case .random:
      let source = try edit.source ?? randomSource(apartFrom: place.graph, in: reading, seed: seed)
      let region = try randomRegion(of: source, reading: reading, seed: seed)
      return .replace(with: region.picture.cropped(to: region.box))
    }
  }

  /// The concept's patch in another image, with what surrounds it inside its box.
  private func counterpart(
    of place: EditedPlace, in source: ImageSource, reading: ImageReading, field: String, monitor: WorkMonitor
  ) throws -> RGBImage {
    let entry = try reading.builder.reader.entry(source)
    let graph = try Self.method { try reading.builder.graphs(of: entry, monitor: monitor) }[place.graph]
    guard let box = graph.nodes[place.node].box else {
      throw EngineError(
        .invalidValue,
        "\(field).from: \(place.concept.name) is not seen in \(entry.source.displayName); give another image")
    }
    return try reading.builder.reader.input(of: entry).cropped(to: box)
  }

  /// The concept's exemplar nearest its centre that is not of this image and can still be read: the picture that it is in, and its box there.
  ///
  /// - Parameter graph: position of the concept's class among the reasoning network's.
  func exemplar(of concept: Concept, graph: Int, in reading: ImageReading) -> (picture: RGBImage, box: Box)? {
    let images = reading.trained.classes[graph].images
    for patch in concept.patches where images.indices.contains(patch.imageIndex) {
      let image = images[patch.imageIndex]
      guard image.contentHash != reading.entry.contentHash, let input = try? reading.builder.reader.input(of: image)
      else { continue }
      return (input, patch.box)
    }
    return nil
  }

  /// An image of another class's discovery than the one at `graph`, or of the same where there is no other.
  private func randomSource(apartFrom graph: Int, in reading: ImageReading, seed: UInt64) throws -> ImageSource {
    let entries = reading.trained.classes.enumerated()
    let others = entries.filter { $0.offset != graph }.flatMap(\.element.images)
    let pool = (others.isEmpty ? entries.flatMap(\.element.images) : others).filter {
      $0.contentHash != reading.entry.contentHash
    }
    var random = SeededRandom(seed: seed, purpose: "random substitute's image")
    guard !pool.isEmpty else {
      throw EngineError(.invalidValue, "edits: no image to take a random patch from; give from")
    }
    return pool[random.index(below: pool.count)].source
  }

  /// A random region of a random image of another class than the one at `graph`: the picture that it is in, and its box there.
  func randomRegion(
    notOf graph: Int, reading: ImageReading, seed: UInt64
  ) throws -> (picture: RGBImage, box: Box) {
    try randomRegion(of: randomSource(apartFrom: graph, in: reading, seed: seed), reading: reading, seed: seed)
  }

  /// A random region of an image; all of it where it has none.
  private func randomRegion(
    of source: ImageSource, reading: ImageReading, seed: UInt64
  ) throws -> (picture: RGBImage, box: Box) {
    let input = try reading.builder.reader.input(of: reading.builder.reader.entry(source))
    let extractor = PatchExtractor(options: reading.trained.classes[0].options)
    let regions = extractor.candidates(in: extractor.segmentations(of: input), attention: nil, rule: .touching)
    var random = SeededRandom(seed: seed, purpose: "random substitute's region")
    guard !regions.isEmpty else { return (input, Box(x: 0, y: 0, width: input.width, height: input.height)) }
    return (input, regions[random.index(below: regions.count)].box)
  }

  /// A change with the names of what changed.
  private static func change(_ change: ContributionChange, of reading: ImageReading) -> InterventionReport.Change {
    let entry = reading.trained.classes[change.graph]
    let name = entry.concepts[change.from].name
    return InterventionReport.Change(
      className: reading.model.labels[entry.classIndex],
      part: change.to.map { "\(name) → \(entry.concepts[$0].name)" } ?? name, from: change.from + 1,
      to: change.to.map { $0 + 1 }, before: change.before, after: change.after, isEdited: change.isEdited)
  }
}
