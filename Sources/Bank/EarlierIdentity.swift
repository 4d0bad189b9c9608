import Concepts
import Networks
import Store
import Structure

/// What version 1 put into identities: values as Swift prints them. Workspaces of that version are found again by it;
/// nothing new is named by it.
package enum EarlierIdentity {
  // The order in which the options stood in their type.
  private static let discoveryNames = [
    "maxImages", "attention", "keepPercent", "segmentCounts", "compactness", "sigma", "minAreaFraction", "maxOverlap",
    "fillValue", "patchEmbedding", "clusters", "restarts", "minSize", "maxPatches", "randomSets", "randomSetSize",
    "contrast", "cavMethod", "cavL2", "cavHoldout", "significance", "maxCoincidence", "topConcepts",
    "minRandomSetSize", "minTestImages", "maxTestImages", "batchSize", "seed", "segmenter", "felzenszwalbScales",
    "felzenszwalbSigma", "felzenszwalbMinSize", "quickshiftMaxDistances", "quickshiftKernelSize", "quickshiftRatio",
    "watershedCompactness", "clustering", "correction",
  ]
  private static let trainingNames = [
    "nodeWidths", "edgeWidth", "relations", "loss", "start", "maxEpochs", "batchSize", "learningRate",
    "weightAveraging", "weightDecay", "crossGraphDecay", "messageDecay", "effectWeight", "embeddingNoise", "patience",
    "holdout", "maxImagesPerClass", "maskedVariants", "hiddenShare", "dummyValue", "controls", "seed",
  ]
  /// The types of options that are words.
  private static let wordTypes = [
    "patchEmbedding": "Concepts.PatchEmbedding", "contrast": "Concepts.ConceptContrast",
    "cavMethod": "Concepts.CAVMethod", "segmenter": "Concepts.Segmenter",
    "clustering": "Concepts.ConceptClustering", "correction": "Tensors.PValueCorrection",
    "loss": "Structure.DistillationLoss", "start": "Structure.NetworkStart",
  ]

  package static func text(of options: DiscoveryOptions) -> String {
    DiscoveryOptions.fields.swiftText(
      of: options, defaults: .earlier, type: "DiscoveryOptions", names: discoveryNames, wordTypes: wordTypes)
  }

  package static func text(of options: TrainingOptions) -> String {
    TrainingOptions.fields.swiftText(
      of: options, defaults: .earlier, type: "TrainingOptions", names: trainingNames, wordTypes: wordTypes)
  }

  package static func text(of concept: Concept) -> String { "\(concept.id) \(concept.threshold) \(concept.center)" }

  /// The recipes by which version 1 may have known a network: one for every way of writing the same preprocessing.
  ///
  /// - Parameters:
  ///   - size: The size that is given for it; a network that fixes its size took any.
  ///   - isSizeNeeded: Whether the network takes another size where none is given.
  package static func modelRecipes(
    sha256: String, size: [Int]?, preprocessing: Preprocessing, isSizeNeeded: Bool, precision: Precision
  ) -> Set<String> {
    let own = preprocessing
    func written(_ values: [Double], default standard: [Double]) -> Set<String> {
      Set(["Optional(\(values))"]).union(values == standard ? ["nil"] : [])
    }
    func words(_ value: String, default standard: String) -> Set<String> {
      Set([value, value.uppercased()].map { "Optional(\"\($0)\")" }).union(value == standard ? ["nil"] : [])
    }
    var sizes: Set = ["Optional([\(own.width), \(own.height)])"]
    if own.width == own.height { sizes.insert("Optional([\(own.width)])") }
    if !isSizeNeeded { sizes.insert("nil") }
    if let size { sizes.insert("Optional(\(size))") }
    let texts: [(name: String, texts: Set<String>)] = [
      ("size", sizes), ("resize", words(own.resize.rawValue, default: "stretch")),
      ("mean", written(own.mean, default: [0, 0, 0])), ("std", written(own.standardDeviation, default: [1, 1, 1])),
      ("scale", Set(["Optional(\(own.scale))"]).union(own.scale == 1 ? ["nil"] : [])),
      ("channelOrder", words(own.channelOrder.rawValue, default: "rgb")),
      ("layout", words(own.layout.rawValue, default: "nchw")),
    ]
    let writings = texts.reduce([""]) { texts, field in
      texts.flatMap { text in field.texts.map { "\(text)\(text.isEmpty ? "" : ", ")\(field.name): \($0)" } }
    }
    return Set(
      writings.map { text in
        Recipe(
          stage: "model", version: 1,
          parts: [("bytes", sha256), ("preprocessing", "PreprocessingFields(\(text))")]
            + (precision == .f32 ? [] : [("precision", precision.rawValue)])
        ).hexadecimal
      })
  }

  /// The recipe by which version 1 knew a classifier that lives with the client.
  package static func clientModelRecipe(
    name: String, revision: String, preprocessing: Preprocessing, classCount: Int
  ) -> String {
    let own = preprocessing
    let text =
      "Preprocessing(width: \(own.width), height: \(own.height), resize: Networks.Preprocessing.Resize.\(own.resize.rawValue), "
      + "mean: \(own.mean), standardDeviation: \(own.standardDeviation), scale: \(own.scale), "
      + "channelOrder: Networks.Preprocessing.ChannelOrder.\(own.channelOrder.rawValue), "
      + "layout: Networks.Preprocessing.Layout.\(own.layout.rawValue))"
    return Recipe(
      stage: "client model", version: 1,
      parts: [
        ("name", name), ("revision", revision), ("preprocessing", text), ("classes", String(classCount)),
      ]
    ).hexadecimal
  }
}
