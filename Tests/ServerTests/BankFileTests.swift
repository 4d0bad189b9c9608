import Bank
import Concepts
import Engine
import Foundation
import JSON
import Reports
import Structure
import TestSupport
import Testing
import Wire

@testable import Server

/// Bank files carry all there is, and what is no bank is refused in words.
@Suite struct BankFileTests {
  /// What a file of these bytes holds.
  private func content(_ bytes: [UInt8]) throws -> BankFile.Content {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-bank-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(bytes).write(to: url)
    return try BankFile.content(path: url.path, dummyValue: 0.01)
  }

  private func bank(_ bytes: [UInt8]) throws -> ExportedBank {
    guard case .bank(let bank) = try content(bytes) else { throw BankFile.Failure(reason: "it is no bank") }
    return bank
  }

  /// The message with which a file is refused.
  private func refusal(of bytes: [UInt8], _ comment: Comment = "") throws -> String {
    let error = try #require(throws: EngineError.self, comment) { try content(bytes) }
    #expect(error.kind == .invalidValue && error.message.hasPrefix("path: "), comment)
    return error.message
  }

  @Test(arguments: ExportBank.Format.allCases) func whatIsWrittenIsRead(format: ExportBank.Format) throws {
    let original = try SampleBank.bank()
    let bytes = try BankFile.bytes(of: original, format: format)
    let read = try bank(bytes)
    // Equal bytes of what was read say that nothing was lost that a file carries.
    #expect(try BankFile.bytes(of: read, format: format) == bytes)
    let (entry, was) = (try #require(read.classes.first), original.classes[0])
    #expect(read.classes.count == 2 && entry.options == was.options && entry.images == was.images)
    #expect(entry.clusters == was.clusters && entry.clusters != nil)
    #expect(entry.dictionary == was.dictionary && entry.className == "school bus" && entry.model == "model-0")
    for (concept, was) in zip(entry.concepts, was.concepts) {
      #expect(concept.id == was.id && concept.name == was.name && concept.rank == was.rank && concept.size == was.size)
      #expect(concept.center == was.center && concept.cavs == was.cavs && concept.threshold == was.threshold)
      #expect(concept.tcav == was.tcav && concept.cavAccuracy == was.cavAccuracy)
      #expect(concept.patches.map(\.mask) == was.patches.map(\.mask))
      #expect(concept.patches.map(\.box) == was.patches.map(\.box))
      #expect(concept.patches.map(\.distance) == was.patches.map(\.distance))
    }
    let graph = try #require(read.graphs.first)
    #expect(graph.network == (try SampleBank.network()) && graph.id == "graph-0" && graph.digest == "abcdef")
    #expect(
      graph.report.options?.variants.hiddenShare == 0.7 && graph.report.options == original.graphs[0].report.options)
    #expect(graph.report.heldOut == original.graphs[0].report.heldOut && graph.created == 1_700_000_000)
    #expect(graph.classes[1].concepts[0].center == original.graphs[0].classes[1].concepts[0].center)
  }

  @Test(arguments: ExportBank.Format.allCases) func anEmptyBankIsOne(format: ExportBank.Format) throws {
    #expect(try bank(BankFile.bytes(of: ExportedBank(), format: format)).isEmpty)
  }

  @Test(arguments: ExportBank.Format.allCases) func aFileCutOffAnywhereIsRefused(format: ExportBank.Format) throws {
    let bytes = try BankFile.bytes(of: SampleBank.bank(), format: format)
    let lengths = Array(stride(from: 0, to: bytes.count, by: bytes.count / 60)) + [bytes.count - 1]
    for length in lengths { _ = try refusal(of: Array(bytes[..<length]), "\(length) of \(bytes.count) bytes") }
  }

  @Test(arguments: ExportBank.Format.allCases) func aDamagedFileIsReadOrRefused(format: ExportBank.Format) throws {
    let bytes = try BankFile.bytes(of: SampleBank.bank(), format: format)
    var state: UInt64 = 9
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var (read, refused) = (0, 0)
    for _ in 0..<400 {
      var damaged = bytes
      for _ in 0...random(below: 3) { damaged[random(below: bytes.count)] ^= 1 << UInt8(random(below: 8)) }
      do {
        _ = try content(damaged)
        read += 1
      } catch {
        #expect((error as? EngineError)?.kind == .invalidValue, "\(error)")
        refused += 1
      }
    }
    #expect(read > 20 && refused > 20, "\(read) were read, \(refused) refused")
  }

  // Files that were made to harm.

