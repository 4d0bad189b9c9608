import Bank
import Concepts
import Fields
import Foundation
import Images
import JSON
import Networks
import Readings
import Structure
import SyntheticScenes
import Tensors
import TestSupport
import Testing

@testable import Engine

/// Recipes, and handles made of them, are as written down in `Tests/Fixtures/identities.json`: whatever is kept under
/// an identity is lost when that changes.
///
/// Where a change is meant, run this suite once with `VRX_WRITE_IDENTITIES=1`: it writes the file anew.
@Suite struct IdentityTests {
  private static let file = PublishedContract.package.appendingPathComponent("Tests/Fixtures/identities.json")
  private static let sha256 = String(repeating: "0123456789abcdef", count: 4)

  private let model: LoadedModel

  init() throws {
    let description = try EmbeddedNetwork.description()
    let size = description.preprocessing.size
    let preprocessing = try Preprocessing(width: size[0], height: size[1])
    model = LoadedModel(
      id: "model-0", name: "m", sha256: Self.sha256, labels: try ClassLabels(["a", "b", "c"], classCount: 3),
      preprocessing: preprocessing,
      classifier: try ONNXClassifier(bytes: EmbeddedNetwork.onnxBytes(), preprocessing: preprocessing),
      layer: description.layer, recipe: Self.sha256)
  }

  private static func fields(_ change: (inout PreprocessingFields) -> Void) -> PreprocessingFields {
    var fields = PreprocessingFields()
    change(&fields)
    return fields
  }

  private static func modelID(_ fields: PreprocessingFields, _ precision: Precision = .f32) throws -> String {
    Engine.modelID(
      Engine.modelRecipe(sha256: sha256, preprocessing: try Preprocessing(fields), precision: precision))
  }

  /// Options as a request gives them.
  static func options<Options>(
    _ list: FieldList<Options>, _ standard: Options, _ members: [String: JSONValue]
  ) throws -> Options {
    var options = standard
    try list.readOptions(try FieldReader(.object(members)), into: &options)
    return options
  }

