import Concepts
import Fields
import RPC
import Reports
import Structure

/// `vrx/discover`: finds the concepts of a class.
package struct Discover: WireRequest {
  package static let method = "vrx/discover"
  package static let ordering = Ordering.write
  package static let lane = Lane.compute
  package static let summary =
    "Finds the visual concepts of a class: patches that the network sees alike and that matter to the class."
  package typealias Result = DiscoveryReport

  package var model: String
  package var classReference: WireClass
  package var images: [WireImage]
  package var random: [WireImage]
  package var layer: String?
  package var options: DiscoveryOptions

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    classReference = try reader.classReference()
    images = try reader.images("Images of the class, or folders of them.")
    random = try reader.required("random", .list(of: .image), "Images of anything else, or folders of them.")
    let options = try reader.options(Self.options, blank: Options())
    self.options = options.discovery
    layer = try reader.optional("layer", .string, "The layer; the model's default where absent.") ?? options.layer
  }
}

extension Discover {
  /// The options on the wire: those of discovery, and the layer, which the request itself may name as well.
  fileprivate struct Options {
    var layer: String?
    var discovery = DiscoveryOptions()
  }

  fileprivate static let options = FieldType<Options>.options(
    FieldList<Options>(joining: [
      FieldList<Options>([.optional("layer", \.layer, .string, "The layer; the request's own member comes first.")]),
      DiscoveryOptions.fields.within(\Options.discovery),
    ]), blank: Options(), named: "DiscoverOptions")
}

/// `vrx/match`: concept graphs of images.
package struct Match: WireRequest {
  package static let method = "vrx/match"
  package static let ordering = Ordering.read
  package static let lane = Lane.compute
  package static let summary = "Concept graphs of images, one per class hypothesis."
  package typealias Result = MatchReport

  package var model: String
  package var images: [WireImage]
  package var classes: [WireClass]?

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    images = try reader.images()
    classes = try reader.optional(
      "classes", .list(of: .classReference), "The class hypotheses; all discovered classes where absent.")
  }
}

/// `vrx/train`: distils the classifier's reasoning into a reasoning network.
package struct Train: WireRequest {
  package static let method = "vrx/train"
  package static let ordering = Ordering.write
  package static let lane = Lane.compute
  package static let summary = "Distils the classifier's reasoning among some classes into a reasoning network."
  package typealias Result = TrainingReport

  package var model: String
  package var classes: [WireClass]
  package var images: [(classReference: WireClass, images: [WireImage])]
  package var options: TrainingOptions

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    classes = try reader.classes()
    images = try Self.images(reader, of: classes)
    options = try reader.options(
      .options(TrainingOptions.fields, blank: TrainingOptions(), named: "TrainOptions"), blank: TrainingOptions())
  }

  /// The member `images`, images and folders by class: those of `classes` first, then any others by name.
  static func images(
    _ reader: FieldReader, of classes: [WireClass]
  ) throws -> [(classReference: WireClass, images: [WireImage])] {
    var remaining = try reader.imagesByClass("Images, or folders of them, by class.")
    var images: [(classReference: WireClass, images: [WireImage])] = []
    for reference in classes {
      // The names of an object's members are strings: "3" is class 3 if the classes say so.
      let name =
        switch reference {
        case .index(let index): String(index)
        case .label(let label): label
        }
      if let found = remaining.removeValue(forKey: name) { images.append((reference, found)) }
    }
    return images + remaining.sorted { $0.key < $1.key }.map { (.label($0.key), $0.value) }
  }
}

/// `vrx/explain`: why the classifier's class, and why not each other.
package struct Explain: WireRequest {
  package static let method = "vrx/explain"
  package static let ordering = Ordering.read
  package static let lane = Lane.inference
  package static let summary = "Why the classifier's class, and why not each other."
  package typealias Result = ExplanationReport

  package var model: String
  package var image: WireImage
  package var classes: [WireClass]?
  package var graphModel: String?
  package var evidence: Evidence
  package var whyNot: WireClass?
  package var concepts: Int
  package var verify: Bool
  package var controls: Int

  /// Where reasons come from.
  package enum Evidence: String, Sendable, CaseIterable {
    /// The classifier is asked about the picture with parts hidden.
    case measured
    /// The reasoning network alone answers.
    case predicted
    case both

    package var isMeasured: Bool { self != .predicted }
  }

  package static let defaultControls = 10
  private static let mostControls = 100
  /// With two rivals, all combinations of so many take less than 300 pictures.
  package static let defaultConcepts = 4
  private static let mostConcepts = 100

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    image = try reader.image()
    classes = try reader.optional(
      "classes", .list(of: .classReference), "Which of the graph's classes are explained; all where absent.")
    graphModel = try reader.latestGraphModel()
    evidence = try reader.evidence()
    whyNot = try reader.optional(
      "whyNot", .classReference,
      "One class that the predicted one is measured against; absent, each other class of the graph. Takes the place of `classes`."
    )
    concepts = try reader.optional(
      "concepts", .int(in: 1...Self.mostConcepts), default: Self.defaultConcepts,
      "How many concepts of each class are measured one by one: the best ranked of those that are seen. Others count to everything else. "
        + "Up to 7, all combinations are asked about; of more, some.")
    verify = try reader.verify()
    controls = try reader.optional(
      "controls", .int(in: 0...Self.mostControls), default: Self.defaultControls,
      "With `verify`: random patches of the same shape that each concept and each of the strongest relations is compared with. 0 for "
        + "masking alone.")
  }

  /// The request that gave a result with `explanations`.
  init(result reader: FieldReader) throws {
    try self.init(reader)
    let explanations = try reader.required("explanations", FieldType<[Explained]>.list(of: .explained))
    classes = explanations.map(\.classReference)
    whyNot = nil
    verify = explanations.contains { $0.isVerified }
    evidence = explanations.contains { $0.isMeasured } ? .both : .predicted
    concepts = max(Self.defaultConcepts, explanations.map(\.measuredNodes).max() ?? 0)
  }

  /// What is needed of a class's explanation to ask for it again.
  fileprivate struct Explained: Sendable {
    var classReference: WireClass
    var isVerified: Bool
    var isMeasured: Bool
    var measuredNodes: Int
  }
}

extension FieldReader {
  /// Whether the classifier is asked.
  func evidence() throws -> Explain.Evidence {
    try optional(
      "evidence", .word(Explain.Evidence.self), default: .both,
      "Whether the classifier itself is asked what the parts of the picture are worth (\"measured\"; some hundred pictures, kept for the "
        + "next time), or the reasoning network alone (\"predicted\"). Its contributions are in the answer either way.")
  }
}

extension FieldType where Value == Explain.Explained {
  fileprivate static var explained: FieldType {
    FieldType(
      accepted: "an object with the fields class and nodes", example: .object(["class": .string("label")])
    ) { value, field in
      let reader = try FieldReader(value, path: field)
      func count(_ member: String) -> Int {
        guard case .array(let nodes)? = value["nodes"] else { return 0 }
        return nodes.count { ($0[member] ?? .null) != .null }
      }
      return Explain.Explained(
        classReference: try reader.required("class", .classReference), isVerified: count("verified") > 0,
        isMeasured: (value["measured"] ?? .null) != .null, measuredNodes: count("measured"))
    }
  }
}
