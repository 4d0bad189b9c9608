import Bank
import Base
import Concepts
import Foundation
import Images
import Networks
import Readings
import Reports
import Tensors

/// What people do to the bank: name concepts, take them out, and make one of several.
extension Engine {
  /// Names a concept.
  package func renameConcept(_ id: String, to name: String) throws -> ConceptSummary {
    let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !name.isEmpty else { throw EngineError(.invalidValue, "name: must not be empty") }
    let model = try current().locate(id).model.id
    try keeper.commit(to: [model]) { bank in
      _ = try bank.entry(of: id, in: model)
      return BankChange(names: [(model, id, name)])
    }
    return try current().concept(id)
  }

  /// Takes a concept out of its class. Reasoning networks keep their own copy. The last concept of a class stays.
  package func removeConcept(_ id: String) throws {
    let model = try current().locate(id).model.id
    try keeper.commit(to: [model]) { bank in
      var entry = try bank.entry(of: id, in: model)
      guard entry.concepts.count > 1 else {
        throw EngineError(
          .invalidValue, "concept: \"\(id)\" is the last of its class; discover the class again, or unload the model")
      }
      entry.concepts.removeAll { $0.id == id }
      return BankChange(classes: [(model, entry.changedByPeople)])
    }
  }

  /// Makes one concept of several of one class, with the id and the place of the most important of them.
  ///
  /// Its centre is the centre of all their patches, its exemplars are embedded again to find their distances from it
  /// and, from these, its threshold. Its importance and its activation vectors are the means of its parts', weighted by
  /// size, until the class is discovered again.
  package func mergeConcepts(_ ids: [String], name: String, monitor: WorkMonitor) throws -> ConceptSummary {
    let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !name.isEmpty else { throw EngineError(.invalidValue, "name: must not be empty") }
    guard ids.count > 1, Set(ids).count == ids.count, let first = ids.first else {
      throw EngineError(.invalidValue, "concepts: two or more different concepts are needed to make one")
    }
    while true {
      let now = try current()
      let (model, entry, _) = try now.locate(first)
      let parts = try Self.parts(ids, of: entry, in: now.bank)
      let merged = try merged(parts, name: name, in: entry, of: model, monitor: monitor)
      try monitor.checkCancelled()
      var isMeasured = false
      try keeper.commit(to: [model.id]) { bank in
        var now = try bank.entry(of: first, in: model.id)
        // Where another daemon has changed the parts, what was measured is not theirs: it is measured again.
        isMeasured = now.holds(try Self.parts(ids, of: now, in: bank), like: parts, of: entry)
        guard isMeasured else { return BankChange() }
        // It is no single component any more: how present it is goes by distance.
        now.dictionary?.remove(ids)
        now.concepts.removeAll { concept in parts.dropFirst().contains { $0.id == concept.id } }
        now.concepts = now.concepts.map { $0.id == merged.id ? merged : $0 }
        return BankChange(classes: [(model.id, now.changedByPeople)], names: [(model.id, merged.id, name)])
      }
      if isMeasured { return try current().concept(merged.id) }
    }
  }

  /// The concepts with these ids, most important first. Throws where one is not of this class.
  private static func parts(_ ids: [String], of entry: ClassConcepts, in bank: ConceptBank) throws -> [Concept] {
    try ids.map { id in
      guard let part = entry.concepts.first(where: { $0.id == id }) else {
        guard bank.locate(id) != nil else { throw EngineError.unknownConcept(id) }
        throw EngineError(.invalidValue, "concepts: \"\(id)\" is of another class than \"\(ids[0])\"")
      }
      return part
    }.sorted { $0.rank < $1.rank }
  }

  /// One concept of several of a class, with its patches and threshold.
  private func merged(
    _ parts: [Concept], name: String, in entry: ClassConcepts, of model: LoadedModel, monitor: WorkMonitor
  ) throws -> Concept {
    var merged = Concept(merging: parts, name: name)
    merged.setPatches(
      try measured(merged, in: entry, of: model, monitor: monitor), keeping: entry.options.selection.maxPatches)
    return merged
  }