  private static let modelRequests: [(name: String, fields: PreprocessingFields, precision: Precision)] = [
    ("plain", fields { _ in }, .f32), ("bf16", fields { _ in }, .bf16), ("size 128", fields { $0.size = [128] }, .f32),
    ("size 160 × 120", fields { $0.size = [160, 120] }, .f32),
    ("shortest side", fields { $0.resize = .shortestSide }, .f32),
    (
      "mean and std",
      fields { ($0.mean, $0.std) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]) }, .f32
    ),
    ("scale 255", fields { $0.scale = 255 }, .f32), ("bgr", fields { $0.channelOrder = .bgr }, .f32),
    ("nhwc", fields { $0.layout = .nhwc }, .f32),
  ]

  private static let discoveryRequests: [(name: String, options: [String: JSONValue])] = [
    ("plain", [:]), ("seed", ["seed": .int(7)]), ("nmf", ["clustering": .string("nmf"), "clusters": .int(8)]),
    (
      "felzenszwalb", ["segmenter": .string("felzenszwalb"), "felzenszwalbScales": .array([.int(50), .double(200.5)])]
    ),
    ("quickshift", ["segmenter": .string("quickshift"), "quickshiftRatio": .double(0.5)]),
    ("watershed", ["segmenter": .string("watershed"), "watershedCompactness": .double(0.5)]),
    ("masked pooling", ["patchEmbedding": .string("maskedPooling")]),
    ("masked pooling over black", ["patchEmbedding": .string("maskedPooling"), "fillValue": .int(0)]),
    ("without attention", ["attention": .bool(false)]),
    (
      "linear classifier",
      ["cavMethod": .string("linearClassifier"), "cavL2": .double(0.02), "correction": .string("benjaminiHochberg")]
    ),
    ("patches", ["fillValue": .int(0), "minAreaFraction": .double(0.002), "maxOverlap": .double(0.4)]),
    ("segments", ["segmentCounts": .array([.int(10), .int(20)]), "compactness": .int(10), "sigma": .double(0.5)]),
    ("selection", ["topConcepts": .int(5), "maxCoincidence": .double(0.9), "minSize": .int(4)]),
  ]

  private static let trainingRequests: [(name: String, options: [String: JSONValue])] = [
    ("plain", [:]), ("seed", ["seed": .int(7)]), ("hidden share", ["hiddenShare": .double(0.7)]),
    ("without relations", ["relations": .bool(false)]),
    ("node widths", ["nodeWidths": .array([.int(8), .int(6)])]), ("edge width", ["edgeWidth": .int(4)]),
    ("cross entropy", ["loss": .string("crossEntropy")]), ("random start", ["start": .string("random")]),
    ("decays", ["weightDecay": .double(0.01), "messageDecay": .double(0.5), "crossGraphDecay": .double(0.25)]),
    ("dummies", ["dummyValue": .double(0.05), "maskedVariants": .int(2)]),
    ("fitting", ["holdout": .double(0.25), "embeddingNoise": .double(0.1), "learningRate": .double(0.01)]),
  ]

  private static func images(_ name: String, _ count: Int) -> [CatalogueEntry] {
    (0..<count).map { number in
      CatalogueEntry(
        source: .path("\(name)/\(number).png"), contentHash: "\(name) \(number)",
        geometry: InputGeometry(
          inputWidth: 4, inputHeight: 4, resizedWidth: 4, resizedHeight: 4, left: 0, top: 0, originalWidth: 4,
          originalHeight: 4))
    }
  }

  private static func entry(_ classIndex: Int) -> ClassConcepts {
    var entry = ClassConcepts.blank
    entry.classIndex = classIndex
    entry.layer = "layer"
    entry.concepts = (1...2).map { rank in
      var concept = Concept.blank
      (concept.id, concept.rank, concept.classIndex) = ("\(classIndex)-\(rank)", rank, classIndex)
      (concept.center, concept.threshold) = ([0.25, Float(rank)], 0.1)
      return concept
    }
    return entry
  }

  private static let mask: Mask = {
    var mask = Mask(width: 4, height: 4)
    mask[5] = true
    mask[6] = true
    return mask
  }()

  /// Every identity by name, as the code makes it.
  private func identities() throws -> [String: JSONValue] {
    var found: [String: JSONValue] = [:]
    for request in Self.modelRequests {
      found["model: \(request.name)"] = .string(try Self.modelID(request.fields, request.precision))
    }
    found["model: of a client"] = .string(try clientModelID(Self.fields { $0.size = [128] }))
    for request in Self.discoveryRequests {
      let options = try Self.options(DiscoveryOptions.fields, .earlier, request.options)
      found["discovery: \(request.name)"] = .string(discoveryID(options))
    }
    // The defaults changed: requests that name none are others, and those that name the earlier ones are what they were.
    found["discovery: by today's defaults"] = .string(discoveryID(DiscoveryOptions()))
    for request in Self.trainingRequests {
      let options = try Self.options(TrainingOptions.fields, .earlier, request.options)
      found["graph: \(request.name)"] = .string(try graphID(options))
    }
    found["graph: by today's defaults"] = .string(try graphID(TrainingOptions()))
    found["graph: measured"] = .string(try graphID(.earlier, measured: Self.images("measured", 2)))
    found["graph: also without relations"] = .string(try graphID(.earlier, comparesNodesOnly: true))
    for (name, recipe) in try stages() { found["stage: \(name)"] = .string(recipe) }
    return found
  }

  private func discoveryID(_ options: DiscoveryOptions) -> String {
    Engine.discoveryRecipe(
      1, of: model, layer: "layer", options: options, images: Self.images("image", 3),
      heldOut: Self.images("held out", 1), random: Self.images("random", 2)
    ).current
  }

  private func clientModelID(_ fields: PreprocessingFields) throws -> String {
    let attached = AttachedModel(
      name: "mine", labels: ["a", "b", "c"], preprocessing: fields, layer: model.layer, revision: "1")
    return try Engine().attachModel(attached, monitor: .silent) { _, _ in model.classifier }.id
  }

  private func graphID(
    _ options: TrainingOptions, measured: [CatalogueEntry] = [], comparesNodesOnly: Bool = false
  ) throws -> String {
    try Engine.graphIdentity(
      of: model, options: options, images: Self.images("image", 3), measured: measured,
      comparesNodesOnly: comparesNodesOnly, entries: [Self.entry(0), Self.entry(2)]
    ).current
  }

  private func stages() throws -> [String: String] {
    func recipes(_ members: [String: JSONValue] = [:]) throws -> StageRecipes {
      let options = try Self.options(DiscoveryOptions.fields, .earlier, members)
      return StageRecipes(model: model, layer: "layer", options: options)
    }
    var found: [String: String] = [:]
    for segmenter in Segmenter.allCases {
      let recipe = try recipes(["segmenter": .string(segmenter.rawValue)]).segmentations(of: "image")
      found["superpixels by \(segmenter.rawValue)"] = recipe.hexadecimal
    }
    let plain = try recipes()
    let pooled = try recipes(["patchEmbedding": .string("maskedPooling")])
    let identity = try Self.entry(0).identity
    found["random region"] = plain.drawnRegion(of: "image", at: 3).hexadecimal
    found["gradients"] = plain.gradients(of: "image", classIndex: 2).hexadecimal
    for (name, recipes) in [("", plain), (" by masked pooling", pooled)] {
      found["patch embeddings" + name] = recipes.patchEmbeddings(of: "image").hexadecimal
      found["embedding of a patch" + name] = recipes.embedding(of: "image", patch: Self.mask).hexadecimal
      found["graph" + name] =
        recipes.graph(of: "image", classIndex: 0, concepts: identity, dummyValue: 0.01).hexadecimal
      found["graph of a masked image" + name] =
        recipes.graph(of: "image", hiding: Self.mask, classIndex: 0, concepts: identity, dummyValue: 0.01).hexadecimal
    }
    found["graph of all places"] =
      try recipes(["places": .string("all")])
      .graph(of: "image", classIndex: 0, concepts: identity, dummyValue: 0.01).hexadecimal
    found["embedding"] = plain.embedding(of: "image", patch: nil).hexadecimal
    found["logits"] = plain.logits(of: "image", masks: [nil, Self.mask]).hexadecimal
    found["explanation"] = StageRecipes.explanation(of: "image", model: model, graph: "graph-0").hexadecimal
    found["relevance"] =
      StageRecipes.relevance(of: "image", model: model, layer: "last", classIndex: 2).hexadecimal
    let centers = Tensor(shape: [1, 2], elements: [1, 2])
    for isCompared in [true, false] {
      found[isCompared ? "measured effects beside random regions" : "measured effects"] =
        try StageRecipes.evidence(
          of: "image", model: model, graph: "graph-0", classIndex: 2, against: [0, 1], clusters: centers,
          mostConcepts: 4, isCompared: isCompared, level: 117
        ).hexadecimal
    }
    found["masking values"] =
      StageRecipes.maskingValues(of: "image", model: model, graph: "graph-0", position: 1).hexadecimal
    return found
  }

  @Test func identitiesAreAsWrittenDown() throws {
    let now = try identities()
    if ProcessInfo.processInfo.environment["VRX_WRITE_IDENTITIES"] != nil {
      try Data(JSONValue.object(now).pretty().utf8).write(to: Self.file)
    }
    guard case .object(let golden) = try JSONValue(foundation: Data(contentsOf: Self.file)) else {
      Issue.record("the fixture holds no object")
      return
    }
    #expect(golden.count > 50 && Set(golden.keys) == Set(now.keys))
    for (name, identity) in now { #expect(golden[name] == identity, "\(name)") }
  }

  /// Requests that ask for different things have different identities.
  @Test func noTwoIdentitiesAreOne() throws {
    let now = try identities()
    #expect(Set(now.values).count == now.count)
  }

  @Test func thePreprocessingIsOneHoweverItIsWritten() throws {
    func read(_ members: [String: JSONValue]) throws -> PreprocessingFields {
      try FieldReader(.object(["preprocessing": .object(members)]))
        .record("preprocessing", PreprocessingFields.fields, into: PreprocessingFields())
    }
    let plain = try Self.modelID(read([:]))
    let spellings: [[String: JSONValue]] = [
      ["channelOrder": .string("rgb")], ["channelOrder": .string("RGB")], ["layout": .string("NCHW")],
      ["size": .int(224)], ["size": .array([.int(224), .int(224)])], ["resize": .string("stretch"), "scale": .int(1)],
      ["mean": .array([.int(0), .int(0), .int(0)]), "std": .array([.double(1), .double(1), .int(1)])],
    ]
    for spelling in spellings { #expect(try Self.modelID(read(spelling)) == plain, "\(spelling)") }
    let square = try read(["size": .int(128)])
    #expect(
      try clientModelID(square)
        == clientModelID(read(["size": .array([.int(128), .int(128)]), "channelOrder": .string("RGB")])))
  }

  /// An option written out with the value that it has anyway changes nothing.
  @Test func defaultsMayBeWrittenOut() throws {
    guard case .object(let discovery) = DiscoveryOptions.fields.json(of: DiscoveryOptions()),
      case .object(let training) = TrainingOptions.fields.json(of: TrainingOptions())
    else {
      Issue.record("options are no objects")
      return
    }
    #expect(try Self.options(DiscoveryOptions.fields, DiscoveryOptions(), discovery) == DiscoveryOptions())
    #expect(
      try graphID(Self.options(TrainingOptions.fields, TrainingOptions(), training)) == graphID(TrainingOptions()))
  }
}