  private struct Harm: Sendable, CustomTestStringConvertible {
    /// Where in the JSON: names and positions.
    var place: String
    /// What stands there; nil where it is missing.
    var value: JSONValue?
    /// What the error names.
    var names: String
    var testDescription: String { "\(place) \(names)" }
  }

  private static let harms = [
    Harm(place: "format", value: .string("other"), names: "format"),
    Harm(place: "version", value: .int(3), names: "version"), Harm(place: "version", value: .int(0), names: "version"),
    Harm(place: "classes", value: nil, names: "classes"), Harm(place: "classes", value: .object([:]), names: "classes"),
    Harm(place: "classes/0", value: .int(1), names: "classes[0]"),
    Harm(place: "classes/0/classIndex", value: .int(-1), names: "classIndex"),
    Harm(place: "classes/0/classIndex", value: .double(1e300), names: "classIndex"),
    Harm(place: "classes/0/options/clusters", value: .int(0), names: "options.clusters"),
    Harm(place: "classes/0/options/cluster", value: .int(3), names: "options.cluster"),
    Harm(place: "classes/0/images/0/size", value: .array([.int(0), .int(5)]), names: "size[0]"),
    Harm(place: "classes/0/images/0/size", value: .array([.int(1 << 40), .int(5)]), names: "size[0]"),
    Harm(place: "classes/0/images/0/size", value: .array([.int(1), .int(5), .int(3)]), names: "size"),
    Harm(place: "classes/0/images/0/sha256", value: .int(1), names: "sha256"),
    Harm(place: "classes/0/concepts/0/id", value: .string(""), names: "id"),
    Harm(place: "classes/0/concepts/0/center", value: .array([]), names: "center"),
    Harm(place: "classes/0/concepts/0/center/0", value: .null, names: "center[0]"),
    Harm(place: "classes/0/concepts/0/cavs/1", value: .int(1), names: "cavs[1]"),
    Harm(place: "classes/0/concepts/0/threshold", value: .null, names: "threshold"),
    Harm(place: "classes/0/concepts/0/tcav", value: .array([]), names: "tcav"),
    Harm(place: "classes/0/concepts/0/patches/0/runs", value: .array([.int(49)]), names: "runs"),
    Harm(place: "classes/0/concepts/0/patches/0/runs", value: .array([.int(-1), .int(2)]), names: "runs[0]"),
    Harm(place: "classes/0/concepts/0/patches/0/runs", value: .array([.int(.max), .int(.max)]), names: "runs"),
    Harm(place: "classes/0/concepts/0/patches/0/runs", value: .array([.int(48)]), names: "runs"),
    Harm(place: "classes/0/concepts/0/patches/0/runs", value: nil, names: "mask"),
    Harm(place: "classes/0/concepts/0/patches/0/size", value: .array([.int(70_000), .int(1)]), names: "size[0]"),
    Harm(place: "classes/0/concepts/0/patches/0/image", value: .int(-1), names: "image"),
    Harm(
      place: "classes/0/dictionary/components", value: .array([.array([.int(1)]), .array([.int(1), .int(2)])]),
      names: "components"),
    Harm(place: "classes/0/dictionary/concepts", value: nil, names: "concepts"),
    Harm(place: "graphs/0/weights", value: nil, names: "weights"),
    Harm(place: "graphs/0/weights/eij_1", value: nil, names: "eij_1"),
    Harm(
      place: "graphs/0/weights/fc2.weight/shape", value: .array([.int(Int64(Int32.max)), .int(Int64(Int32.max))]),
      names: "shape"),
    Harm(place: "graphs/0/weights/fc2.weight/values/0", value: .null, names: "values[0]"),
    Harm(place: "graphs/0/shape/nodes", value: .int(3), names: "shape.nodes"),
    Harm(place: "graphs/0/shape/nodeWidths", value: .array([.int(4)]), names: "nodeWidths"),
    Harm(place: "graphs/0/dummyValue", value: .null, names: "dummyValue"),
    Harm(place: "graphs/0/dummyValue", value: .double(1e300), names: "dummy"),
    Harm(place: "graphs/0/origin", value: .string("found"), names: "origin"),
    Harm(place: "graphs/0/created", value: .int(-1), names: "created"),
    Harm(place: "graphs/0/report", value: nil, names: "report"),
    Harm(place: "graphs/0/report/options/hiddenShare", value: .int(0), names: "hiddenShare"),
    Harm(place: "graphs/0/graphModel", value: .string(""), names: "graphModel"),
    Harm(place: "graphs/0/classes", value: .array([]), names: "classes"),
  ]

