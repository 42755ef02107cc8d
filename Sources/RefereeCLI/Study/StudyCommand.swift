import ArgumentParser
import CanonicalJSON
import Study

/// `referee study`: study folders and their format.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Write, check, lock and export a plan; check a published study.",
    subcommands: [
      StudyInitCommand.self, StudyCheckCommand.self, StudyLockCommand.self,
      StudyExportCommand.self, StudySchemaCommand.self,
    ])

  static func json(_ problem: StudyProblem) -> JSONValue {
    [
      "severity": .string(problem.severity.rawValue), "file": .string(problem.file),
      "line": problem.line.map { .integer(Int64($0)) } ?? .null,
      "column": problem.column.map { .integer(Int64($0)) } ?? .null,
      "message": .string(problem.message), "remedy": .string(problem.remedy),
    ]
  }

  /// The plan of a folder; its mistakes are printed before the error.
  static func plan(in folder: String) throws -> StudyPlan {
    try FileAccess.requireFolder(folder)
    let check = StudyPlan.check(folder: folder)
    guard let plan = check.plan else { throw StudyFormatErrors(problems: check.problems) }
    return plan
  }
}

/// `referee study schema`.
struct StudySchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of a study format.")

  @Flag(help: "The schema of claims.yaml instead of study.yaml.")
  var claims = false

  @Flag(help: "The schema of a plan instead of a published study.")
  var plan = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard !(claims && plan) else { throw ValidationError("choose --claims or --plan") }
  }

  func run() throws {
    printOutput((claims ? StudySchema.publishedClaims : plan ? .plan : .publishedStudy).text)
  }
}

/// A study folder has mistakes; they are printed already.
struct InvalidStudy: Error, CustomStringConvertible {
  let path: String
  let count: Int

  var description: String { "\(path) has \(count) mistake(s); mend them and check again" }
}
