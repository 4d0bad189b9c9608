import Bank
import Base
import Concepts
import Foundation
import Images
import Networks
import Readings
import Reports
import Store
import Tensors

extension Engine {
  /// Finds the concepts of a class and puts them into the bank. `images` and `random` may hold folders.
  /// `onConcept` is called with each concept as soon as it is known.
  package func discover(
    model: String, class: ClassReference, images: [ImageSource], random: [ImageSource], layer: String?,
    options: DiscoveryOptions, monitor: WorkMonitor, onConcept: @Sendable (ConceptSummary) -> Void
  ) throws -> DiscoveryReport {
    try store.durably(monitor) { monitor in
      let now = try current()
      let model = try now.model(model)
      let classIndex = try model.labels.resolve(`class`)
      let layer = layer ?? model.layer
      try model.checkLayer(layer)
      return try discover(
        classIndex, of: model, now: now.bank[model.id, classIndex], images: images, random: random, layer: layer,
        options: options, monitor: monitor,
        onConcept: onConcept)
    }
  }

  private func discover(
    _ classIndex: Int, of model: LoadedModel, now existing: ClassConcepts?, images: [ImageSource],
    random: [ImageSource], layer: String, options: DiscoveryOptions, monitor: WorkMonitor,
    onConcept: @Sendable (ConceptSummary) -> Void
  ) throws -> DiscoveryReport {
    let className = model.labels[classIndex]
    let started = Date()
    let reader = ImageReader(preprocessing: model.preprocessing, store: store)
    let chosen = try Self.choose(images, className: className, options: options, reader: reader, monitor: monitor)
    let (randomSources, missing) = ImageCollection.expand(random)
    let (randomImages, unreadable) = try reader.catalogue(
      Array(randomSources.prefix(options.significance.randomSets * options.significance.randomSetSize)),
      stage: "reading random images",
      monitor: monitor)
    let reading = Date().timeIntervalSince(started)
    let skipped = chosen.skipped + missing + unreadable

    let recipe = Self.discoveryRecipe(
      classIndex, of: model, layer: layer, options: options, images: chosen.images, heldOut: chosen.heldOut,
      random: randomImages)
    if let existing, existing.recipe == recipe.current || existing.recipe == recipe.earlier {
      let report = try repeated(existing, images: chosen.images, skipped: skipped, reading: reading, of: model)
      report.concepts.forEach(onConcept)
      return report
    }

    let entries = chosen.images
    @Sendable func summary(of concept: Concept) -> ConceptSummary {
      ConceptSummary(concept, className: className, images: entries)
    }
    let stages = StoredStages(
      recipes: StageRecipes(model: model, layer: layer, options: options), classIndex: classIndex,
      discovery: entries, heldOut: chosen.heldOut, random: randomImages, store: store)
    let discovery = ConceptDiscovery(classifier: model.classifier, layer: layer, options: options)
    let result = try EngineError.mapped {
      try discovery.run(
        classIndex: classIndex, className: className, images: reader.provider(entries),
        random: reader.provider(randomImages), heldOut: reader.provider(chosen.heldOut),
        existing: existing?.concepts(at: layer) ?? [],
        knownCenters: existing?.centers(for: entries, layer: layer, options: options), cache: stages, monitor: monitor,
        onConcept: { onConcept(summary(of: $0)) })
    }
    guard !result.concepts.isEmpty else {
      throw EngineError(
        .tooLittleData,
        "no significant concept of \(className) was found at layer \(layer) in \(result.facts.imageCount) images: "
          + (result.facts.notes + ["give more images of the class or another layer"]).joined(separator: "; "))
    }
    try monitor.checkCancelled()
    var report = DiscoveryReport(
      className: className, classIndex: classIndex, layer: layer, concepts: [], facts: result.facts,
      reusedSegments: stages.reuse.segmentations, reusedEmbeddings: stages.reuse.embeddings, skipped: skipped)
    report.facts.seconds["reading"] = reading
    try keeper.commit(to: [model.id]) { bank in
      // What the class is by now: another daemon may have named or merged its concepts, or found them again, while this
      // one searched.
      let now = bank[model.id, classIndex]
      let found = result.identified(among: now?.concepts(at: layer) ?? [], className: className, layer: layer)
      report.concepts = found.concepts.map(summary)
      return BankChange(classes: [
        (
          model.id,
          ClassConcepts(
            recipe: recipe.current, classIndex: classIndex, layer: layer, options: options, centers: found.centers,
            embeddingCount: found.embeddingCount,
            retired: now?.retired(by: found.concepts, at: layer, named: bank.names[model.id] ?? [:]) ?? [],
            concepts: found.concepts, images: entries, report: report, dictionary: found.dictionary)
        )
      ])
    }
    return report
  }

