import ArgumentParser
import Foundation
import SyntheticScenes

/// Draws scenes with known parts into a folder, or says where the embedded network is: what the demo, the training
/// script and the benchmarks call.
struct ScenesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenes",
    abstract: "Draw toy scenes with known parts, or describe the embedded network.",
    shouldDisplay: false)

  @Flag(name: .customLong("print-model"), help: "Print where the embedded network is and how to load it, as JSON.")
  var printsModel = false

  @Option(help: "The folder to write to; it is created.")
  var out: String?

  @Option(
    help: "The family of scenes: \(SceneFamily.allCases.map(\.rawValue).joined(separator: ", ")).",
    transform: { try choice($0) })
  var family = SceneFamily.vehicles

  @Option(help: "Scenes of each class, with the family's bias where it has one.")
  var perClass = 50

  @Option(help: "Pictures without a subject.")
  var random = 100

  @Option(help: "Held-out scenes of each class, without the bias.")
  var heldOut = 10

  @Option(help: "Scenes of each class with changed parts, each also before the change.")
  var edited = 0

  @Option(
    help:
      "How parts are changed: \(SceneEdit.Operation.allCases.map(\.rawValue).joined(separator: ", ")); any of them if not given.",
    transform: { try choice($0) as SceneEdit.Operation })
  var edit: SceneEdit.Operation?

  @Option(help: "Changes in each changed scene.")
  var edits = 1

  @Flag(help: "Leave out of changed scenes, before and after, the other parts that distinguish the class.")
  var isolated = false

  @Option(help: "Decides everything that is random.")
  var seed: UInt64 = 0

  func validate() throws {
    if out == nil && !printsModel { throw ValidationError("give --out DIR or --print-model") }
  }

  func run() throws {
    if let out {
      var set = SceneSet()
      set.family = family
      set.perClass = perClass
      set.random = random
      set.heldOut = heldOut
      set.edited = edited
      set.operation = edit
      set.edits = edits
      set.isolatesEdits = isolated
      set.seed = seed
      try set.write(to: URL(fileURLWithPath: out))
    }
    if printsModel { FileHandle.standardOutput.write(try EmbeddedNetwork.loadArguments() + Data("\n".utf8)) }
  }
}

/// The value of this name. Throws `ValidationError` with all names where no value has it.
private func choice<Value: RawRepresentable & CaseIterable>(_ name: String) throws -> Value
where Value.RawValue == String {
  guard let value = Value(rawValue: name) else {
    let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("there is no '\(name)'; there are \(names)")
  }
  return value
}
