import Bank
import Base
import Concepts
import Foundation
import Images
import Networks
import Readings
import Reports
import Store
import Structure

extension EngineSnapshot {
  /// Why the classifier's choice among the graph's classes, and why not each other (METHOD section 4). The latest
  /// reasoning network where none is named; `classes` narrows the answer to some of its classes, `whyNot` to the choice
  /// and one rival. What the parts of the image are worth is measured on the classifier where `measuring` says how many
  /// concepts of each class one by one: the best ranked of those that are seen. With `verify` it is asked about each
  /// claim besides, and about `controls` random patches beside it.
  package func explain(
    model: String, image: ImageSource, classes: [ClassReference]?, whyNot: ClassReference? = nil, graphModel: String?,
    measuring concepts: Int? = nil, verify: Bool, controls: Int = 0,
    monitor: WorkMonitor
  ) throws -> ExplanationReport {
    let model = try self.model(model)
    let wanted = try classes.map { try $0.map(model.labels.resolve) }
    let rival = try whyNot.map(model.labels.resolve)
    let trained = try trainedGraph(graphModel, of: model, covering: rival.map { (wanted ?? []) + [$0] } ?? wanted)
    let reading = try read(image, model: model, trained: trained, monitor: monitor)
    var positions = try Self.positions(of: wanted, in: trained, labels: model.labels)
    if let rival {
      let rivals = try Self.positions(of: [rival], in: trained, labels: model.labels)
      guard rivals != [reading.choice] else {
        throw EngineError(
          .invalidValue,
          "whyNot: \(model.labels[rival]) is what the classifier predicts for this image; name another class")
      }
      positions = [reading.choice] + rivals
    }
    return try explanation(
      of: reading, positions: positions, measuring: concepts, verify: verify,
      controls: controls, monitor: monitor)
  }

  /// Builds an image's graphs and runs the classifier and the reasoning network on it.
  func read(
    _ image: ImageSource, model: LoadedModel, trained: TrainedGraph, monitor: WorkMonitor
  ) throws -> ImageReading {
    let builder = try GraphBuilder(
      model: model, classes: trained.classes, nodeCount: trained.network.shape.nodes, dummyValue: trained.dummyValue,
      store: store)
    let entry = try builder.reader.entry(image)
    let input = try builder.reader.input(of: entry)
    let (graphs, logits) = try EngineError.mapped {
      (
        try builder.graphs(of: entry, monitor: monitor),
        try builder.logits(of: entry, masks: [nil], monitor: monitor).first ?? []
      )
    }
    return ImageReading(
      model: model, trained: trained, builder: builder, entry: entry, input: input, graphs: graphs, logits: logits,
      attributions: attributions(of: graphs, image: entry, trained: trained, model: model))
  }

  /// Reads an edited image, its graphs carried over from those of the image as it was.
  func read(
    _ picture: ImageSource, editedFrom before: ImageReading, graphs edited: [EditedGraph], monitor: WorkMonitor
  ) throws -> ImageReading {
    let builder = before.builder
    let entry = try builder.reader.entry(picture)
    let input = try builder.reader.input(of: entry)
    let (graphs, logits) = try EngineError.mapped {
      (
        try builder.graphs(ofEdited: input, from: edited, monitor: monitor),
        try builder.logits(of: entry, masks: [nil], monitor: monitor).first ?? []
      )
    }
    return ImageReading(
      model: before.model, trained: before.trained, builder: builder, entry: entry, input: input, graphs: graphs,
      isCarriedOver: true, logits: logits, attributions: before.trained.network.attributions(graphs: graphs))
  }

  /// The account of an image for the classes at `positions` of its reasoning network; with `verify`, what the
  /// classifier itself says to it, each claim compared with `controls` random patches.
  func explanation(
    of reading: ImageReading, positions: [Int], measuring concepts: Int? = nil,
    verify: Bool, controls: Int = 0, monitor: WorkMonitor
  ) throws -> ExplanationReport {
    let (trained, labels) = (reading.trained, reading.model.labels)
    let contributions = reading.attributions.map(Contributions.init)
    let predictions = Self.predictions(
      positions.map { reading.logits[trained.classes[$0].classIndex] },
      of: positions.map { trained.classes[$0].classIndex }, labels: labels)
    let why = predictions.indices.max { predictions[$0].logit < predictions[$1].logit } ?? 0
    let order = [why] + predictions.indices.filter { $0 != why }
    let verifier =
      verify
      ? try Verifier(
        ReadingQuestions(snapshot: self, reading: reading, monitor: monitor), positions: positions, controls: controls,
        monitor: monitor) : nil
    let evidence =
      try concepts.map {
        try reading.evidence(at: order.map { positions[$0] }, mostConcepts: $0, monitor: monitor)
      } ?? [:]
    let rivals = positions.count > 1 ? order.dropFirst().map { positions[$0] } : reading.rivals(of: positions[why])
    // A prediction alone needs no gradient where nothing was measured in training.
    let isWanted = concepts != nil || trained.report.effects != nil
    let relevances = try isWanted ? EngineError.mapped { try reading.relevances(monitor: monitor) } : []
    let explanations = try order.enumerated().map { done, place in
      let position = positions[place]
      let against = place == why ? rivals : [positions[why]]
      let contributions = contributions[position]
      if verifier != nil { monitor.report("verifying", done: done, total: order.count) }
      return Self.explanation(
        of: reading.graphs[position], contributions: contributions,
        maskingValues: maskingValues(of: reading, position: position),
        trained: trained, isWhy: place == why,
        nodeChecks: try verifier?.nodes(of: position, contributions: contributions) ?? [:],
        edgeChecks: try verifier?.edges(of: position, contributions: contributions) ?? [:],
        evidence: evidence[position],
        removals: reading.graphs[position].nodes.map { node in
          node.mask.flatMap { relevances.removal(of: $0, at: position, against: against) }
        }, geometry: reading.entry.geometry, labels: labels)
    }
    var report = ExplanationReport(
      image: reading.entry.source.displayName, model: reading.model.id, graphModel: trained.id,
      prediction: predictions,
      graphScores: positions.map {
        (labels[trained.classes[$0].classIndex], Double(contributions[$0].score))
      },
      fidelity: trained.report.heldOut, doubts: trained.report.doubts, explanations: explanations, summary: "",
      measured: try verifier?.localFidelity())
    report.summary = ExplanationSummary.text(for: report)
    return report
  }