  /// The bank's form of a class that was exported. Throws `EngineError` of kind `invalidValue` where it does not fit
  /// the network.
  func entry(of exported: ExportedClass, in model: LoadedModel) throws -> ClassConcepts {
    func check(_ holds: Bool, _ what: String) throws {
      guard holds else { throw EngineError(.invalidValue, "class \"\(exported.className)\": \(what)") }
    }
    try check(
      (0..<model.classifier.classCount).contains(exported.classIndex), "the network has no class \(exported.classIndex)"
    )
    try model.checkLayer(exported.layer)
    try check(!exported.concepts.isEmpty, "it has no concepts")
    let size = model.classifier.embeddingWidth(at: exported.layer)
    let (width, height) = (model.classifier.inputWidth, model.classifier.inputHeight)
    for concept in exported.concepts {
      try check(
        concept.center.count == size && concept.cavs.allSatisfy { $0.count == size },
        "concept \"\(concept.id)\" has vectors of another length than the layer's \(size ?? 0) channels")
      let all = concept.center + concept.cavs.joined() + [concept.threshold]
      try check(all.allSatisfy(\.isFinite), "concept \"\(concept.id)\" has numbers that are not finite")
      try check(
        concept.patches.allSatisfy {
          exported.images.indices.contains($0.imageIndex) && $0.mask.width == width && $0.mask.height == height
            && $0.mask.boundingBox == $0.box
        }, "concept \"\(concept.id)\" has a patch that lies in no image")
    }
    try check(
      Set(exported.concepts.map(\.id)).count == exported.concepts.count, "two of its concepts have one id")
    if let dictionary = exported.dictionary {
      try check(
        dictionary.isConsistent && dictionary.fits(width: size ?? 0),
        "its dictionary of components does not fit the layer")
    }
    if let clusters = exported.clusters {
      try check(
        clusters.rank == 2 && clusters.shape[1] == size && clusters.elements.allSatisfy(\.isFinite),
        "the centres of its clusters do not fit the layer")
    }
    let images = exported.images.map { image in
      CatalogueEntry(
        source: image.path.map { .path($0) } ?? .bytes([]), contentHash: image.sha256,
        geometry: model.preprocessing.geometry(originalWidth: image.width, originalHeight: image.height))
    }
    let report = DiscoveryReport(
      className: model.labels[exported.classIndex], classIndex: exported.classIndex, layer: exported.layer,
      concepts: [], facts: DiscoveryFacts(imageCount: images.count, notes: ["imported"]), reusedSegments: 0,
      reusedEmbeddings: 0, skipped: [])
    return ClassConcepts(
      recipe: "", classIndex: exported.classIndex, layer: exported.layer, options: exported.options,
      centers: exported.clusters ?? Tensor(shape: [0, 0]), embeddingCount: 0, retired: [], concepts: exported.concepts,
      images: images,
      report: report, dictionary: exported.dictionary)
  }

  /// A concept's patches with their distances from its centre.
  private func measured(
    _ concept: Concept, in entry: ClassConcepts, of model: LoadedModel, monitor: WorkMonitor
  ) throws -> [ConceptPatch] {
    let reader = ImageReader(preprocessing: model.preprocessing, store: store)
    let embedder = PatchEmbedder(classifier: model.classifier, layer: entry.layer, options: entry.options)
    let byImage = Dictionary(grouping: concept.patches, by: \.imageIndex).sorted { $0.key < $1.key }
    var measured: [ConceptPatch] = []
    for (done, (image, patches)) in byImage.enumerated() {
      monitor.report("embedding patches", done: done, total: byImage.count)
      guard entry.images.indices.contains(image) else { continue }
      let input = try reader.input(of: entry.images[image])
      let embedded = try EngineError.mapped {
        try embedder.patches(
          of: input, regions: patches.map { PatchRegion(mask: $0.mask, box: $0.box) }, monitor: monitor)
      }
      for (var patch, embedding) in zip(patches, embedded) {
        patch.distance = concept.distance(to: embedding.embedding)
        measured.append(patch)
      }
    }
    return measured
  }
}

extension ClassConcepts {
  /// The concepts as people have made them, ranked from 1.
  var changedByPeople: ClassConcepts {
    var entry = self
    for position in entry.concepts.indices { entry.concepts[position].rank = position + 1 }
    // They are no longer what a discover found: the same discover again runs again.
    entry.recipe = ""
    return entry
  }

  /// Whether `parts`, of these, are as `others`, of `entry`, but for their names: of the same patches of the same
  /// images.
  fileprivate func holds(_ parts: [Concept], like others: [Concept], of entry: ClassConcepts) -> Bool {
    layer == entry.layer && images.map(\.contentHash) == entry.images.map(\.contentHash)
      && zip(parts, others).allSatisfy { part, other in
        part.id == other.id && part.rank == other.rank && part.center == other.center && part.size == other.size
          && part.patches.count == other.patches.count
          && zip(part.patches, other.patches).allSatisfy { $0.imageIndex == $1.imageIndex && $0.mask == $1.mask }
      }
  }
}
