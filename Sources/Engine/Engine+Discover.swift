import Concepts
import Foundation
import Images
import Networks
import Store
import Tensors

extension Engine {
  /// Finds the concepts of a class and puts them into the bank. `images` and `random` may hold folders.
  /// `onConcept` hears each concept as soon as it is known.
  public func discover(
    model: String, class: ClassReference, images: [ImageSource], random: [ImageSource], layer: String?,
    options: DiscoveryOptions, monitor: WorkMonitor, onConcept: @Sendable (ConceptSummary) -> Void
  ) throws -> DiscoveryReport {
    let model = try self.model(model)
    let classIndex = try model.labels.resolve(`class`)
    let className = model.labels[classIndex]
    let layer = layer ?? model.layer
    try model.checkLayer(layer)

    let started = Date()
    let reader = ImageReader(preprocessing: model.preprocessing, store: store)
    let chosen = try Self.choose(images, className: className, options: options, reader: reader, monitor: monitor)
    let (randomSources, missing) = ImageCollection.expand(random)
    let (randomImages, unreadable) = try reader.catalogue(
      Array(randomSources.prefix(options.randomSets * options.randomSetSize)), stage: "reading random images",
      monitor: monitor)
    let reading = Date().timeIntervalSince(started)

    let entries = chosen.images
    @Sendable func summary(of concept: Concept) -> ConceptSummary {
      Self.summary(of: concept, className: className, images: entries)
    }
    let stages = StoredStages(
      recipes: StageRecipes(model: model, layer: layer, options: options), classIndex: classIndex,
      discovery: entries, heldOut: chosen.heldOut, random: randomImages, store: store)
    let existing = state.withLock { $0.bank[model.id, classIndex] }
    let discovery = ConceptDiscovery(classifier: model.classifier, layer: layer, options: options)
    let result = try Self.method {
      try discovery.run(
        classIndex: classIndex, className: className, images: reader.provider(entries),
        random: reader.provider(randomImages), heldOut: reader.provider(chosen.heldOut),
        existing: existing?.layer == layer ? existing?.concepts ?? [] : [], cache: stages, monitor: monitor,
        onConcept: { onConcept(summary(of: $0)) })
    }
    guard !result.concepts.isEmpty else {
      throw EngineError(
        .tooLittleData,
        "no significant concept of \(className) was found at layer \(layer) in \(result.imageCount) images: "
          + (result.notes + ["give more images of the class or another layer"]).joined(separator: "; "))
    }
    try monitor.checkCancelled()
    let report = DiscoveryReport(
      className: className, classIndex: classIndex, layer: layer, concepts: result.concepts.map(summary),
      imageCount: result.imageCount, segmentCount: result.segmentCount, reusedSegments: stages.reuse.segmentations,
      reusedEmbeddings: stages.reuse.embeddings, skipped: chosen.skipped + missing + unreadable,
      seconds: result.seconds.merging(["reading": reading]) { $1 }, degenerateLayer: result.degenerateLayer,
      notes: result.notes)
    state.withLock {
      $0.bank[model.id, classIndex] = ClassConcepts(
        classIndex: classIndex, layer: layer, options: options, concepts: result.concepts, images: entries,
        report: report)
    }
    return report
  }

  /// The bank's concepts, by model and class where given.
  public func concepts(model: String?, class: ClassReference?) throws -> [ConceptSummary] {
    let models = try model.map { [try self.model($0)] } ?? state.withLock { $0.models }
    return try models.flatMap { model in
      let wanted = try `class`.map { try model.labels.resolve($0) }
      let entries = state.withLock { $0.bank.classes(of: model.id) }
      return entries.filter { wanted == nil || $0.classIndex == wanted }.flatMap { summaries(of: $0, in: model) }
    }
  }

  /// Names a concept.
  public func renameConcept(_ id: String, to name: String) throws -> ConceptSummary {
    let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !name.isEmpty else { throw EngineError(.invalidValue, "name: must not be empty") }
    state.withLock { $0.bank.rename(id, to: name) }
    return try concept(id)
  }