  /// What determines the concepts of a class, apart from those it had before; as it is written now, and as version 1
  /// wrote it.
  static func discoveryRecipe(
    _ classIndex: Int, of model: LoadedModel, layer: String, options: DiscoveryOptions, images: [CatalogueEntry],
    heldOut: [CatalogueEntry], random: [CatalogueEntry]
  ) -> (current: String, earlier: String) {
    func parts(_ name: String, _ entries: [CatalogueEntry]) -> [(name: String, value: String)] {
      entries.map { (name, $0.contentHash) }
    }
    let subject = [("model", model.recipe), ("layer", layer), ("class", String(classIndex))]
    // When an image shows a concept is decided otherwise than at first.
    let detection = options.matching.places == .all ? [("detection", "2")] : []
    let data = parts("image", images) + parts("held out", heldOut) + parts("random", random)
    return (
      // The grey hides concepts in images later on, even where patches are embedded without it.
      Recipe(
        stage: "concepts", version: 2,
        parts: subject + [("grey", String(options.embedding.fillValue))]
          + DiscoveryOptions.fields.recipeParts(of: options) + detection + data
      ).hexadecimal,
      Recipe(
        stage: "concepts", version: 1, parts: subject + [("options", EarlierIdentity.text(of: options))] + data
      ).hexadecimal
    )
  }

  /// The answer to a request that was answered before. Images that lie elsewhere now are named by where they lie.
  private func repeated(
    _ entry: ClassConcepts, images: [CatalogueEntry], skipped: [SkippedImage], reading: Double, of model: LoadedModel
  ) throws -> DiscoveryReport {
    var entry = entry
    if entry.images.map(\.source) != images.map(\.source) {
      entry.images = images
      let recipe = entry.recipe
      try keeper.commit(to: [model.id]) { bank in
        guard var now = bank[model.id, entry.classIndex], now.recipe == recipe else { return BankChange() }
        now.images = images
        return BankChange(classes: [(model.id, now)])
      }
    }
    var report = entry.report
    report.className = model.labels[entry.classIndex]
    report.concepts = entry.summaries(in: model)
    report.reusedSegments = report.facts.imageCount
    report.reusedEmbeddings = entry.embeddingCount
    report.skipped = skipped
    report.facts.seconds = ["reading": reading]
    report.isReused = true
    return report
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
    let (most, overflow) = options.run.maxImages.addingReportingOverflow(options.significance.maxTestImages)
    let order = ImageCollection.drawn(all, seed: options.run.seed, purpose: "class image")
      .prefix(overflow ? all.count : max(0, most))
    let chosen = order.prefix(options.run.maxImages).sorted() + order.dropFirst(options.run.maxImages).sorted()
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
      images: Array(read.prefix(options.run.maxImages)), heldOut: Array(read.dropFirst(options.run.maxImages)),
      skipped: missing + unreadable)
  }

}

extension ClassConcepts {
  /// The share of images that two sets must have in common for the clusters of one to be where those of the other
  /// start.
  private static let commonShare = 0.5

  /// Concepts that new ones at `layer` can turn out to be.
  fileprivate func concepts(at layer: String) -> [Concept] {
    (self.layer == layer ? concepts : []) + retired.filter { $0.layer == layer }.map(\.concept)
  }

  /// Named concepts that are not among `found`.
  fileprivate func retired(by found: [Concept], at layer: String, named names: [String: String]) -> [Retired] {
    let kept = Set(found.map(\.id))
    let all = retired + concepts.filter { names[$0.id] != nil }.map { Retired(layer: self.layer, concept: $0) }
    return all.filter { !($0.layer == layer && kept.contains($0.concept.id)) }
  }

  /// The centres from which clusters of `images` start: those of the class as it is, where the embeddings are of the
  /// same kind and the images largely the same.
  fileprivate func centers(for images: [CatalogueEntry], layer: String, options: DiscoveryOptions) -> Tensor? {
    guard self.layer == layer, self.options.clustersAlike(options) else { return nil }
    let (known, wanted) = (Set(self.images.map(\.contentHash)), Set(images.map(\.contentHash)))
    let common = known.intersection(wanted).count
    return Double(common) >= Self.commonShare * Double(max(known.count, wanted.count)) ? centers : nil
  }
}

extension DiscoveryOptions {
  /// Whether patches, embeddings and clusters are made by the same options.
  fileprivate func clustersAlike(_ other: DiscoveryOptions) -> Bool {
    attention == other.attention && segmentation == other.segmentation && patches == other.patches
      && embedding == other.embedding && clustering == other.clustering && run.seed == other.run.seed
  }
}
