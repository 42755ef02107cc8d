import ArgumentParser
import CanonicalJSON
import Foundation
import Study

/// `referee study`: study folders and their format.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study", abstract: "Check a study folder, or print the format that it must have.",
    subcommands: [Check.self, Schema.self])

  /// `referee study check PATH`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report every mistake in a study folder with its file, line and remedy.")

    @Argument(help: "The study folder.", completion: .directory)
    var path: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
      try FileAccess.requireFolder(path)
      let check = PublishedStudy.check(folder: path)
      if !global.json {
        for problem in check.problems { printOutput("\(problem)\n") }
        if let study = check.study {
          printOutput(
            """
            \(study.id): \(study.cells.count) cells, \(study.detection.count) detection rows, \
            \(study.grid.count) grid rows, \(study.claims.count) claims; \
            \(check.problems.count) warnings

            """)
        }
      } else {
        let document: JSONValue = [
          "schema": "referee/study-check/v1", "valid": .bool(check.study != nil),
          "problems": .array(check.problems.map(Self.json)),
        ]
        printOutput(try document.prettyText())
      }
      if check.study == nil {
        throw InvalidStudy(path: path, count: check.problems.count { $0.severity == .error })
      }
    }

    private static func json(_ problem: StudyProblem) -> JSONValue {
      [
        "severity": .string(problem.severity.rawValue), "file": .string(problem.file),
        "line": problem.line.map { .integer(Int64($0)) } ?? .null,
        "column": problem.column.map { .integer(Int64($0)) } ?? .null,
        "message": .string(problem.message), "remedy": .string(problem.remedy),
      ]
    }
  }

  /// `referee study schema`.
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the JSON Schema of the published-study format.")

    @Flag(help: "The schema of claims.yaml instead of study.yaml.")
    var claims = false

    @OptionGroup var global: GlobalOptions

    func run() throws {
      printOutput((claims ? StudySchema.publishedClaims : .publishedStudy).text)
    }
  }
}

/// A study folder has mistakes; they are printed already.
struct InvalidStudy: Error, CustomStringConvertible {
  let path: String
  let count: Int

  var description: String { "\(path) has \(count) mistake(s); mend them and check again" }
}
