import CanonicalJSON
import Foundation
import Testing

@Suite struct JSONOutputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let schema: String

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let cases = [
    Case(arguments: ["audit", Repository.study, "--json"], schema: "referee/"),
    Case(
      arguments: ["study", "check", Repository.study, "--json"], schema: "referee/study-check/v1"),
    Case(arguments: ["compute", "--list", "--json"], schema: "referee/compute-list/v1"),
    Case(arguments: ["doctor", "--json"], schema: "referee/"),
    Case(
      arguments: [
        "power", "dose", "--baseline", "0.375", "--effect", "20", "--correlation", "0.6",
        "--items", "40", "--simulations", "20", "--permutations", "99", "--json",
      ], schema: "referee/power/v1"),
    Case(
      arguments: [
        "power", "detection", "--auroc", "0.7", "--simulations", "20", "--half-width", "0.05",
        "--json",
      ], schema: "referee/power/v1"),
    Case(
      arguments: ["power", "equivalence", "--rate", "0.1", "--margin", "20", "--json"],
      schema: "referee/power/v1"),
    Case(
      arguments: ["power", "equivalence", "--discordance", "0.2", "--margin", "20", "--json"],
      schema: "referee/power/v1"),
    Case(
      arguments: [
        "power", "two-arm", "--baseline", "0.375", "--effect", "-20", "--items", "60", "--json",
      ], schema: "referee/power/v1"),
  ]

  @Test(arguments: cases)
  func `one document with sorted keys and nothing else`(_ expected: Case) throws {
    let run = try RefereeRun(expected.arguments)
    // The doctor may find something to say about this machine; its document is whole all the same.
    let isDoctor = expected.arguments[0] == "doctor"
    #expect(run.status == 0 || isDoctor, "\(run.errors)")
    let document = try run.document()
    // The writer sorts keys and spells numbers canonically, so equality proves both.
    #expect(try document.prettyText() == run.output)
    #expect(document["schema"]?.stringValue?.hasPrefix(expected.schema) == true)
    #expect(run.errors.isEmpty || isDoctor, "\(run.errors)")
  }

  @Test func `the same command prints the same bytes`() throws {
    for expected in Self.cases where expected.arguments[0] != "doctor" {
      let first = try RefereeRun(expected.arguments)
      let second = try RefereeRun(expected.arguments, environment: ["LANG": "de_DE.UTF-8"])
      #expect(first.output == second.output, "\(expected.testDescription)")
    }
  }

  @Test func `an undefined power has a reason`() throws {
    let run = try RefereeRun(
      "power", "two-arm", "--baseline", "0.5", "--effect", "1", "--items", "5", "--json")
    let document = try run.document()
    let key = "fisherMinimalDetectablePercentagePoints"
    #expect(document["results"]?[key]?.isNull == true)
    #expect(document["reasons"]?[key]?.stringValue?.hasPrefix("boundary") == true)
  }
}
