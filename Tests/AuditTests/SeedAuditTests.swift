import Audit
import CanonicalJSON
import Statistics
import Study
import Testing

/// Every number of the reference audit of the bundled study, to its printed digits.
@Suite struct SeedAuditTests {
  static let rows = [
    "FalseQA/A", "FalseQA/B", "FalseQA/C", "FaithEval/A", "FaithEval/B", "FaithEval/C",
    "Sycophancy/A(V1 only)", "Sycophancy/B", "Sycophancy/C",
  ]

  /// The reference gives `minimum(1, …)` values and round-trips doubles; iterative limits agree to
  /// about 1e-10.
  static let tolerance = 1e-8

  private func analysis(_ row: String) throws -> HypothesisResult {
    let id = "dose-response/" + row.replacing("(V1 only)", with: "")
    return try #require(Bundled.result.get().analyses.first { $0.id == id })
  }

  @Test func `there are nine exploratory analyses without a verdict`() throws {
    let analyses = try Bundled.result.get().analyses
    #expect(analyses.count == 9)
    #expect(analyses.allSatisfy { $0.registration == .exploratory && $0.verdict == nil })
    #expect(Set(analyses.map(\.inputsHash)).count == 9)
    #expect(analyses.allSatisfy { $0.inputsHash.count == 64 })
  }

