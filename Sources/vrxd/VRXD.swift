import ArgumentParser

/// The daemon's command line.
@main
struct VRXD: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vrxd",
    abstract: "Explains an image classifier's decisions by visual concepts, their places and their relations.",
    version: version,
    subcommands: [ServeCommand.self, CheckCommand.self, SchemaCommand.self, ReplayCommand.self, ScenesCommand.self],
    defaultSubcommand: ServeCommand.self)

  static let version = "0.1.0"
}
