import Audit
import Foundation
import Randomness
import RawStore
import Report
import RowAudit
import Testing

/// A rendered audit of rows: self-contained, every number tied to its source and recomputed here.
@Suite struct RowReportTests {
  /// Names that would break a page if they were not escaped.
  private static let hostile = "<script>alert(1)</script>{x}&\"'\u{202E}"

  private static func matrix(
    _ set: String, isControl: Bool, rates: [Double], seed: UInt64, unscored: Int = 0
  ) -> OutcomeMatrix {
    let items = 120
    let doses: [Double] = [0, 1, 2, 3]
    var cells: [UInt8] = []
    for item in 0..<items {
      for (column, rate) in rates.enumerated() {
        var random = RandomStream(
          seed: seed, analysis: "item", index: UInt64(item), substream: column == 1 ? 0 : 1)
        let isTrue = random.uniform() < rate
        cells.append(column == 3 && item < unscored ? 2 : isTrue ? 1 : 0)
      }
    }
    return OutcomeMatrix(
      arm: Arm(
        benchmark: "quiz", configuration: "a", neuronSet: set, isControl: isControl,
        endpoint: "compliance", judge: "rule"),
      doses: doses, items: (0..<items).map { "q\(1_000 + $0)" }, replicateCount: 1, cells: cells,
      unscoredClasses: ["parse-failure"], contentHash: "hash-\(seed)")
  }

  private static let table: RawTable = {
    var random = RandomStream(seed: 4, analysis: "scores")
    let labels = (0..<150).map { $0 % 3 == 0 }
    let scores = labels.map { label in
      min(0.999, max(0.001, 0.5 + 0.2 * (random.normal() + (label ? 0.8 : -0.8))))
    }
    return RawTable(
      study: hostile,
      outcomes: [
        matrix("h-neurons", isControl: false, rates: [0.5, 0.55, 0.6, 0.7], seed: 1, unscored: 3),
        matrix(hostile, isControl: true, rates: [0.5, 0.55, 0.55, 0.5], seed: 2),
      ],
      identicalResponses: [
        IdenticalResponses(
          benchmark: "quiz", judge: "rule", item: "q1001", responseHash: "x", trueCount: 2,
          falseCount: 1, unscoredCount: 0)
      ],
      detection: [
        DetectionScores(
          set: "in-domain", detector: "d", items: labels.indices.map { "q\(1_000 + $0)" },
          labels: labels, scores: scores, predictions: scores.map { $0 >= 0.5 },
          spanLengths: labels.indices.map { Optional($0 % 9) },
          responseLengths: labels.map { _ in nil }, contentHash: "d")
      ],
      samples: [
        SampledItem(
          benchmark: "consistency", item: "a", responseHashes: ["x", "y"],
          judgements: [true, false])
      ],
      neurons: (0..<8).map {
        NeuronRow(
          detector: "d", layer: $0, expert: nil, isShared: false, index: 1, weight: 1, count: 1)
      }, splits: ["train": ["q1000"], "test": ["q1000", "q1001"]],
      sources: [
        RowSource(
          path: hostile, sha256: String(repeating: "a", count: 64), sizeBytes: 9, format: "csv",
          acceptedCount: 3, skippedCount: 2, rejectedCount: 1)
      ], contentHash: String(repeating: "c", count: 64))
  }()

  private static func audit() throws -> RowAuditResult {
    var settings = RowAuditSettings()
    settings.permutationCount = 299
    settings.resampleCount = 200
    return try RowAuditEngine.audit(table, settings: settings)
  }

  private static let rendered = Result {
    let result = try audit()
    return (
      result, try ReportBundle(result, generator: "referee test", software: [("Cairo", "test")])
    )
  }

  private func html() throws -> String { try RenderedStudy.html(Self.rendered.get().1) }

