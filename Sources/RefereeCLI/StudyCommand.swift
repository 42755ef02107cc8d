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
      let problems: [StudyProblem]
      do {
        let study = try PublishedStudy.load(folder: path)
        problems = []
        if !global.json {
          printOutput(
            """
            \(study.id): \(study.cells.count) cells, \(study.detection.count) detection rows, \
            \(study.grid.count) grid rows, \(study.claims.count) claims; no mistakes

            """)
        }
      } catch {
        problems = error.problems
      }
      if global.json {
        let document: JSONValue = [
          "schema": "referee/study-check/v1", "problems": .array(problems.map(\.json)),
        ]
        printOutput(try document.prettyText())
      }
      if !problems.isEmpty { throw StudyFormatError(problems: problems) }
    }
  }

  /// `referee study schema`.
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the JSON Schema of the published-study format.")

    @OptionGroup var global: GlobalOptions

    func run() throws { printOutput(try StudySchema.published()) }
  }
}
