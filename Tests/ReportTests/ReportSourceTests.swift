import Audit
import Foundation
import Report
import Study
import Testing

/// Every sourced number of the report, recomputed: findings and analyses from a fresh audit of the
/// files, cells and tables by code of this test from the raw CSV.
@Suite struct ReportSourceTests {
  private struct Sourced: Hashable {
    let source: String
    let text: String
  }

  private func sourced() throws -> [Sourced] {
    let page = try RenderedStudy.html(RenderedStudy.published.get().1)
    let all = page.matches(of: /<(?:span|td)[^>]* data-source="([^"]*)">([^<]*)<\/(?:span|td)>/).map
    {
      Sourced(
        source: Self.unescaped(String($0.output.1)), text: Self.unescaped(String($0.output.2)))
    }
    return Array(Set(all)).sorted { ($0.source, $0.text) < ($1.source, $1.text) }
  }

  @Test func `findings and analyses say what a fresh audit says`() throws {
    let fresh = AuditEngine.audit(try PublishedStudy.load(folder: RenderedStudy.folder))
    var evidence: [String: Evidence] = [:]
    for finding in fresh.findings {
      for (key, item) in finding.evidence { evidence["\(finding.id).\(key)"] = item }
    }
    for analysis in fresh.analyses {
      for (key, item) in analysis.evidence { evidence["\(analysis.id).\(key)"] = item }
    }
    var checked = 0
    for place in try sourced() where place.source.hasPrefix("R") || place.source.hasPrefix("dose-")
    {
      let item = try #require(evidence[place.source], "nothing called \(place.source)")
      #expect(
        [item.text, item.estimateText].contains(place.text),
        "\(place.source): \(place.text) is not \(item.text)")
      checked += 1
    }
    #expect(checked > 500)
  }

  @Test func `cells, counts and intervals follow from the raw table`() throws {
    let rows = try Self.csv("cells.csv")
    var checked = 0
    for place in try sourced() where place.source.hasPrefix("cells/") {
      let (id, field) = try Self.split(place.source)
      let parts = id.split(separator: "/").map(String.init)
      let row = try #require(
        rows.first {
          $0["version"] == parts[1] && $0["benchmark"] == parts[2]
            && $0["configuration"] == parts[3] && Double($0["alpha"] ?? "") == Double(parts[4])
        }, "no row \(id)")
      let printed = try #require(row["printed"])
      switch field {
      case "dose": #expect(place.text == parts[4])
      case "count":
        let numbers = place.text.components(separatedBy: " of ").compactMap(Int.init)
        #expect(numbers.count == 2)
        #expect(Self.rounds(numbers[0], of: numbers[1], to: printed), "\(place)")
        if let stated = row["n"], !stated.isEmpty { #expect(Int(stated) == numbers[1]) }
      case "rate":
        let count = try #require(try sourced().first { $0.source == "\(id).count" }).text
        let numbers = count.components(separatedBy: " of ").compactMap(Int.init)
        let (low, high) = Self.wilson(numbers[0], numbers[1])
        #expect(place.text.hasPrefix(Self.fixed(100 * Double(numbers[0]) / Double(numbers[1]))))
        #expect(place.text.hasSuffix("[\(Self.fixed(low)), \(Self.fixed(high))]"), "\(place)")
      default: #expect(field == "change", "\(place.source) is of no known kind")
      }
      checked += 1
    }
    #expect(checked > 100)
  }

  @Test(arguments: [("detection", "detection.csv"), ("grid", "grid.csv")])
  func `printed numbers of other tables are those of the files`(
    _ prefix: String, _ file: String
  ) throws {
    let raw = Set(try Self.csv(file).flatMap(\.values))
    for place in try sourced() where place.source.hasPrefix(prefix + "/") {
      let (_, field) = try Self.split(place.source)
      if field.hasSuffix("Interval") { continue }
      let isKnown =
        raw.contains(place.text)
        || raw.contains { Double($0) != nil && Double($0) == Double(place.text) }
      #expect(isKnown, "\(place.source): \(place.text)")
    }
  }

  // MARK: - Independent arithmetic

  /// Wilson's interval in percent, written out here on purpose.
  private static func wilson(_ x: Int, _ n: Int) -> (Double, Double) {
    let z = 1.959963984540054
    let (x, n) = (Double(x), Double(n))
    let center = (x + z * z / 2) / (n + z * z)
    let half = z / (n + z * z) * (x * (n - x) / n + z * z / 4).squareRoot()
    return (x == 0 ? 0 : 100 * (center - half), x == n ? 100 : 100 * (center + half))
  }

  private static func fixed(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func rounds(_ x: Int, of n: Int, to printed: String) -> Bool {
    guard let value = Double(printed.dropLast()) else { return false }
    return abs(100 * Double(x) / Double(n) - value) <= 0.05 + 1e-9
  }

  private static func split(_ source: String) throws -> (String, String) {
    let point = try #require(source.lastIndex(of: "."))
    return (String(source[..<point]), String(source[source.index(after: point)...]))
  }

  private static func csv(_ file: String) throws -> [[String: String]] {
    let text = try String(contentsOfFile: RenderedStudy.folder + "/" + file, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(lines.first)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  private static func unescaped(_ text: String) -> String {
    text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }
}