  @Test(arguments: rows)
  func `tests of a row`(_ row: String) throws {
    let expected = try #require(try Bundled.oracle("seed_audit.json")["rows"]?[row])
    let analysis = try analysis(row)
    let keys = [
      ("CA_z", "z"), ("CA_p", "p"), ("CA_exact_p", "p-exact"), ("CA_exact_midp", "p-mid"),
      ("JT_z", "jt-z"), ("JT_p", "p-jt"), ("chi2", "chi2"), ("chi2_p", "p-chi2"),
      ("T01_inc", "t01-inc"), ("p01_inc", "p01-inc"), ("T12_inc", "t12-inc"),
      ("p12_inc", "p12-inc"), ("T01_dec", "t01-dec"), ("p01_dec", "p01-dec"),
      ("T12_dec", "t12-dec"), ("p12_dec", "p12-dec"), ("CA_p_holm", "p-holm"),
      ("CA_p_BH", "p-bh"), ("CA_p_BY", "p-by"),
    ]
    // Every number of the reference row is compared here, with the cells below, or is an input.
    let compared = Set(keys.map(\.0)).union([
      "x", "n", "alpha_dose", "n_basis", "n_status", "cells", "contrasts",
    ])
    #expect(Set(expected.objectValue?.keys ?? [:].keys) == compared)
    #expect(
      analysis.evidence["counts"]?.text.hasPrefix(
        "\(expected["x"]?[0]?.doubleValue.map { Int($0) } ?? -1) of "
          + "\(expected["n"]?.doubleValue.map { Int($0) } ?? -1) at dose") == true)
    for (oracle, key) in keys {
      let want = try #require(expected[oracle]?.doubleValue, "\(oracle) is not in the reference")
      let found = try #require(analysis.evidence[key]?.number, "\(key) of \(row) is missing")
      #expect(isClose(found, want, within: Self.tolerance), "\(row) \(key): \(found) != \(want)")
    }
  }

  @Test(arguments: rows)
  func `cells and contrasts of a row`(_ row: String) throws {
    let expected = try #require(try Bundled.oracle("seed_audit.json")["rows"]?[row])
    let analysis = try analysis(row)
    let cells = try #require(expected["cells"]?.arrayValue)
    #expect(cells.count == expected["x"]?.arrayValue?.count)
    for (index, cell) in cells.enumerated() {
      for (oracle, key) in [("wilson", "rate"), ("clopper_pearson", "exact-rate")] {
        try compare(
          analysis.evidence["\(key)-\(index + 1)"], estimate: cell["pct"], scale: 100,
          interval: cell[oracle])
      }
    }
    let contrasts = try #require(expected["contrasts"]?.arrayValue)
    let doses = try #require(expected["alpha_dose"]?.arrayValue).compactMap(\.doubleValue)
    for contrast in contrasts {
      let from = try #require(doses.firstIndex(of: contrast["from_alpha"]?.doubleValue ?? -1))
      let to = try #require(doses.firstIndex(of: contrast["to_alpha"]?.doubleValue ?? -1))
      let place = "\(from + 1)-\(to + 1)"
      try compare(
        analysis.evidence["contrast-" + place], estimate: contrast["diff"], scale: 1,
        interval: contrast["newcombe95"])
      let p = try #require(analysis.evidence["p-contrast-" + place]?.number)
      #expect(isClose(p, contrast["fisher_p"]?.doubleValue ?? -1, within: Self.tolerance))
    }
  }

  private func compare(
    _ evidence: Evidence?, estimate: JSONValue?, scale: Double, interval: JSONValue?
  ) throws {
    guard case .estimate(let value, let found, _)? = evidence?.value else {
      Issue.record("no estimate")
      return
    }
    let point = try #require(value.value)
    #expect(isClose(point * scale, estimate?.doubleValue ?? .nan, within: Self.tolerance))
    #expect(isClose(found.lower, interval?[0]?.doubleValue ?? .nan, within: Self.tolerance))
    #expect(isClose(found.upper, interval?[1]?.doubleValue ?? .nan, within: Self.tolerance))
  }

  @Test(arguments: ["FaithEval", "FalseQA", "Sycophancy"])
  func `no-op anchor of a benchmark`(_ benchmark: String) throws {
    let expected = try #require(
      try Bundled.oracle("seed_audit.json")["noop_anchor_alpha1"]?[benchmark])
    let result = try Bundled.result.get()
    let formats = try result.finding("R12/\(benchmark)/formats")
    #expect(isClose(try formats.number("chi2"), expected["chi2"]?.doubleValue ?? 0, within: 1e-9))
    #expect(isClose(try formats.number("p-chi2"), expected["p"]?.doubleValue ?? 0, within: 1e-9))
    #expect(try formats.number("df") == expected["df"]?.doubleValue)
    let within = try result.finding("R12/\(benchmark)/gptq-int4")
    #expect(
      isClose(try within.number("p"), expected["A_vs_B_fisher"]?.doubleValue ?? 0, within: 1e-9))
    let interval = try within.interval("difference")
    let newcombe = try #require(expected["A_minus_B_newcombe"])
    #expect(isClose(interval.lower, newcombe[0]?.doubleValue ?? 0, within: 1e-9))
    #expect(isClose(interval.upper, newcombe[1]?.doubleValue ?? 0, within: 1e-9))
  }

  @Test func `the concentration test in its variants`() throws {
    let reference = try #require(try Bundled.oracle("seed_audit.json")["binomial_35_39"])
    #expect(
      Set(reference.objectValue?.keys ?? [:].keys) == [
        "p_two_minlike", "p_greater", "p_two_central", "reported", "matches", "CI_clopper",
      ])
    let finding = try Bundled.result.get().finding("R14/linear-concentration")
    let names = finding.evidence.filter { $0.key.hasPrefix("name-") }
    for (key, name) in [
      ("p_two_minlike", "two-sided exact, minimum likelihood"),
      ("p_greater", "one-sided exact"),
      ("p_two_central", "two-sided exact, doubled one-sided"),
    ] {
      let place = try #require(
        names.first { $0.value.text == name }?.key.dropFirst("name-".count),
        "\(name) is none of \(names.values.map(\.text).sorted())")
      let want = try #require(reference[key]?.doubleValue)
      #expect(isClose(try finding.number("p-\(place)"), want, within: Self.tolerance), "\(key)")
    }
    let interval = try finding.interval("share")
    #expect(
      isClose(interval.lower, reference["CI_clopper"]?[0]?.doubleValue ?? 0, within: 1e-9))
    #expect(
      isClose(interval.upper, reference["CI_clopper"]?[1]?.doubleValue ?? 0, within: 1e-9))
    #expect(try finding.text("printed") == "0.040")
    #expect(isClose(reference["reported"]?.doubleValue ?? 0, 0.04, within: 1e-12))
  }
}
