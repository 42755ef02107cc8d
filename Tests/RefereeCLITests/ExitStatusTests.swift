import CanonicalJSON
import Foundation
import Testing

@Suite struct ExitStatusTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    var input = ""
    let status: Int32
    /// Words that standard error must hold.
    var message = ""

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let cases = [
    Case(arguments: ["--version"], status: 0),
    Case(arguments: ["--help"], status: 0),
    Case(arguments: ["compute", "wilson"], input: #"{"x": 1, "n": 4}"#, status: 0),
    Case(arguments: ["audit", Repository.study], status: 0),
    Case(
      arguments: ["audit", Repository.study, "--fail-on", "critical"], status: 1,
      message: "critical"),
    Case(
      arguments: ["audit", Repository.study, "--fail-on", "integrity,deviation"], status: 0),
    Case(
      arguments: ["audit", Repository.study, "--fail-on", "integrity,refuted"], status: 1,
      message: "refuted"),
    Case(arguments: ["audit", Repository.study, "--fail-on", "anything"], status: 64),
    Case(arguments: ["audit"], status: 64, message: "study"),
    Case(arguments: ["no-such-command"], status: 64),
    Case(arguments: ["audit", Repository.study, "--no-such-flag"], status: 64),
    Case(arguments: ["compute"], status: 64, message: "--list"),
    Case(arguments: ["power", "dose", "--baseline", "0.4"], status: 64),
    Case(
      arguments: ["power", "equivalence", "--margin", "10"], status: 64, message: "--discordance"),
    Case(
      arguments: [
        "power", "dose", "--baseline", "0.95", "--effect", "10", "--correlation", "0.6",
      ], status: 65, message: "rate"),
    Case(arguments: ["compute", "wilsom"], input: "{}", status: 65, message: "wilson"),
    Case(arguments: ["compute", "wilson"], input: "", status: 65, message: "1:1"),
    Case(arguments: ["compute", "wilson"], input: "[1]", status: 65, message: "object"),
    Case(
      arguments: ["compute", "wilson"], input: #"{"x": 1, "x": 2, "n": 4}"#, status: 65,
      message: "x"),
    Case(
      arguments: ["compute", "wilson"], input: #"{"x": 5, "n": 4}"#, status: 65, message: "5"),
    Case(
      arguments: ["compute", "wilson"], input: #"{"x": "1", "n": 4}"#, status: 65,
      message: "an integer"),
    Case(
      arguments: ["compute", "wilson"], input: #"{"x": 1, "n": 4, "surprise": 1}"#, status: 65,
      message: "surprise"),
    Case(arguments: ["compute", "wilson", "no/such/file"], status: 66, message: "no/such/file"),
    Case(arguments: ["audit", "no/such/folder"], status: 66, message: "no/such/folder"),
    Case(arguments: ["study", "check", "no/such/folder"], status: 66, message: "no/such/folder"),
    Case(
      arguments: ["render", Repository.study, "--out", "/dev/null/report"], status: 74,
      message: "--out"),
  ]

  @Test(arguments: cases)
  func `the exit code tells what happened`(_ expected: Case) throws {
    let run = try RefereeRun(expected.arguments, input: expected.input)
    #expect(run.status == expected.status, "\(run.errors)")
    #expect(
      expected.message.isEmpty || run.errors.contains(expected.message), "\(run.errors)")
    // Errors are for people and never mix with the output.
    if expected.status >= 64 {
      #expect(run.output.isEmpty, "\(run.output.prefix(300))")
      #expect(!run.errors.isEmpty)
      #expect(!run.errors.contains("Fatal error"))
    }
  }

  @Test func `a failed gate still prints the whole result`() throws {
    let passed = try RefereeRun("audit", Repository.study, "--json")
    let failed = try RefereeRun("audit", Repository.study, "--json", "--fail-on", "critical")
    #expect(passed.status == 0 && failed.status == 1)
    #expect(passed.output == failed.output)
    #expect(passed.errors.isEmpty)
    #expect(failed.errors.contains("the gate failed"))
  }
}
