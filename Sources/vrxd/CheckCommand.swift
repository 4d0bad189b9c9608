import ArgumentParser
import Foundation
import Networks

/// Describes an ONNX model, says whether it can be run, and compares it with recorded outputs.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Describe an ONNX model, and compare its outputs with recorded ones.",
    discussion: """
      Recorded outputs are a folder of input_0.pb, …, output_0.pb, … or of several such folders named test_data_set_*, \
      as ONNX publishes them. MODEL may also be a folder: of a model.onnx and its recorded outputs, or of many such \
      folders. The exit code is 0 only where every model can be run and every output agrees.
      """)

  @Argument(help: "An ONNX file, or a folder of cases.")
  var model: String

  @Argument(help: "A folder of recorded inputs and outputs.")
  var data: String?

  @Option(help: "Side of the square image, where the model leaves it open.")
  var size = 224

  @Option(help: "Relative tolerance.")
  var rtol: Float = 1e-3

  @Option(help: "Absolute tolerance.")
  var atol: Float = 1e-5

  @Flag(help: "Print JSON, one object per model and line.")
  var json = false

  @Flag(help: "List the cost and the layout of each step of an image classifier.")
  var profile = false

  @Option(help: "The arithmetic of the listed steps: f32 or bf16.")
  var precision = "f32"

  func validate() throws {
    guard (1...CheckCommand.largestSize).contains(size) else {
      throw ValidationError("--size must be 1 to \(CheckCommand.largestSize)")
    }
    guard rtol >= 0, atol >= 0 else { throw ValidationError("tolerances are 0 or more") }
  }

  func run() throws {
    let cases = try CheckCase.find(model: model, data: data)
    let isSingle = cases.count == 1
    var failed = 0
    for item in cases {
      let report = item.check(size: size, absolute: atol, relative: rtol)
      if !report.isGood { failed += 1 }
      let text =
        json ? try report.json() : isSingle ? report.page() : report.line()
      FileHandle.standardOutput.write(Data((text + "\n").utf8))
      if profile {
        let listing = try NetworkProfile(of: item.model, size: size, precision: precision).text
        FileHandle.standardOutput.write(Data((listing + "\n").utf8))
      }
    }
    if !isSingle && !json {
      FileHandle.standardOutput.write(Data("\(cases.count - failed) of \(cases.count) models agree\n".utf8))
    }
    if failed > 0 { throw ExitCode.failure }
  }

  private static let largestSize = 1 << 13
}

/// A model to check, and where its recorded outputs are.
struct CheckCase {
  var name: String
  var model: URL
  var data: [URL]

  /// The cases that the arguments mean.
  static func find(model: String, data: String?) throws -> [CheckCase] {
    let files = FileManager.default
    let url = URL(fileURLWithPath: model)
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw ValidationError("there is no \(model)")
    }
    let recorded = try data.map { data in
      let folders = ModelTestData.folders(in: URL(fileURLWithPath: data))
      if folders.isEmpty { throw ValidationError("\(data) holds no output_0.pb and no test_data_set_*") }
      return folders
    }
    if !isFolder.boolValue { return [CheckCase(name: url.lastPathComponent, model: url, data: recorded ?? [])] }
    func inFolder(_ folder: URL) -> CheckCase? {
      let file = folder.appendingPathComponent("model.onnx")
      guard files.fileExists(atPath: file.path) else { return nil }
      return CheckCase(
        name: folder.lastPathComponent, model: file, data: recorded ?? ModelTestData.folders(in: folder))
    }
    if let single = inFolder(url) { return [single] }
    let cases = try files.contentsOfDirectory(atPath: url.path).sorted()
      .compactMap { inFolder(url.appendingPathComponent($0)) }
    if cases.isEmpty { throw ValidationError("\(model) holds no model.onnx, nor do the folders in it") }
    return cases
  }
}
