import ArgumentParser
import Foundation
import Server

/// Prints the contract: what protocol/openrpc.json holds.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the contract as an OpenRPC document.")

  func run() throws { FileHandle.standardOutput.write(Data(try Server.description().pretty().utf8)) }
}
