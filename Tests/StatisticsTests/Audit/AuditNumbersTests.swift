import CanonicalJSON
import Foundation
import Statistics
import Testing

/// The numbers of the audit of the published study, recomputed from its counts.
@Suite struct AuditNumbersTests {
  static let audit: JSONValue = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Oracles/seed_audit.json")
    return (try? Data(contentsOf: path)).flatMap { try? JSONValue(parsing: $0) } ?? .null
  }()

  static let rowNames = audit["rows"]?.objectValue?.keys.sorted() ?? []

  static func arms(_ row: JSONValue) throws -> [DoseArm] {
    let counts = try #require(row["x"]?.arrayValue).compactMap(\.intValue)
    let n = try #require(row["n"]?.intValue)
    return try DoseArm.arms(
      successes: counts, trials: counts.map { _ in n },
      scores: try #require(row["alpha_dose"]?.arrayValue).compactMap(\.doubleValue))
  }

  static func arms(named name: String) throws -> [DoseArm] {
    try arms(try #require(audit["rows"]?[name]))
  }

  func expectClose(
    _ found: Double?, _ expected: JSONValue?, _ tolerance: Double = 1e-9,
    location: SourceLocation = #_sourceLocation
  ) {
    guard let target = expected?.doubleValue, let found else {
      #expect(found == nil && (expected?.isNull ?? true), sourceLocation: location)
      return
    }
    #expect(
      abs(found - target) <= tolerance * max(1, abs(target)), "\(found) against \(target)",
      sourceLocation: location)
  }

  @Test func `all nine rows are read`() { #expect(Self.rowNames.count == 9) }

  @Test(arguments: rowNames)
  func `cells and contrasts of a row`(_ name: String) throws {
    let row = try #require(Self.audit["rows"]?[name])
    let arms = try Self.arms(row)
    for (arm, cell) in zip(arms, try #require(row["cells"]?.arrayValue)) {
      let wilson = arm.outcomes.wilsonInterval()
      let exact = arm.outcomes.clopperPearsonInterval()
      expectClose(wilson.lower, cell["wilson"]?[0])
      expectClose(wilson.upper, cell["wilson"]?[1])
      expectClose(exact.lower, cell["clopper_pearson"]?[0])
      expectClose(exact.upper, cell["clopper_pearson"]?[1])
      expectClose(arm.outcomes.estimate.value.map { $0 * 100 }, cell["pct"])
    }
    for contrast in try #require(row["contrasts"]?.arrayValue) {
      let from = try #require(arms.first { $0.score == contrast["from_alpha"]?.doubleValue })
      let to = try #require(arms.first { $0.score == contrast["to_alpha"]?.doubleValue })
      let difference = UnpairedDifference(to.outcomes, from.outcomes)
      expectClose(difference.estimate.value, contrast["diff"])
      expectClose(difference.newcombeInterval().lower, contrast["newcombe95"]?[0])
      expectClose(difference.newcombeInterval().upper, contrast["newcombe95"]?[1])
      expectClose(
        FisherExactTest(to.outcomes, from.outcomes).pValueTwoSided, contrast["fisher_p"])
    }
  }

  @Test(arguments: rowNames)
  func `trend tests of a row`(_ name: String) throws {
    let row = try #require(Self.audit["rows"]?[name])
    let arms = try Self.arms(row)
    let trend = CochranArmitageTest(arms)
    expectClose(trend.z.value, row["CA_z"])
    expectClose(trend.pValue, row["CA_p"])
    expectClose(trend.exact.value?.pValueTwoSided, row["CA_exact_p"])
    expectClose(trend.exact.value?.midPValueTwoSided, row["CA_exact_midp"])
    let groups = arms.map { arm in
      (0..<arm.outcomes.trials).map { $0 < arm.outcomes.successes ? 1.0 : 0 }
    }
    let jonckheere = try JonckheereTest(groups, computesExact: false)
    expectClose(jonckheere.z.value, row["JT_z"])
    expectClose(jonckheere.pValue, row["JT_p"])
    let pearson = PearsonChiSquaredTest(try ContingencyTable(arms: arms.map(\.outcomes)))
    expectClose(pearson.statistic.value, row["chi2"])
    expectClose(pearson.pValue, row["chi2_p"])
  }

  @Test func `adjusted p-values over the nine trend tests`() throws {
    let rows = try Self.rowNames.map { try #require(Self.audit["rows"]?[$0]) }
    let pValues = try rows.map {
      CochranArmitageTest(try Self.arms($0), computesExact: false).pValue
    }
    for (method, key) in [
      (PValueAdjustment.holm, "CA_p_holm"), (.benjaminiHochberg, "CA_p_BH"),
      (.benjaminiYekutieli, "CA_p_BY"),
    ] {
      for (adjusted, row) in zip(try method.adjusted(pValues), rows) {
        expectClose(adjusted, row[key])
      }
    }
  }

  @Test(arguments: ["FaithEval", "FalseQA", "Sycophancy"])
  func `the no-op anchor`(_ benchmark: String) throws {
    let anchor = try #require(Self.audit["noop_anchor_alpha1"]?[benchmark])
    let counts = try #require(anchor["table_configs_ABC"]?.arrayValue).map {
      ($0.arrayValue ?? []).compactMap(\.intValue)
    }
    let pearson = PearsonChiSquaredTest(try ContingencyTable(counts))
    expectClose(pearson.statistic.value, anchor["chi2"])
    expectClose(pearson.pValue, anchor["p"])
    #expect(pearson.degreesOfFreedom == 2)
    let a = try Proportion(successes: counts[0][0], trials: counts[0][0] + counts[0][1])
    let b = try Proportion(successes: counts[1][0], trials: counts[1][0] + counts[1][1])
    expectClose(FisherExactTest(a, b).pValueTwoSided, anchor["A_vs_B_fisher"])
    let interval = UnpairedDifference(a, b).newcombeInterval()
    expectClose(interval.lower, anchor["A_minus_B_newcombe"]?[0])
    expectClose(interval.upper, anchor["A_minus_B_newcombe"]?[1])
  }

  @Test func `35 of 39 against 0.75`() throws {
    let expected = try #require(Self.audit["binomial_35_39"])
    let arm = try Proportion(successes: 35, trials: 39)
    let test = try BinomialTest(arm, nullValue: 0.75)
    expectClose(test.pValueMinimumLikelihood, expected["p_two_minlike"])
    expectClose(test.pValueGreater, expected["p_greater"])
    expectClose(test.pValueCentral, expected["p_two_central"])
    expectClose(arm.clopperPearsonInterval().lower, expected["CI_clopper"]?[0])
    expectClose(arm.clopperPearsonInterval().upper, expected["CI_clopper"]?[1])
  }
}
