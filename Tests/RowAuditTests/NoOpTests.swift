import Audit
import RawStore
import RowAudit
import Testing

@Suite struct NoOpTests {
  private func audit(_ matrices: [OutcomeMatrix]) throws -> RowAuditResult {
    var settings = RowAuditSettings()
    settings.permutationCount = 499
    return try RowAuditEngine.audit(RowFixture.table(matrices), settings: settings)
  }

  private func status(_ result: RowAuditResult) throws -> Finding.Status {
    try #require(result.findings.first { $0.rule == .noOpOffCurve }).status
  }

  @Test func `a hook that is bypassed at the no-op dose is found`() throws {
    // Levels of 70 to 75% elsewhere and 66.0% at the no-op dose.
    let result = try audit([
      RowFixture.matrix(
        RowFixture.arm(), rates: [0.700, 0.709, 0.660, 0.726, 0.733, 0.742, 0.750])
    ])
    #expect(try status(result) == .fired(.critical))
    let title = try #require(result.findings.first { $0.rule == .noOpOffCurve }).titleText
    #expect(title.contains("off the curve"))
  }

  @Test(arguments: [
    [0.642, 0.654, 0.660, 0.670, 0.682, 0.695, 0.705],
    // A valley that the sides run into, and a peak.
    [0.74, 0.70, 0.66, 0.70, 0.74, 0.78, 0.82],
    [0.60, 0.65, 0.70, 0.65, 0.60, 0.55, 0.50],
    [0.66, 0.66, 0.66, 0.66, 0.66, 0.66, 0.66],
  ])
  func `a curve that runs through the no-op dose is left alone`(rates: [Double]) throws {
    #expect(
      try status(try audit([RowFixture.matrix(RowFixture.arm(), rates: rates)])) == .passed)
  }

  @Test func `a no-op dose at the edge cannot be placed`() throws {
    let result = try audit([
      RowFixture.matrix(
        RowFixture.arm(), rates: [0.6, 0.6, 0.6], items: 100, doses: [1, 2, 3])
    ])
    guard case .notRun = try status(result) else {
      Issue.record("the no-op dose has no lower neighbour")
      return
    }
  }

  @Test func `flips on the same weights are counted, and none is required`() throws {
    let rates = [0.60, 0.62, 0.64, 0.66, 0.68, 0.70, 0.72]
    let same = try audit([
      RowFixture.matrix(RowFixture.arm(), rates: rates),
      RowFixture.matrix(RowFixture.arm("random-1", isControl: true), rates: rates, seed: 2),
    ])
    let passed = try #require(same.findings.first { $0.rule == .noOpFlips })
    #expect(passed.status == .passed)
    #expect(same.noOpPairs.map(\.flipCount) == [0])
    #expect(same.noOpPairs.map(\.weights) == [.sameConfiguration])

    var shifted = rates
    shifted[2] = 0.60
    let apart = try audit([
      RowFixture.matrix(RowFixture.arm(), rates: rates),
      RowFixture.matrix(RowFixture.arm("random-1", isControl: true), rates: shifted, seed: 2),
    ])
    #expect(apart.noOpPairs.map(\.flipCount) == [40])
    let fired = try #require(apart.findings.first { $0.rule == .noOpFlips })
    #expect(fired.severity == .critical)
  }

  @Test func `between weight formats a difference of levels is only noted`() throws {
    var settings = RowAuditSettings()
    settings.permutationCount = 499
    let low = [Double](repeating: 0.55, count: 7)
    let high = [Double](repeating: 0.65, count: 7)
    let table = RowFixture.table([
      RowFixture.matrix(RowFixture.arm(configuration: "a"), rates: low),
      RowFixture.matrix(RowFixture.arm(configuration: "b"), rates: high),
    ])
    func severity() throws -> Severity? {
      try RowAuditEngine.audit(table, settings: settings)
        .findings.first { $0.rule == .noOpFlips }?.severity
    }
    #expect(try severity() == .info)
    settings.weightFormats = ["a": "int4", "b": "mlx"]
    #expect(try severity() == .info)
    settings.weightFormats = ["a": "int4", "b": "int4"]
    #expect(try severity() == .critical)
  }
}