  private static func changed(_ json: JSONValue, at place: ArraySlice<Substring>, to value: JSONValue?) -> JSONValue? {
    guard let first = place.first else { return value }
    switch json {
    case .object(var members):
      members[String(first)] = changed(members[String(first)] ?? .null, at: place.dropFirst(), to: value)
      return .object(members)
    case .array(var elements):
      guard let position = Int(first), elements.indices.contains(position) else { return json }
      elements[position] = changed(elements[position], at: place.dropFirst(), to: value) ?? .null
      return .array(elements)
    default: return json
    }
  }

  @Test(arguments: harms) private func whatDoesNotFitIsNamed(harm: Harm) throws {
    let json = try JSONValue.parse(BankFile.bytes(of: SampleBank.bank(), format: .json))
    let hostile = try #require(Self.changed(json, at: harm.place.split(separator: "/")[...], to: harm.value))
    try #require(hostile != json, "the place exists")
    #expect(try refusal(of: hostile.serialized()).contains(harm.names))
  }

  @Test func tensorsThatAreMissingAreNamed() throws {
    let bytes = try BankFile.bytes(of: SampleBank.bank(), format: .safetensors)
    let file = try SafetensorsFile(Data(bytes))
    for missing in ["classes.0.concepts.1.center", "classes.1.components", "graphs.0.weights.fc2.bias"] {
      var tensors = Dictionary(uniqueKeysWithValues: try file.names.map { ($0, try file.tensor($0)) })
      try #require(tensors.removeValue(forKey: missing) != nil)
      let less = [UInt8](try SafetensorsFile.bytes(of: tensors, metadata: file.metadata))
      #expect(try refusal(of: less).contains(missing.split(separator: ".").suffix(2).joined(separator: ".")))
    }
  }

  @Test func patchesHaveABudget() throws {
    let reading = BankReading(tensors: nil)
    for _ in 0..<8 { try reading.count(pixels: 1 << 30) }
    #expect(throws: BankFile.Failure.self) { try reading.count(pixels: 1) }
  }

  @Test func checkpointsOfPyTorchAreNeverRun() throws {
    for start: [UInt8] in [[0x50, 0x4B, 0x03, 0x04], [0x80, 2, 0x7D], [0x80, 5, 0x95]] {
      #expect(try refusal(of: start + [UInt8](repeating: 0, count: 60)).contains("weights_only=True"))
    }
  }

  @Test func otherFilesAreRefused() throws {
    #expect(try refusal(of: []).contains("cannot be imported"))
    #expect(try refusal(of: Array("{}".utf8)).contains("format"))
    #expect(try refusal(of: Array("[]".utf8)).contains("cannot be imported"))
    let tensors = try SafetensorsFile.bytes(of: ["x": SampleBank.network().readout])
    #expect(try refusal(of: [UInt8](tensors)).contains("it is no bank"))
    for path in [NSTemporaryDirectory(), "/dev/null/x", "/dev/zero"] {
      let error = #expect(throws: EngineError.self) { try BankFile.content(path: path, dummyValue: 0) }
      #expect(error?.kind == .invalidValue && error?.detail["path"] == path)
    }
  }

  @Test func publishedNetworksAreRead() throws {
    let network = try SampleBank.network()
    guard case .published(let read) = try content([UInt8](SafetensorsFile.bytes(of: network.publishedTensors))) else {
      Issue.record("it was not taken for a published network")
      return
    }
    #expect(read.shape == network.shape && read.dummyValue == 0.01)
    #expect(read.publishedTensors.mapValues(\.elements) == network.publishedTensors.mapValues(\.elements))
  }

  /// Version 1 wrote masks as a bit a pixel, and had no reasoning networks.
  @Test func masksOfVersion1AreRead() throws {
    var json = try JSONValue.parse(BankFile.bytes(of: ExportedBank(classes: [SampleBank.entry(0)]), format: .json))
    func change(_ place: String, _ value: JSONValue?) throws {
      json = try #require(Self.changed(json, at: place.split(separator: "/")[...], to: value))
    }
    let patch = "classes/0/concepts/0/patches/0"
    try change("version", .int(1))
    try change("graphs", nil)
    try change("\(patch)/runs", nil)
    // Pixels 3 to 20 of 48.
    try change("\(patch)/mask", .string(Data([0xF8, 0xFF, 0x1F, 0, 0, 0]).base64EncodedString()))
    let read = try bank(json.serialized())
    #expect(read.classes[0].concepts[0].patches[0].mask == SampleBank.entry(0).concepts[0].patches[0].mask)
    try change("\(patch)/mask", .string(Data([0xF8, 0xFF, 0x1F, 0, 0]).base64EncodedString()))
    #expect(try refusal(of: json.serialized()).contains("a bit for each"))
  }
}