  /// One concept of the bank.
  public func concept(_ id: String) throws -> ConceptSummary {
    let found = try locate(id)
    return summaries(of: found.entry, in: found.model)[found.position]
  }

  /// Up to `count` exemplar patches of a concept, nearest the centre first: cut out of their images around the bounding
  /// box, what is not part of the patch paled.
  public func exemplars(of conceptID: String, count: Int) throws -> [RGBImage] {
    let (_, entry, position) = try locate(conceptID)
    return entry.concepts[position].patches.prefix(count).compactMap { patch in
      guard entry.images.indices.contains(patch.imageIndex) else { return nil }
      let image = entry.images[patch.imageIndex]
      guard let photograph = try? self.photograph(image.source) else { return nil }
      return image.geometry.cutout(of: patch.mask, box: patch.box, from: photograph)
    }
  }

  private static let fewestClassImages = 4
  /// How many unreadable images an error names.
  private static let reasonsGiven = 3

  private struct ChosenImages {
    var images: [CatalogueEntry]
    var heldOut: [CatalogueEntry]
    var skipped: [SkippedImage]
  }

  /// A seeded choice of the class's images for discovery, and of others for TCAV where there are more.
  private static func choose(
    _ sources: [ImageSource], className: String, options: DiscoveryOptions, reader: ImageReader, monitor: WorkMonitor
  ) throws -> ChosenImages {
    let (all, missing) = ImageCollection.expand(sources)
    var random = SeededRandom(seed: options.seed, purpose: "class images")
    let (most, overflow) = options.maxImages.addingReportingOverflow(options.maxTestImages)
    let order = random.shuffled(Array(all.indices)).prefix(overflow ? all.count : max(0, most))
    let chosen = order.prefix(options.maxImages).sorted() + order.dropFirst(options.maxImages).sorted()
    let (read, unreadable) = try reader.catalogue(
      chosen.map { all[$0] }, stage: "reading images", monitor: monitor)
    guard read.count >= fewestClassImages else {
      let reasons = (missing + unreadable).prefix(reasonsGiven).map { "\($0.image): \($0.reason)" }
      throw EngineError(
        .tooLittleData,
        "images: found \(read.count) readable images of \(className), at least \(fewestClassImages) are needed"
          + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))"),
        detail: ["found": String(read.count), "needed": String(fewestClassImages)])
    }
    return ChosenImages(
      images: Array(read.prefix(options.maxImages)), heldOut: Array(read.dropFirst(options.maxImages)),
      skipped: missing + unreadable)
  }

  func locate(_ id: String) throws -> (model: LoadedModel, entry: ClassConcepts, position: Int) {
    try state.withLock { state in
      guard let place = state.bank.locate(id), let entry = state.bank[place.model, place.classIndex],
        let model = state.models.first(where: { $0.id == place.model })
      else { throw EngineError(.unknownConcept, "no concept \"\(id)\"; concept/list names those there are") }
      return (model, entry, place.position)
    }
  }

  func summaries(of entry: ClassConcepts, in model: LoadedModel) -> [ConceptSummary] {
    entry.concepts.map { concept in
      Self.summary(
        of: concept, className: model.labels[entry.classIndex], images: entry.images)
    }
  }

  private static func summary(
    of concept: Concept, className: String, images: [CatalogueEntry]
  ) -> ConceptSummary {
    ConceptSummary(
      id: concept.id, name: concept.name, className: className, rank: concept.rank, tcav: concept.tcav,
      cavAccuracy: concept.cavAccuracy, size: concept.size, threshold: Double(concept.threshold),
      patches: concept.patches.compactMap { patch in
        guard images.indices.contains(patch.imageIndex) else { return nil }
        return .init(
          image: images[patch.imageIndex].source.displayName,
          box: images[patch.imageIndex].geometry.originalBox(patch.box), distance: Double(patch.distance))
      })
  }
}
