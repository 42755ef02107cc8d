import CanonicalJSON
import Foundation
import Study
import StudyFixtures
import Testing

@Suite struct `Documentation of the format` {
  private func document() throws -> String {
    try String(
      contentsOfFile: RepositoryFolder.path("docs/published-study-format.md"), encoding: .utf8)
  }

  @Test func `holds an example that loads`() throws {
    var files: [String: String] = [:]
    var name: String?
    for line in try document().split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        name = line.split(separator: " ").first { $0.hasPrefix("file=") }.map {
          String($0.dropFirst(5))
        }
      } else if let name {
        files[name, default: ""] += line + "\n"
      }
    }
    #expect(files.keys.sorted() == ["cells.csv", "claims.yaml", "detection.csv", "study.yaml"])
    let folder = try StudyFolder(files)
    #expect(folder.problems == [])
    #expect(folder.study?.cells.count == 8)
  }

  @Test(arguments: ClaimPredicate.allCases)
  func `lists every predicate with its names and rules`(predicate: ClaimPredicate) throws {
    let signature = predicate.signature
    func names(_ required: [String], _ optional: [String]) -> String {
      let words = required.map { "**`\($0)`**" } + optional.map { "`\($0)`" }
      return words.isEmpty ? "–" : words.joined(separator: ", ")
    }
    let tables = signature.tables.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    let isAny = signature.tables == RowReference.Table.allCases
    let row =
      "| `\(predicate.rawValue)` | \(signature.meaning) "
      + "| \(names(signature.requiredValues, signature.optionalValues)) "
      + "| \(names(signature.requiredTerms, signature.optionalTerms)) "
      + "| \(isAny ? "any" : tables.isEmpty ? "–" : tables) "
      + "| \(signature.rules.isEmpty ? "–" : signature.rules.joined(separator: " ")) |"
    #expect(try document().contains(row), "expected the row \(row)")
  }

  @Test(arguments: RowReference.Table.allCases)
  func `names every table`(table: RowReference.Table) throws {
    #expect(try document().contains("| `\(table.fileName)` |"))
  }
}

@Suite struct `Schemas` {
  @Test(arguments: StudySchema.allCases)
  func `are JSON documents equal to the files`(schema: StudySchema) throws {
    let file = try String(
      contentsOfFile: RepositoryFolder.path("templates/\(schema.rawValue)"), encoding: .utf8)
    #expect(schema.text == file)
    let document = try JSONValue(parsing: file)
    #expect(document["$schema"] == "https://json-schema.org/draft/2020-12/schema")
  }

  /// An unknown keyword would be passed over in silence by the checker.
  @Test(arguments: StudySchema.allCases)
  func `use only keywords that are checked`(schema: StudySchema) throws {
    func visit(_ value: JSONValue, path: String) {
      for (key, member) in value.objectValue ?? [:] {
        #expect(StudySchema.keywords.contains(key), "\(path)/\(key)")
        switch key {
        case "properties", "$defs":
          for (name, inner) in member.objectValue ?? [:] {
            visit(inner, path: "\(path)/\(key)/\(name)")
          }
        case "items", "additionalProperties", "propertyNames": visit(member, path: "\(path)/\(key)")
        default: break
        }
      }
    }
    visit(try JSONValue(parsing: schema.text), path: "")
  }

  @Test func `list the predicates`() throws {
    let schema = try JSONValue(parsing: StudySchema.publishedClaims.text)
    let words = schema["properties"]?["claims"]?["items"]?["properties"]?["predicate"]?["enum"]
    let listed = words?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(listed.sorted() == ClaimPredicate.allCases.map(\.rawValue).sorted())
  }
}
