import Bank
import Base
import Concepts
import Images
import Networks
import Structure
import Tensors

/// Where an intervention edits an image that was read, and what it puts there.
extension ImageReading {
  /// Where an edit takes place: a detected node of one of the graphs.
  package struct EditedPlace {
    /// Position of the graph among the reasoning network's classes.
    package var graph: Int
    /// Position of the node.
    package var node: Int
    package var concept: Concept
    package var mask: Mask
    /// The edit in words.
    package var text: String
  }

  package func place(of edit: Intervention, field: String) throws -> EditedPlace {
    let (classes, labels) = (trained.classes, model.labels)
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
    guard let mask = graphs[found.graph].nodes[found.node].mask else {
      throw EngineError(
        .invalidValue,
        "\(field).concept: \(found.concept.name) is not seen in \(entry.source.displayName), so there is no place to "
          + "edit; vrx/match says which concepts are")
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

  package func patchEdit(
    _ edit: Intervention, at place: EditedPlace, field: String, seed: UInt64, monitor: WorkMonitor
  ) throws -> PatchEdit {
    switch edit.kind {
    case .mask: return .mask(level: builder.fillValue)
    case .move:
      guard let target = edit.target else {
        throw EngineError(.invalidValue, "\(field).to: a move needs a point [x, y] in [0, 1] of the image")
      }
      return .move(to: entry.geometry.inputPoint(x: target.x, y: target.y))
    case .substitute:
      if let source = edit.source {
        return .replace(
          with: try counterpart(of: place, in: source, field: field, monitor: monitor))
      }
      guard let exemplar = exemplar(of: place.concept, graph: place.graph) else {
        throw EngineError(
          .invalidValue,
          "\(field).from: the exemplars of \(place.concept.name) cannot be read any more; name an image")
      }
      return .replace(with: exemplar.picture.cropped(to: exemplar.box))
    case .random:
      let source = try edit.source ?? randomSource(apartFrom: place.graph, seed: seed)
      let region = try randomRegion(of: source, seed: seed)
      return .replace(with: region.picture.cropped(to: region.box))
    }
  }

  /// The concept's largest place in another image, with what surrounds it inside its box.
  private func counterpart(
    of place: EditedPlace, in source: ImageSource, field: String, monitor: WorkMonitor
  ) throws -> RGBImage {
    let entry = try builder.reader.entry(source)
    let graph = try EngineError.mapped { try builder.graphs(of: entry, monitor: monitor) }[place.graph]
    guard let box = graph.nodes[place.node].mask?.largeComponents.first?.boundingBox else {
      throw EngineError(
        .invalidValue,
        "\(field).from: \(place.concept.name) is not seen in \(entry.source.displayName); give another image")
    }
    return try builder.reader.input(of: entry).cropped(to: box)
  }

  /// The concept's exemplar nearest its centre that is not of this image and can still be read: the pixels of that
  /// image, and its box there.
  ///
  /// - Parameter graph: position of the concept's class among the reasoning network's.
  package func exemplar(of concept: Concept, graph: Int) -> (picture: RGBImage, box: Box)? {
    let images = trained.classes[graph].images
    for patch in concept.patches where images.indices.contains(patch.imageIndex) {
      let image = images[patch.imageIndex]
      guard image.contentHash != entry.contentHash, let input = try? builder.reader.input(of: image)
      else { continue }
      return (input, patch.box)
    }
    return nil
  }

  /// An image of another class's discovery than the one at `graph`, or of the same where there is no other.
  private func randomSource(apartFrom graph: Int, seed: UInt64) throws -> ImageSource {
    let entries = trained.classes.enumerated()
    let others = entries.filter { $0.offset != graph }.flatMap(\.element.images)
    let pool = (others.isEmpty ? entries.flatMap(\.element.images) : others).filter {
      $0.contentHash != entry.contentHash
    }
    var random = SeededRandom(seed: seed, purpose: "random substitute's image")
    guard !pool.isEmpty else {
      throw EngineError(.invalidValue, "edits: no image to take a random patch from; give from")
    }
    return pool[random.index(below: pool.count)].source
  }

  /// A random region of a random image of another class than the one at `graph`: the pixels of that image, and its box
  /// there.
  package func randomRegion(
    notOf graph: Int, seed: UInt64
  ) throws -> (picture: RGBImage, box: Box) {
    try randomRegion(of: randomSource(apartFrom: graph, seed: seed), seed: seed)
  }

  /// A random region of an image; all of it where it has none.
  private func randomRegion(
    of source: ImageSource, seed: UInt64
  ) throws -> (picture: RGBImage, box: Box) {
    let input = try builder.reader.input(of: builder.reader.entry(source))
    let extractor = PatchExtractor(options: trained.classes[0].options)
    let regions = extractor.candidates(in: extractor.segmentations(of: input), attention: nil, rule: .touching)
    var random = SeededRandom(seed: seed, purpose: "random substitute's region")
    guard !regions.isEmpty else { return (input, Box(x: 0, y: 0, width: input.width, height: input.height)) }
    return (input, regions[random.index(below: regions.count)].box)
  }
}
