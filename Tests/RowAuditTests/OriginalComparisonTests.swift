import Audit
import Foundation
import RawStore
import RowAudit
import Statistics
import Study
import TestSupport
import Testing

/// Published results beside registered tests, and the bootstrap beside the analytic interval.
@Suite struct OriginalComparisonTests {
  private static func result(_ originals: String) throws -> RowAuditResult {
    var small = SmallPlan()
    small.items = 400
    small.doses = "[0, 0.5, 1, 1.5, 2, 2.5, 3]"
    small.moreSections = "replication: [\(originals)]"
    let folder = NSTemporaryDirectory() + "referee-originals-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(small.text.utf8).write(to: URL(fileURLWithPath: folder + "/study.yaml"))
    let plan = try StudyPlan.load(folder: folder)
    let lock = try StudyLock(plan, at: UTCTime(seconds: 0), tool: "test")
    let registered = RegisteredPlan(PlanComparison(plan: plan, lock: lock))
    let matrix = RowFixture.matrix(
      RowFixture.arm("all", configuration: "a"),
      rates: [0.30, 0.34, 0.38, 0.42, 0.46, 0.50, 0.54], items: 400, seed: 1, noise: 0.05)
    return try RowAuditEngine.audit(
      RowFixture.table([matrix]), settings: registered.settings, plan: registered)
  }

  private static func original(
    _ estimate: Double, _ interval: String, test: String = "quiz"
  ) -> String {
    "{hypothesis: H1, test: \(test), estimate: \(estimate), \(interval)n: 90, source: a table}"
  }

  @Test(arguments: [
    (20.0, "lower: 5, upper: 35, ", "consistent"), (60, "lower: 55, upper: 65, ", "smaller"),
    (5, "lower: 4, upper: 6, ", "larger"), (-20, "lower: -25, upper: -15, ", "opposite"),
    (20, "", "not comparable"),
  ])
  func `the vocabulary follows the prediction interval`(
    estimate: Double, interval: String, word: String
  ) throws {
    let result = try Self.result(Self.original(estimate, interval))
    let analyses = result.analyses.filter { $0.id.hasPrefix("original/") }
    #expect(analyses.count == 1)
    let analysis = try #require(analyses.first)
    #expect(analysis.evidence["consistency"]?.text == word, "\(analysis.sentenceText)")
    // The hypothesis itself is decided as without an original.
    #expect(result.hypotheses.map(\.verdict) == [.supported])
  }

  @Test func `the prediction interval is that of Patil, Peng and Leek`() throws {
    let result = try Self.result(Self.original(20, "lower: 5, upper: 35, "))
    let analysis = try #require(result.analyses.first { $0.id.hasPrefix("original/") })
    func ends(_ key: String) throws -> (Double, Double) {
      guard case .estimate(_, let interval, _)? = analysis.evidence[key]?.value else {
        throw CocoaError(.coderValueNotFound)
      }
      return (interval.lower, interval.upper)
    }
    let (ours, predicted) = (try ends("ours"), try ends("prediction"))
    let errors = (0.30 / 2 / 1.959964, (ours.1 - ours.0) / 2 / 1.959964)
    let half = 1.959964 * (errors.0 * errors.0 + errors.1 * errors.1).squareRoot()
    #expect(abs(predicted.0 - (0.2 - half)) < 1e-6 && abs(predicted.1 - (0.2 + half)) < 1e-6)
  }

  @Test func `an original of another test stands beside nothing`() throws {
    let result = try Self.result(Self.original(20, "", test: "elsewhere"))
    #expect(!result.analyses.contains { $0.id.hasPrefix("original/") })
  }

  @Test func `the bootstrap of questions agrees with the t interval of many questions`() throws {
    let result = try Self.result(Self.original(20, ""))
    let evidence = try #require(result.hypotheses.first).evidence
    guard case .estimate(_, let analytic, _)? = evidence["estimate"]?.value,
      case .estimate(_, let bootstrap, _)? = evidence["bootstrap"]?.value
    else {
      Issue.record("an interval is missing")
      return
    }
    #expect(abs(bootstrap.lower - analytic.lower) < 0.1 * analytic.width)
    #expect(abs(bootstrap.upper - analytic.upper) < 0.1 * analytic.width)
    #expect(bootstrap.method.rawValue != analytic.method.rawValue)
    #expect(evidence["intervals"] == nil)
  }
}
