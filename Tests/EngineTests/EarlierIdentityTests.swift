import Bank
import Concepts
import Foundation
import Images
import JSON
import Networks
import Readings
import Structure
import SyntheticScenes
import TestSupport
import Testing

@testable import Engine

/// Version 1's identities are found again: those in `Tests/Fixtures/earlier/identities.json` are what its daemon gave.
@Suite struct EarlierIdentityTests {
  static let folder = PublishedContract.package.appendingPathComponent("Tests/Fixtures/earlier")
  private static let layer = "block6.relu"

  private let recorded: JSONValue

  init() throws {
    recorded = try JSONValue(foundation: Data(contentsOf: Self.folder.appendingPathComponent("identities.json")))
  }

  /// A part of what is recorded.
  private func list(_ name: String) throws -> [JSONValue] { try #require(recorded[name]?.elements, "\(name)") }

  private static func fields(_ request: JSONValue?) -> PreprocessingFields {
    let given = request?["preprocessing"]
    func numbers(_ name: String) -> [Double]? { given?[name]?.elements?.compactMap(\.number) }
    var fields = PreprocessingFields()
    fields.size = numbers("size")?.map { Int($0) } ?? given?["size"]?.integer.map { [Int($0)] }
    (fields.mean, fields.std) = (numbers("mean"), numbers("std"))
    fields.scale = given?["scale"]?.number
    fields.resize = given?["resize"]?.text.flatMap { Preprocessing.Resize(rawValue: $0) }
    fields.channelOrder = given?["channelOrder"]?.text.flatMap {
      Preprocessing.ChannelOrder(rawValue: $0.lowercased())
    }
    fields.layout = given?["layout"]?.text.flatMap { Preprocessing.Layout(rawValue: $0.lowercased()) }
    return fields
  }

  /// Loads the embedded network as a recorded request asks.
  static func load(_ request: JSONValue?, in engine: Engine) throws -> LoadedModel {
    let id = try engine.loadModel(
      ModelSource(
        path: EmbeddedNetwork.modelURL().path, labels: .path(EmbeddedNetwork.labelsURL().path),
        preprocessing: fields(request), layer: layer,
        precision: request?["precision"]?.text.flatMap { Precision(rawValue: $0) } ?? .f32),
      monitor: .silent
    ).id
    return try engine.current().model(id)
  }

  /// The network under version 1's identity, as the recorded requests name it.
  private func earlierModel() throws -> LoadedModel {
    let (request, id) = (try list("models")[0]["request"], try #require(try list("models")[0]["model"]?.text))
    var model = try Self.load(request, in: Engine())
    model.recipe = try #require(try recipes(of: model, request).first { Engine.modelID($0) == id })
    model.id = id
    return model
  }

  private func recipes(of model: LoadedModel, _ request: JSONValue?) throws -> Set<String> {
    EarlierIdentity.modelRecipes(
      sha256: model.sha256, size: Self.fields(request).size, preprocessing: model.preprocessing, isSizeNeeded: false,
      precision: model.precision)
  }

  /// The recorded images of a folder, by name.
  private func images(_ folder: String, _ count: Int) throws -> [CatalogueEntry] {
    try (0..<count).map { number in
      let digits = String(number)
      let path = "\(folder)/\(String(repeating: "0", count: 4 - digits.count))\(digits).png"
      return CatalogueEntry(
        source: .path(path), contentHash: try #require(recorded["images"]?[path]?.text, "\(path)"),
        geometry: InputGeometry(
          inputWidth: 128, inputHeight: 128, resizedWidth: 128, resizedHeight: 128, left: 0, top: 0,
          originalWidth: 256, originalHeight: 256))
    }
  }

  private static func discovery(_ request: JSONValue?) throws -> DiscoveryOptions {
    guard case .object(let members)? = request?["options"] else { return .earlier }
    return try IdentityTests.options(DiscoveryOptions.fields, .earlier, members)
  }

  /// Runs `body` with an engine that has the recorded bank, and the network in it.
  private func withBank(_ body: (Engine, LoadedModel) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-\(UUID().uuidString).sqlite").path
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    try FileManager.default.copyItem(atPath: Self.folder.appendingPathComponent("bank.sqlite").path, toPath: path)
    let engine = Engine()
    try engine.openWorkspace(path: path)
    try body(engine, try Self.load(list("models")[0]["request"], in: engine))
    engine.close(within: 5)
  }

  @Test func networks() throws {
    let models = try list("models")
    #expect(models.count == 14)
    for (number, model) in models.enumerated() {
      let id = try #require(model["model"]?.text)
      let engine = Engine()
      let loaded = try Self.load(model["request"], in: engine)
      #expect(loaded.earlierIDs.contains(id), "request \(number)")
      // It goes by its earlier handle, too.
      #expect(try engine.current().model(id).id == loaded.id)
    }
  }

  /// A network that takes images of any size was another for every size: none is taken for another.
  @Test func networksOfAnotherSizeAreOthers() throws {
    let preprocessing = try Preprocessing(width: 128, height: 128)
    var size: [Int]?
    func recipes(_ preprocessing: Preprocessing, isSizeNeeded: Bool) -> Set<String> {
      EarlierIdentity.modelRecipes(
        sha256: "0", size: size, preprocessing: preprocessing, isSizeNeeded: isSizeNeeded, precision: .f32)
    }
    let standard = recipes(try Preprocessing(), isSizeNeeded: false)
    size = [128]
    #expect(recipes(preprocessing, isSizeNeeded: true).isDisjoint(with: standard))
    #expect(!recipes(preprocessing, isSizeNeeded: false).isDisjoint(with: standard))
    // A network that fixes its size took any.
    let count = recipes(preprocessing, isSizeNeeded: false).count
    size = [300, 200]
    #expect(recipes(preprocessing, isSizeNeeded: false).count > count)
  }

  @Test func classes() throws {
    let (model, all) = (try earlierModel(), try images("fire_engine", 20))
    let classes = try list("classes")
    #expect(classes.count == 10)
    for (number, entry) in classes.enumerated() {
      let options = try Self.discovery(entry["request"])
      let order = ImageCollection.drawn(all.map(\.source), seed: options.run.seed, purpose: "class image")
      let (chosen, rest) = (order.prefix(options.run.maxImages), order.dropFirst(options.run.maxImages))
      let recipe = Engine.discoveryRecipe(
        0, of: model, layer: Self.layer, options: options, images: chosen.sorted().map { all[$0] },
        heldOut: rest.prefix(options.significance.maxTestImages).sorted().map { all[$0] },
        random: try images("random", 30))
      #expect(recipe.earlier == entry["recipe"]?.text, "request \(number)")
    }
  }

  @Test func stages() throws {
    let model = try earlierModel()
    let image = try images("held-out/fire_engine", 1)[0].contentHash
    for (number, entry) in try list("classes").enumerated() {
      let options = try Self.discovery(entry["request"])
      let recipes = StageRecipes(model: model, layer: Self.layer, options: options)
      var known = [
        "superpixels": recipes.segmentations(of: image), "patch embeddings": recipes.patchEmbeddings(of: image),
      ]
      if options.attention.attention { known["gradients"] = recipes.gradients(of: image, classIndex: 0) }
      let stages = try #require(entry["stagesOfMatch"]?.elements)
      #expect(stages.count == known.count + 1, "a graph")
      for (kind, recipe) in known {
        #expect(stages.first { $0["kind"]?.text == kind }?["recipe"]?.text == recipe.hexadecimal, "\(number), \(kind)")
      }
    }
    let first = try list("classes")[0]
    let recipes = StageRecipes(model: model, layer: Self.layer, options: try Self.discovery(first["request"]))
    let recorded = Set(try #require(first["stagesOfRandomImages"]?.elements).compactMap { $0["recipe"]?.text })
    for (index, image) in try images("random", 30).enumerated() {
      #expect(recorded.contains(recipes.drawnRegion(of: image.contentHash, at: index).hexadecimal), "\(index)")
    }
  }

  @Test func graphs() throws {
    try withBank { engine, model in
      #expect(model.id == (try list("models")[0]["model"]?.text))
      let entries = try engine.current().bank.classes(of: model.id)
      let fewest = try #require(entries.map(\.concepts.count).min())
      let even = entries.map { entry in
        var entry = entry
        entry.concepts = Array(entry.concepts.prefix(fewest))
        return entry
      }
      #expect(even.count == 3)
      let graphs = try list("graphs")
      #expect(graphs.count == 10)
      for (number, graph) in graphs.enumerated() {
        guard case .object(let members)? = graph["request"]?["options"] else { continue }
        let options = try IdentityTests.options(TrainingOptions.fields, .earlier, members)
        let chosen = try ["fire_engine", "ambulance", "school_bus"].flatMap { folder in
          let all = try images(folder, 20)
          return ImageCollection.drawn(all.map(\.source), seed: options.run.seed, purpose: "training image")
            .prefix(options.run.maxImagesPerClass).sorted().map { all[$0] }
        }
        let identity = try Engine.graphIdentity(
          of: model, options: options, images: chosen, measured: [], comparesNodesOnly: false, entries: even)
        #expect(identity.earlier == graph["graphModel"]?.text, "request \(number)")
      }
    }
  }

  @Test func explanations() throws {
    try withBank { engine, model in
      let stages = try list("stagesOfExplain")
      func recorded(_ kind: String) -> Set<String> {
        Set(stages.filter { $0["kind"]?.text == kind }.compactMap { $0["recipe"]?.text })
      }
      let image = try images("held-out/fire_engine", 1)[0].contentHash
      let trained = try #require(try engine.current().bank.graphs.first { $0.model == model.id })
      let graphs = try trained.classes.map { entry in
        StageRecipes(model: model, layer: entry.layer, options: entry.options)
          .graph(
            of: image, classIndex: entry.classIndex, concepts: try entry.identity, dummyValue: trained.dummyValue
          ).hexadecimal
      }
      #expect(Set(graphs) == recorded("graph") && graphs.count == 3)
      #expect(
        recorded("explanation")
          == [StageRecipes.explanation(of: image, model: model, graph: trained.id).hexadecimal])
      let values = (0..<3).map {
        StageRecipes.maskingValues(of: image, model: model, graph: trained.id, position: $0).hexadecimal
      }
      #expect(Set(values) == recorded("masking values"))
    }
  }
}
