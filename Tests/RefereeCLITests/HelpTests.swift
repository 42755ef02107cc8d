import CanonicalJSON
import Foundation
import TestSupport
import Testing

@Suite struct HelpTests {
  static let commands = [
    [], ["audit"], ["render"], ["study"], ["study", "check"], ["study", "schema"], ["compute"],
    ["power"], ["power", "dose"], ["power", "detection"], ["power", "equivalence"],
    ["power", "two-arm"], ["validate"], ["doctor"], ["model"], ["model", "info"],
    ["model", "tokenize"], ["model", "extract"], ["model", "logits"], ["model", "generate"],
    ["model", "cett"], ["model", "compare"], ["model", "quantise"], ["import"], ["store"],
    ["store", "info"], ["store", "export"], ["store", "merge"], ["store", "schema"], ["verify"],
    ["bundle"], ["run"], ["study", "init"], ["study", "lock"], ["study", "export"], ["classify"],
    ["classify", "fit"], ["classify", "predict"],
    ["classify", "verify"], ["classify", "synth"],
  ]

  @Test(arguments: commands)
  func `help is as recorded`(_ command: [String]) throws {
    let run = try RefereeRun(command + ["--help"])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    let name = (["referee"] + command).joined(separator: "-")
    try Snapshot.compare(run.output, to: "\(name).txt")
  }

  /// What the parser itself knows of the commands.
  static func dump() throws -> JSONValue {
    try RefereeRun("--experimental-dump-help").document()
  }

  /// Names of a command and of everything below it, "power dose" and so on.
  static func paths(_ command: JSONValue, _ above: [String] = []) -> [[String]] {
    let children = (command["subcommands"]?.arrayValue ?? []).filter {
      $0["commandName"]?.stringValue != "help"
    }
    return children.flatMap { child -> [[String]] in
      let path = above + [child["commandName"]?.stringValue ?? "?"]
      return [path] + paths(child, path)
    }
  }

  @Test func `every command has its help recorded`() throws {
    let command = try #require(try Self.dump()["command"])
    #expect(Set(Self.paths(command)) == Set(Self.commands.filter { !$0.isEmpty }))
  }

  @Test func `the manual names every command and option`() throws {
    let manual = try String(
      contentsOf: Repository.root.appending(path: "docs/man/referee.1"), encoding: .utf8)
    let command = try #require(try Self.dump()["command"])
    for path in Self.paths(command) {
      let name = (["referee"] + path).joined(separator: " ").replacing("-", with: "\\-")
      #expect(manual.contains(".SS \"\(name)\"\n"), "\(path) is not in the manual")
    }
    func options(_ command: JSONValue) -> [String] {
      (command["arguments"]?.arrayValue ?? []).filter { $0["shouldDisplay"]?.boolValue != false }
        .flatMap { $0["names"]?.arrayValue ?? [] }
        .filter { $0["kind"]?.stringValue == "long" }
        .compactMap { $0["name"]?.stringValue }
        + (command["subcommands"]?.arrayValue ?? []).flatMap(options)
    }
    for option in Set(options(command)).sorted() {
      let roff = option.replacing("-", with: "\\-")
      #expect(manual.contains("\\-\\-" + roff), "--\(option) is not in the manual")
    }
    for status in ["64", "65", "66", "74", "75", "130"] {
      #expect(manual.contains("\n.B \(status)\n"), "exit status \(status) is not in the manual")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions exist for every command`(_ shell: String) throws {
    let run = try RefereeRun("--generate-completion-script", shell)
    #expect(run.status == 0)
    for name in ["audit", "render", "study", "compute", "power", "validate", "doctor"] {
      #expect(run.output.contains(name))
    }
  }
}
