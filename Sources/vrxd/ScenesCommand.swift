import ArgumentParser
import Foundation
import SyntheticScenes

/// Draws toy vehicles into a folder, or says where the embedded network is: what the demo and the training script call.
struct ScenesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenes",
    abstract: "Draw toy vehicles with known parts, or describe the embedded network.",
    shouldDisplay: false)

  @Flag(name: .customLong("print-model"), help: "Print where the embedded network is and how to load it, as JSON.")
  var printsModel = false

  @Option(help: "The folder to write to; it is created.")
  var out: String?

  @Option(help: "Scenes of each class.")
  var perClass = 50

  @Option(help: "Pictures without a vehicle.")
  var random = 100

  @Option(help: "Scenes of each class that are kept apart.")
  var heldOut = 10

  @Option(help: "What decides everything that is random.")
  var seed: UInt64 = 0

  func validate() throws {
    if out == nil && !printsModel { throw ValidationError("give --out DIR or --print-model") }
  }

  func run() throws {
    if let out {
      try SceneSet.write(
        to: URL(fileURLWithPath: out), perClass: perClass, random: random, heldOut: heldOut, seed: seed)
    }
    if printsModel { FileHandle.standardOutput.write(try EmbeddedNetwork.loadArguments() + Data("\n".utf8)) }
  }
}
