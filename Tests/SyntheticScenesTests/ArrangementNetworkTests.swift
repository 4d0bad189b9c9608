import Foundation
import Images
import Networks
import SyntheticScenes
import Testing

/// The network that knows arrangements, run by this package, on scenes that its training never saw.
@Suite("Network of arrangements")
struct ArrangementNetworkTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/scenes/arrangement")
  private static let firstSeed: UInt64 = 7_000_000
  private static let scenesPerClass = 40
  private static let requiredAccuracy = 0.97

  @Test("At least 97 % of the scenes are classified rightly, and without toys none is")
  func accuracyIsHigh() throws {
    let preprocessing = try Preprocessing(
      width: 128, height: 128, resize: .stretch, mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25],
      scale: 1, channelOrder: .rgb)
    let classifier = try ONNXClassifier(
      bytes: [UInt8](Data(contentsOf: Self.folder.appendingPathComponent("scenes.onnx"))), preprocessing: preprocessing)
    let labels = try JSONDecoder().decode(
      [String].self, from: Data(contentsOf: Self.folder.appendingPathComponent("labels.json")))
    let generator = SceneGenerator()
    var right = 0
    for arrangement in Arrangement.allCases {
      let scenes = try (0..<Self.scenesPerClass).map {
        try generator.scene(.arrangement(arrangement), seed: Self.firstSeed + UInt64($0)).image
      }
      let logits = try classifier.logits(of: scenes, monitor: .silent)
      for scene in scenes.indices {
        let row = logits[row: scene].elements
        if let best = row.indices.max(by: { row[$0] < row[$1] }), labels[best] == arrangement.rawValue { right += 1 }
      }
    }
    let total = Self.scenesPerClass * Arrangement.allCases.count
    #expect(Double(right) >= Self.requiredAccuracy * Double(total), "\(right) of \(total)")
    let floors = try (0..<10).map { try generator.backgroundScene(of: .arrangement, seed: Self.firstSeed + $0) }
    let empty = try classifier.logits(of: floors, monitor: .silent)
    #expect(empty.elements.count { $0 > 0 } <= 1)
  }
}
