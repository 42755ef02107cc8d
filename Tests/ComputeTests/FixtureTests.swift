import CanonicalJSON
import Compute
import Foundation
import Testing

/// The reference values of every family, run through the JSON surface.
@Suite struct FixtureTests {
  /// Families that `referee compute` must offer, one fixture file each.
  static let families = [
    "auroc_delong", "bca_bootstrap", "binom_test", "brier_ece", "chibar_weights",
    "clopper_pearson", "cochran_armitage", "cohen_kappa", "confusion_feasible", "delong_paired",
    "fisher_exact", "fisher_rxc", "grim", "hanley_mcneil", "isotonic", "jeffreys_midp",
    "jonckheere", "mcnemar", "meta_q_i2", "miettinen_nurminen", "newcombe_unpaired", "p_adjust",
    "page", "paired_difference", "pava", "power_binomial", "power_two_prop", "quantile_type7",
    "rng_known_answers", "rogan_gladen", "saerens_em", "stratified_trend", "threshold_choice",
    "tost_difference", "wilson", "within_question_trend", "wolak_paired",
  ]

  /// Methods of the design page that have no shared fixture; most have one in `Oracles/extra`, the
  /// permutation methods are tested in StatisticsTests.
  static let methods = [
    "anytime_paired", "auroc_clustered", "auroc_cross_validated", "betting_sequence", "binormal",
    "bootstrap", "bootstrap_numpy", "boschloo", "calibration_slope", "clustered_proportion",
    "cochran_q", "consistency_filter", "correlated_trend", "dose_homogeneity", "dose_shape",
    "dose_shape_margins", "ece_null", "gatekeeping", "gee_trend", "granularity",
    "group_sequential", "invariance_gate", "isotonic_calibration", "layer_hotspots",
    "layer_maximum", "layer_permutation", "logistic_interaction", "logistic_trend",
    "mantel_haenszel", "meta_intervals", "order_probability", "permutation_maxt", "platt",
    "power_detection", "power_equivalence", "power_paired_trend", "power_trend",
    "prediction_powered", "random_baseline", "range_permutation", "replication",
    "share_bayes_factor", "slope_bayes_factor", "studentised_permutation", "temperature_scaling",
    "threshold_cross_fitted", "wolak_permutation",
  ]

  @Test func `every method has a name and no name is unlisted`() {
    #expect(ComputeRegistry.all.map(\.name) == (Self.families + Self.methods).sorted())
  }

  @Test(arguments: families + methods)
  func `every family has a registry entry with a reference`(_ family: String) throws {
    let function = try ComputeRegistry.function(named: family)
    #expect(!function.reference.isEmpty)
    #expect(!function.summary.isEmpty)
    #expect(!function.outputs.isEmpty)
  }

  @Test(arguments: OracleFile.all)
  func `cases agree with the reference`(_ file: OracleFile) throws {
    let function = try ComputeRegistry.function(named: file.function)
    #expect(!file.cases.isEmpty)
    for oracle in file.cases {
      let found = try function(oracle.input)
      for (key, expected) in oracle.expected.sorted(by: { $0.key < $1.key }) {
        let difference = Comparison(
          absolute: oracle.absolute, relative: oracle.relative, reasons: found["reasons"]
        ).difference(expected, found[key], at: key)
        #expect(
          difference == nil, "\(file.name) \(oracle.id): \(difference ?? "")")
      }
      // What the function returns must be writable and of documented keys only.
      _ = try found.canonicalText()
      let keys = Set(found.objectValue?.keys.map(\.self) ?? []).subtracting(["reasons"])
      #expect(keys.isSubset(of: function.outputs), "\(file.name) \(oracle.id)")
    }
  }
}

/// How far a computed value may be from the expected one.
private struct Comparison {
  let absolute: Double
  let relative: Double
  let reasons: JSONValue?

  /// What differs, or `nil`.
  func difference(_ expected: JSONValue, _ found: JSONValue?, at path: String) -> String? {
    guard let found else { return "\(path) is missing" }
    switch expected {
    case .null:
      let key = path.split(separator: "[").first.map(String.init) ?? path
      if !found.isNull { return "\(path) is \(found), expected undefined" }
      return reasons?[key]?.stringValue == nil ? "\(path) has no reason" : nil
    case .array(let elements):
      guard let other = found.arrayValue, other.count == elements.count else {
        return "\(path) is \(found), expected \(elements.count) elements"
      }
      return zip(elements, other).enumerated().lazy.compactMap { index, pair in
        difference(pair.0, pair.1, at: "\(path)[\(index)]")
      }.first
    case .object(let members):
      return members.sorted(by: { $0.key < $1.key }).lazy.compactMap { key, value in
        difference(value, found[key], at: "\(path).\(key)")
      }.first
    case .integer, .number:
      guard let target = expected.doubleValue, let value = found.doubleValue else {
        return "\(path) is \(found), expected \(expected)"
      }
      let bound = absolute + relative * abs(target)
      return abs(value - target) <= bound
        ? nil : "\(path) is \(value), expected \(target), off by \(value - target)"
    case .bool, .string:
      return expected == found ? nil : "\(path) is \(found), expected \(expected)"
    }
  }
}
