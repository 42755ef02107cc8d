import ArgumentParser

@main
struct Referee: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "referee", subcommands: [Classify.self])
}
