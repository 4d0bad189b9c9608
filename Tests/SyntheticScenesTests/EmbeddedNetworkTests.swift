import Foundation
import SyntheticScenes
import Testing

@Suite("Embedded network")
struct EmbeddedNetworkTests {
  @Test("The files are found, fit each other, and the network is small")
  func filesAreFound() throws {
    #expect(try EmbeddedNetwork.labels() == VehicleKind.allCases.map(\.rawValue))
    let bytes = try EmbeddedNetwork.onnxBytes()
    #expect(bytes.count > 100_000 && bytes.count < 2_000_000)
    let description = try EmbeddedNetwork.description()
    #expect(description.preprocessing.size == [SceneGenerator.defaultSize, SceneGenerator.defaultSize])
    #expect(description.preprocessing.mean.count == 3 && description.preprocessing.std.count == 3)
    // Layer names are strings of the ONNX file.
    #expect(Data(bytes).range(of: Data(description.layer.utf8)) != nil)
  }

  @Test("What a client passes to load it names files that exist")
  func loadArgumentsAreUsable() throws {
    let object = try JSONSerialization.jsonObject(with: EmbeddedNetwork.loadArguments())
    let arguments = try #require(object as? [String: Any])
    #expect(Set(arguments.keys) == ["model", "labels", "layer", "preprocessing"])
    for key in ["model", "labels"] {
      let path = try #require(arguments[key] as? String)
      #expect(path.hasPrefix("/") && FileManager.default.isReadableFile(atPath: path))
    }
    let preprocessing = try #require(arguments["preprocessing"] as? [String: Any])
    #expect(preprocessing["resize"] as? String == "stretch")
    #expect(preprocessing["channelOrder"] as? String == "rgb")
  }

  @Test("Errors say what to do")
  func errorsSayWhatToDo() {
    #expect(SceneError.missingResource(name: "scenes.onnx").description.contains("build again"))
    #expect(SceneError.outOfMemory(size: 1024).description.contains("smaller"))
    #expect(SceneError.invalidCount(name: "random", value: -1, accepted: 0...9).description.contains("from 0 to"))
  }
}
