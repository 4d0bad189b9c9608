import Concepts
import Foundation
import Images
import Networks
import Reports
import Structure
import SyntheticScenes

@testable import Engine

/// An engine that has learnt the embedded network's three classes on drawn scenes; made once for all tests.
struct TrainedScenes: Sendable {
  let engine: Engine
  let model: String
  let graphModel: String
  let classes: [String]
  /// Pictures that nothing was fitted on, by class.
  let heldOut: [String: [ImageSource]]

  static let shared = Result { try TrainedScenes() }

  private static let perClass = 36
  private static let heldOutPerClass = 4
  private static let randomCount = 120

  private init() throws {
    engine = Engine()
    model = try Self.loadNetwork(into: engine)
    let generator = SceneGenerator(size: SceneSet.pictureSize)
    func pictures(_ kind: VehicleKind, _ seeds: Range<UInt64>) throws -> [ImageSource] {
      try seeds.map { .bytes(try generator.scene(kind: kind, seed: $0).image.pngData()) }
    }
    let random = try (0..<UInt64(Self.randomCount)).map {
      ImageSource.bytes(try generator.backgroundScene(seed: $0).pngData())
    }
    var options = DiscoveryOptions()
    options.significance.randomSets = 10
    options.segmentation.segmentCounts = [10, 20, 40]
    // Toy parts are few: the evidence for a class takes less than half of a scene.
    options.attention.rectify = true
    var fitted: [(class: ClassReference, sources: [ImageSource])] = []
    var heldOut: [String: [ImageSource]] = [:]
    for kind in VehicleKind.allCases {
      let images = try pictures(kind, 0..<UInt64(Self.perClass))
      heldOut[kind.rawValue] = try pictures(kind, 1000..<1000 + UInt64(Self.heldOutPerClass))
      _ = try engine.discover(
        model: model, class: .label(kind.rawValue), images: images, random: random, layer: nil, options: options,
        monitor: .silent, onConcept: { _ in })
      fitted.append((.label(kind.rawValue), images))
    }
    self.heldOut = heldOut
    classes = VehicleKind.allCases.map(\.rawValue)
    graphModel = try engine.train(
      model: model, classes: fitted.map(\.class), images: fitted, options: TrainingOptions(), monitor: .silent,
      onEpoch: { _ in }
    ).graphModel
  }
  /// Loads the embedded network; returns its handle.
  static func loadNetwork(into engine: Engine) throws -> String {
    let description = try EmbeddedNetwork.description()
    var fields = PreprocessingFields()
    fields.size = description.preprocessing.size
    fields.mean = description.preprocessing.mean
    fields.std = description.preprocessing.std
    fields.scale = description.preprocessing.scale
    fields.channelOrder = Preprocessing.ChannelOrder(rawValue: description.preprocessing.channelOrder)
    fields.resize = Preprocessing.Resize(rawValue: description.preprocessing.resize)
    return try engine.loadModel(
      ModelSource(
        path: EmbeddedNetwork.modelURL().path, labels: .path(EmbeddedNetwork.labelsURL().path), preprocessing: fields,
        layer: description.layer), monitor: .silent
    ).id
  }

  /// An engine of a test's own that has the same network and a bank, and nothing that this was found in.
  func freshEngine(with bank: ExportedBank) throws -> Engine {
    let engine = Engine()
    _ = try Self.loadNetwork(into: engine)
    _ = try engine.importBank(bank)
    return engine
  }
}
