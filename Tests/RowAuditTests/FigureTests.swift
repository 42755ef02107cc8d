import Foundation
import RawStore
import RowAudit
import Statistics
import Study
import Testing

@Suite struct FigureTests {
  private let matrix = RowFixture.matrix(
    RowFixture.arm(), rates: [0.60, 0.62, 0.64, 0.66, 0.68, 0.70, 0.72], items: 400)

  private func figure(
    _ statistic: FigureStatistic, _ printed: String, _ interval: (String, String)? = nil,
    method: FigureMethod? = nil, rows fill: (inout PublishedFigure.Rows) -> Void = { _ in }
  ) throws -> PublishedFigure {
    var rows = PublishedFigure.Rows()
    rows.benchmark = "quiz"
    rows.neuronSet = "h-neurons"
    fill(&rows)
    return PublishedFigure(
      id: "f", statistic: statistic, printed: try #require(PrintedNumber(printed)),
      lower: try interval.map { try #require(PrintedNumber($0.0)) },
      upper: try interval.map { try #require(PrintedNumber($0.1)) }, method: method, rows: rows,
      source: SourceReference(file: "figures.yaml", line: 1, key: "f"))
  }

  private func judge(_ figure: PublishedFigure) throws -> FigureResult {
    try #require(
      try FigureAuditor.audit([figure], table: RowFixture.table([matrix])).first)
  }

  private func atDoseOne(_ rows: inout PublishedFigure.Rows) { rows.dose = 1 }

  @Test func `digits decide between exact, rounding and contradiction`() throws {
    #expect(
      try judge(figure(.rate, "64.0%", rows: atDoseOne)).verdict == .reproducedExactly)
    // A whole unit is neither rounding nor truncation.
    #expect(try judge(figure(.rate, "64.1%", rows: atDoseOne)).verdict == .contradicted)
    // 193 of 301 are 64.12%.
    let odd = RowFixture.table([
      RowFixture.matrix(
        RowFixture.arm(), rates: [0.60, 0.62, 0.64, 0.66, 0.68, 0.70, 0.72], items: 301)
    ])
    for (printed, verdict) in [
      ("64.1%", FigureVerdict.reproducedExactly), ("64.2%", .withinRounding),
      ("64.0%", .contradicted),
    ] {
      let result = try FigureAuditor.audit([figure(.rate, printed, rows: atDoseOne)], table: odd)
      #expect(result.map(\.verdict) == [verdict], "\(printed)")
    }
    #expect(try judge(figure(.questions, "400")).verdict == .reproducedExactly)
    #expect(try judge(figure(.questions, "401")).verdict == .contradicted)
  }

  @Test func `an interval by another method is named`() throws {
    let share = try Proportion(successes: 256, trials: 400)
    func ends(_ interval: Interval) -> (String, String) {
      func text(_ value: Double) -> String {
        let tenths = Int((value * 1_000).rounded())
        return "\(tenths / 10).\(tenths % 10)%"
      }
      return (text(interval.lower), text(interval.upper))
    }
    let wilson = ends(share.wilsonInterval())
    #expect(
      try judge(
        figure(.rate, "64.0%", wilson, method: FigureMethod(name: .wilson), rows: atDoseOne)
      ).verdict == .reproducedExactly)
    let exact = ends(share.clopperPearsonInterval())
    #expect(wilson != exact)
    let other = try judge(
      figure(.rate, "64.0%", exact, method: FigureMethod(name: .wilson), rows: atDoseOne))
    #expect(other.verdict == .otherMethod)
    #expect(other.method == "clopper-pearson")
    #expect(other.tried.first == "wilson")
    let unstated = try judge(figure(.rate, "64.0%", exact, rows: atDoseOne))
    #expect(unstated.verdict == .reproducedExactly)
    #expect(unstated.method == "clopper-pearson")
  }

  @Test func `the seed of a script is found`() throws {
    let values = (0..<400).map { matrix.outcome(item: $0, column: 2) == true ? 1.0 : 0 }
    let interval = try #require(
      NumPyBootstrap(seed: 1_234, resampleCount: 1_000).mean(of: values)
        .percentileInterval(confidenceLevel: 0.95).value)
    let result = try judge(
      figure(
        .rate, "64.00%",
        ("\(Self.text(interval.lower))%", "\(Self.text(interval.upper))%"),
        method: FigureMethod(name: .numpyPercentile, resampleCount: 1_000), rows: atDoseOne))
    #expect([.otherMethod, .reproducedExactly].contains(result.verdict))
    if result.verdict == .otherMethod { #expect(result.method?.contains("seed") == true) }
  }

  private static func text(_ value: Double) -> String {
    let units = Int((value * 10_000).rounded())
    let rest = units % 100
    return "\(units / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  @Test func `an interval that no method gives, and rows that are not there`() throws {
    let absurd = try judge(
      figure(
        .rate, "64.0%", ("10.0%", "11.0%"), method: FigureMethod(name: .wilson), rows: atDoseOne))
    #expect(absurd.verdict == .notReproducible)
    #expect(absurd.tried.count > 20)
    let missing = try judge(figure(.rate, "64.0%") { $0.dose = 9 })
    #expect(missing.verdict == .notReproducible)
    #expect(missing.estimate.reason?.code == .notReported)
  }

  @Test func `slopes and changes are of the same questions`() throws {
    #expect(try judge(figure(.slope, "4.00pp")).verdict == .reproducedExactly)
    let change = try judge(
      figure(.change, "12.0pp") {
        $0.from = 0
        $0.to = 3
      })
    #expect(change.verdict == .reproducedExactly)
    #expect(try judge(figure(.trueCount, "256", rows: atDoseOne)).verdict == .reproducedExactly)
  }

  // MARK: - The file

  private func load(_ text: String) throws -> PublishedFigures {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "referee-figures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appending(path: "figures.yaml"))
    return try PublishedFigures.load(folder: folder.path)
  }

  private static let head = "schema_version: 1\nkind: figures\ntitle: t\nfigures:\n"

  @Test(arguments: [
    ("  - {id: a, statistic: rate, printed: \"1%\"}\n", "needs the key benchmark"),
    ("  - {id: a, statistic: mean, printed: \"1%\"}\n", "figures.yaml:5:"),
    ("  - {id: a, statistic: sampled, printed: \"1\", dose: 1}\n", "takes no dose"),
    ("  - {id: a, statistic: sampled, printed: \"x\"}\n", "is not a number"),
    (
      "  - {id: a, statistic: sampled, printed: \"1\"}\n  - {id: a, statistic: mixed, printed: \"1\"}\n",
      "already stands in line 5"
    ),
    ("  - {id: a, statistic: sampled, printed: \"1\", verdict: fine}\n", "verdict"),
  ])
  func `mistakes of the file have a place and a remedy`(body: String, words: String) throws {
    let error = #expect(throws: StudyFormatErrors.self) { try load(Self.head + body) }
    #expect(try #require(error).description.contains(words))
  }

  @Test func `the figures of the replication are read`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let figures = try PublishedFigures.load(
      folder: root.appending(path: "data/published/gemma3-4b").path)
    #expect(figures.figures.count > 50)
    let slope = try #require(figures.figures.first { $0.id == "faitheval-slope" })
    #expect(slope.method?.description == "numpy-percentile, 10000 resamples, seed 42, ids sorted")
  }
}