  static func positions(of wanted: [Int]?, in trained: TrainedGraph, labels: ClassLabels) throws -> [Int] {
    guard let wanted, !wanted.isEmpty else { return Array(trained.classes.indices) }
    return try wanted.map { index in
      guard let position = trained.classIndices.firstIndex(of: index) else {
        let known = trained.classIndices.map { labels[$0] }.joined(separator: ", ")
        throw EngineError(
          .invalidValue,
          "classes: \(labels[index]) is not among the classes of reasoning network \(trained.id): \(known)")
      }
      return position
    }
  }

  /// What each part of the graphs adds, from the store where it is known.
  private func attributions(
    of graphs: [ConceptGraph], image: CatalogueEntry, trained: TrainedGraph, model: LoadedModel
  ) -> [Attribution] {
    let recipe = StageRecipes.explanation(of: image.contentHash, model: model, graph: trained.id)
    if let known = store.stage(recipe, as: ImageExplanation.self), known.classes.count == graphs.count {
      return known.classes
    }
    let computed = trained.network.attributions(graphs: graphs)
    store.keep(ImageExplanation(classes: computed), for: recipe)
    return computed
  }

  /// What masking each concept of a class is predicted to take from the score, by node; nil where nothing can be
  /// masked. From the store where it is known.
  private func maskingValues(of reading: ImageReading, position: Int) -> [Double?] {
    let (trained, nodes) = (reading.trained, reading.graphs[position].nodes)
    // As they are stored, so that an answer does not depend on what the store knew.
    func computed() -> [Float?] {
      trained.network.maskingValues(of: reading.graphs, output: position, plan: trained.plan).map {
        $0.map { Float($0) }
      }
    }
    guard !reading.isCarriedOver else { return computed().map { $0.map { Double($0) } } }
    let recipe = StageRecipes.maskingValues(
      of: reading.entry.contentHash, model: reading.model, graph: trained.id, position: position)
    if let known = store.stage(recipe, as: MaskingValues.self), known.nodes.count == nodes.count {
      return zip(nodes, known.nodes).map { $0.mask == nil ? nil : Double($1) }
    }
    let values = computed()
    store.keep(MaskingValues(nodes: values.map { $0 ?? 0 }), for: recipe)
    return values.map { $0.map { Double($0) } }
  }

  private static func explanation(
    of graph: ConceptGraph, contributions: Contributions, maskingValues: [Double?], trained: TrainedGraph, isWhy: Bool,
    nodeChecks: [Int: Verification], edgeChecks: [Int: Verification], evidence: MeasuredEvidence?,
    removals: [Double?], geometry: InputGeometry, labels: ClassLabels
  ) -> ExplanationReport.ClassExplanation {
    let entry = trained.classes[contributions.output]
    let nodes = Self.nodes(of: graph, concepts: entry.concepts, geometry: geometry)
    return .init(
      className: labels[entry.classIndex], isWhy: isWhy, score: Double(contributions.score),
      nodes: nodes.enumerated().map { position, node in
        .init(
          node: node, contribution: Double(contributions.nodes[position]), maskingValue: maskingValues[position],
          presence: graph.presence(of: position, as: entry.concepts),
          verified: nodeChecks[position], measured: evidence?.parts[position].map { MeasuredNode($0, in: geometry) },
          layerRemoval: removals[position],
          predictedEffect: removals[position].flatMap {
            trained.report.effects?.effect(of: position, at: contributions.output, removed: $0)
          })
      },
      edges: zip(ConceptGraph.edges(among: graph.nodes.count), contributions.edges).enumerated().compactMap {
        place, pair in
        // A class may have fewer concepts than others: the nodes behind them stand for nothing.
        guard max(pair.0.from, pair.0.to) < nodes.count else { return nil }
        return .init(
          from: pair.0.from + 1, to: pair.0.to + 1, contribution: Double(pair.1), verified: edgeChecks[place])
      },
      otherGraphs: contributions.otherGraphs.indices.filter { $0 != contributions.output }.map {
        (labels[trained.classes[$0].classIndex], Double(contributions.otherGraphs[$0]))
      }, bias: Double(contributions.bias),
      measured: evidence.map { MeasuredReasons(evidence: $0, classes: trained.classIndices.map { labels[$0] }) })
  }
}
