import CanonicalJSON
import Report
import Testing
import Validation

@Suite struct ValidationReportTests {
  private static let report = CalibrationStudy(mode: .quick).run(groups: [.coverage])

  private static func text(_ path: String) throws -> String {
    let file = try #require(
      try report.files(generator: "referee test").first { $0.path == path })
    return String(decoding: file.bytes, as: UTF8.self)
  }

  @Test func `the page follows the rules of every report`() throws {
    let html = try Self.text("validation.html")
    #expect(!html.contains("<script") && !html.contains("javascript:"))
    #expect(html.contains("default-src 'none'"))
    #expect(html.contains("<p class=\"kind\">Referee validation report</p>"))
    #expect(!html.contains("src=\"http") && !html.contains("@import"))
    #expect(html.utf8.count < 1 << 20)
    #expect(try Self.text("validation.html") == html)
  }

  @Test func `it shows where methods fail`() throws {
    let report = Self.report
    let short = report.rows(showing: .underCovers)
    #expect(short.contains { $0.method.contains("BCa") && $0.sampleSize == "40" })
    #expect(short.contains { $0.method.contains("robust t") && $0.scenario.hasPrefix("low") })
    #expect(short.contains { $0.method == "DeLong" && $0.scenario == "AUROC 0.97" })
    let html = try Self.text("validation.html")
    #expect(html.contains("Where methods fail"))
    #expect(html.contains("slope, BCa bootstrap"))
    // A group that was not run is not said to be fine.
    #expect(html.contains("Not seen in this run."))
  }

  @Test func `the document and the table hold every row`() throws {
    let document = try JSONValue(parsing: try Self.text("validation.json"))
    #expect(document["schema"]?.stringValue == ValidationReport.schema)
    #expect(document["rows"]?.arrayValue?.count == Self.report.rows.count)
    #expect(document["accepted"]?.boolValue == Self.report.isAccepted)
    let lines = try Self.text("validation.csv").split(separator: "\r\n")
    #expect(lines.count == Self.report.rows.count + 1)
    #expect(lines.allSatisfy { Self.fieldCount($0) == 9 })
  }

  /// Fields of a CSV line; commas between quotes do not count.
  private static func fieldCount(_ line: Substring) -> Int {
    var isQuoted = false
    return line.reduce(1) { count, character in
      if character == "\"" { isQuoted.toggle() }
      return character == "," && !isQuoted ? count + 1 : count
    }
  }
}
