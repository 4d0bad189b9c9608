import Base
import Concepts
import Foundation
import Images
import Networks
import Reports
import Tensors

/// What people do to the bank: take concepts out, and make one of several.
extension Engine {
  /// Takes a concept out of its class. Reasoning networks keep their own copy. The last concept of a class stays.
  package func removeConcept(_ id: String) throws {
    var (model, entry, position) = try locate(id)
    guard entry.concepts.count > 1 else {
      throw EngineError(
        .invalidValue, "concept: \"\(id)\" is the last of its class; discover the class again, or unload the model")
    }
    entry.concepts.remove(at: position)
    try replace(entry, of: model)
  }

  /// Makes one concept of several of one class, with the id and the place of the most important of them.
  ///
  /// Its centre is the centre of all their patches, its exemplars are embedded anew to find their distances from it and, from these, its
  /// threshold. Its importance and its activation vectors are the means of its parts', weighted by size, until the class is discovered
  /// again.
  package func mergeConcepts(_ ids: [String], name: String, monitor: WorkMonitor) throws -> ConceptSummary {
    let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !name.isEmpty else { throw EngineError(.invalidValue, "name: must not be empty") }
    guard ids.count > 1, Set(ids).count == ids.count, let first = ids.first else {
      throw EngineError(.invalidValue, "concepts: two or more different concepts are needed to make one")
    }
    var (model, entry, _) = try locate(first)
    let parts = try ids.map { id in
      guard let part = entry.concepts.first(where: { $0.id == id }) else {
        _ = try locate(id)
        throw EngineError(.invalidValue, "concepts: \"\(id)\" is of another class than \"\(first)\"")
      }
      return part
    }.sorted { $0.rank < $1.rank }
    var merged = Concept(merging: parts, name: name)
    merged.setPatches(
      try measured(merged, in: entry, of: model, monitor: monitor), keeping: entry.options.selection.maxPatches)
    // It is no single component any more: how present it is goes by distance.
    entry.dictionary?.remove(ids)
    entry.concepts.removeAll { concept in parts.dropFirst().contains { $0.id == concept.id } }
    entry.concepts = entry.concepts.map { $0.id == merged.id ? merged : $0 }
    try monitor.checkCancelled()
    try replace(entry, of: model)
    return try renameConcept(merged.id, to: name)
  }

  /// The bank's form of a class that was exported. Throws `EngineError` of kind `invalidValue` where it does not fit the network.
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
    let images = exported.images.map { image in
      CatalogueEntry(
        source: image.path.map { .path($0) } ?? .bytes([]), contentHash: image.sha256,
        geometry: model.preprocessing.geometry(originalWidth: image.width, originalHeight: image.height))
    }
    let report = DiscoveryReport(
      className: model.labels[exported.classIndex], classIndex: exported.classIndex, layer: exported.layer,
      concepts: [], imageCount: images.count, segmentCount: 0, reusedSegments: 0, reusedEmbeddings: 0, skipped: [],
      seconds: [:], degenerateLayer: false, notes: ["imported"])
    return ClassConcepts(
      recipe: "", classIndex: exported.classIndex, layer: exported.layer, options: exported.options,
      centers: Tensor(shape: [0, 0]), embeddingCount: 0, retired: [], concepts: exported.concepts, images: images,
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
      let embedded = try Self.method {
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

  /// Puts a class's concepts into the bank, ranked from 1.
  func replace(_ entry: ClassConcepts, of model: LoadedModel) throws {
    var entry = entry
    for position in entry.concepts.indices { entry.concepts[position].rank = position + 1 }
    // What people made of it is no longer what a discover found: the same discover again runs again.
    entry.recipe = ""
    try commit(entry, of: model)
  }
}

extension ExportedClass.Image {
  init(_ entry: CatalogueEntry) {
    var path: String?
    if case .path(let file) = entry.source { path = file }
    self.init(
      path: path, sha256: entry.contentHash, width: entry.geometry.originalWidth, height: entry.geometry.originalHeight)
  }
}