  @Test func `one safe file: no script, no request, no unescaped name`() throws {
    let page = try html()
    #expect(!page.contains("<script"))
    #expect(!page.contains(" src="))
    #expect(!page.contains(" style=\""))
    #expect(!page.contains("\u{202E}"))
    #expect(page.contains("&lt;script&gt;"))
    for match in page.matches(of: /href="([^"]*)"/) {
      let target = match.output.1
      #expect(
        target.hasPrefix("#") || target.hasPrefix("data:text/csv")
          || target.hasPrefix("https://doi.org/"), "link to \(target.prefix(80))")
    }
  }

  @Test func `anchors are unique and every inner link has one`() throws {
    let page = try html()
    let ids = page.matches(of: /\sid="([^"]*)"/).map { String($0.output.1) }
    #expect(ids.count == Set(ids).count)
    let known = Set(ids)
    for match in page.matches(of: /href="#([^"]*)"/) {
      #expect(known.contains(String(match.output.1)), "no anchor \(match.output.1)")
    }
  }

  @Test func `the sections are there, in the order of the outline`() throws {
    let page = try html()
    let sections = [
      "summary", "registration", "flow", "checks-neutral", "doses", "specificity", "replication",
      "detection", "layers", "published", "multiplicity", "findings", "checks", "limits",
      "methods", "provenance", "checklist",
    ]
    let places = try sections.map { id in
      try #require(page.range(of: "<section id=\"\(id)\""), "no section \(id)").lowerBound
    }
    #expect(places == places.sorted())
  }

  @Test func `every sourced number is the one of a fresh audit`() throws {
    let fresh = try Self.audit()
    var evidence: [String: [String]] = [:]
    for finding in fresh.findings {
      for (key, item) in finding.evidence {
        evidence["\(finding.id).\(key)"] = [item.text, item.estimateText]
      }
    }
    for analysis in fresh.analyses {
      for (key, item) in analysis.evidence {
        evidence["\(analysis.id).\(key)"] = [item.text, item.estimateText]
      }
    }
    let kinds = [
      "R", "dose-response/", "specificity/", "detection/", "judge-retest/", "consistency/",
      "overlap/", "layers/", "no-op", "unscored/",
    ]
    var checked = 0
    for place in try sourced() where kinds.contains(where: place.source.hasPrefix) {
      if place.source.hasSuffix(".rows") { continue }
      let known = try #require(evidence[place.source], "nothing called \(place.source)")
      // A replaced control character differs from the name that it stands in.
      let isSame = known.map { $0.replacing("\u{202E}", with: "\u{FFFD}") }.contains(place.text)
      #expect(isSame, "\(place.source): \(place.text) is not \(known)")
      checked += 1
    }
    #expect(checked > 300)
  }

  @Test func `rates and counts follow from the cells by code of this test`() throws {
    let matrix = Self.table.outcomes[0]
    for (column, place) in (1...4).enumerated() {
      var (trues, scored, unscored) = (0, 0, 0)
      for item in matrix.items.indices {
        switch matrix.cells[item * 4 + column] {
        case 1:
          trues += 1
          scored += 1
        case 0: scored += 1
        default: unscored += 1
        }
      }
      let (low, high) = Self.wilson(trues, scored)
      let rate = "\(Self.fixed(100 * Double(trues) / Double(scored)))% [\(low), \(high)]"
      let owner = "dose-response/quiz/a/h-neurons"
      for (key, text) in [
        ("rate-\(place)", rate), ("true-\(place)", "\(trues)"), ("scored-\(place)", "\(scored)"),
        ("unscored-\(place)", "\(unscored)"),
      ] {
        let found = try sourced().filter { $0.source == "\(owner).\(key)" }.map(\.text)
        #expect(found.contains(text), "\(key): \(found) is not \(text)")
      }
    }
  }

  @Test func `flow and coverage count every row once`() throws {
    let cells = Self.table.outcomes.flatMap(\.cells)
    let scored = cells.count { $0 < 2 }
    let texts = try sourced()
    #expect(texts.contains { $0.source == "flow.scored" && $0.text == "\(scored)" })
    #expect(texts.contains { $0.source == "flow.planned" && $0.text == "\(cells.count)" })
    #expect(texts.contains { $0.source == "outline.outcomeCount" && $0.text == "\(cells.count)" })
  }

  @Test func `rendering twice gives the same bytes, and the PDF is one`() throws {
    let (result, first) = try Self.rendered.get()
    let second = try ReportBundle(
      result, generator: "referee test", software: [("Cairo", "test")])
    #expect(first.files == second.files)
    let pdf = try RenderedStudy.file("report.pdf", first)
    #expect(pdf.starts(with: Array("%PDF-".utf8)))
    let tables = first.files.filter { $0.path.hasPrefix("data/") }
    #expect(tables.count > 20)
  }

  // MARK: - Helpers

  private struct Sourced: Hashable {
    let source: String
    let text: String
  }

  private func sourced() throws -> [Sourced] {
    let page = try html()
    let tied = /<(?:span|td|th)(?: class="[^"]*")? data-source="([^"]*)">([^<]*)<\//
    return page.matches(of: tied).map {
      Sourced(
        source: Self.unescaped(String($0.output.1)).replacing("\u{FFFD}", with: "\u{202E}"),
        text: Self.unescaped(String($0.output.2)))
    }
  }

  private static func unescaped(_ text: String) -> String {
    text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }

  private static func wilson(_ x: Int, _ n: Int) -> (String, String) {
    let z = 1.959963984540054
    let (x, n) = (Double(x), Double(n))
    let center = (x + z * z / 2) / (n + z * z)
    let half = z / (n + z * z) * (x * (n - x) / n + z * z / 4).squareRoot()
    return (fixed(100 * (center - half)), fixed(100 * (center + half)))
  }

  private static func fixed(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
