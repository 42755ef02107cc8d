import Audit
import Statistics
import Study

/// A registered test beside the published result that the plan names for it.
///
/// - Source: prediction interval of a replication: Patil, Peng & Leek (2016),
///   doi:10.1177/1745691616646366; small telescopes: Simonsohn (2015), doi:10.1177/0956797614567341.
struct OriginalComparison {
  /// The closed vocabulary.
  enum Consistency: String, CaseIterable {
    case consistent
    /// Outside of the prediction interval, towards zero.
    case smaller
    /// Outside, away from zero.
    case larger
    /// Outside, on the other side of zero.
    case opposite
    case notComparable = "not comparable"
  }

  let original: StudyPlan.OriginalResult
  let test: RegisteredTest
  let index: Int

  /// Every original of a plan with every test that it speaks of, in the order of the plan.
  static func all(_ plan: StudyPlan, _ tests: [RegisteredTest]) -> [OriginalComparison] {
    plan.replication.enumerated().flatMap { index, original in
      tests.filter { test in
        test.hypothesis.id == original.hypothesis
          && (original.test == nil || test.label == original.test
            || test.label.hasPrefix((original.test ?? "") + " · "))
      }.map { OriginalComparison(original: original, test: $0, index: index + 1) }
    }
  }

  private var unit: Double { test.hypothesis.unit == .percentagePoints ? 100 : 1 }
  private var estimate: Double { original.estimate / unit }

  private var interval: Measured<Interval> {
    guard let lower = original.lower, let upper = original.upper, lower < upper else {
      return .undefined(UndefinedReason(.notReported, "the original states no interval"))
    }
    return .defined(
      Interval(
        lower: lower / unit, upper: upper / unit, confidenceLevel: 0.95,
        method: IntervalMethod(rawValue: "as stated in the plan")))
  }

  /// Both estimates with standard errors, from the widths of their 95 % intervals.
  private var pair: Measured<OriginalAndReplication> {
    guard let ours = test.estimate.value, let oursInterval = test.interval.value else {
      return .undefined(
        test.estimate.reason ?? test.interval.reason
          ?? UndefinedReason(.notApplicable, "there is no interval of ours"))
    }
    guard let theirs = interval.value else {
      return .undefined(
        interval.reason ?? UndefinedReason(.notReported, "the original states no interval"))
    }
    func error(_ interval: Interval) -> Double {
      (interval.upper - interval.lower) / 2
        / NormalDistribution.criticalValue(confidenceLevel: interval.confidenceLevel)
    }
    do {
      return .defined(
        try OriginalAndReplication(
          original: estimate, originalStandardError: error(theirs), replication: ours,
          replicationStandardError: error(oursInterval)))
    } catch {
      return .undefined(UndefinedReason(.zeroDenominator, "an interval has no width"))
    }
  }

  static func consistency(_ ours: Double, _ pair: OriginalAndReplication) -> Consistency {
    let predicted = pair.predictionInterval()
    if predicted.lower <= ours, ours <= predicted.upper { return .consistent }
    if ours * pair.original < 0 { return .opposite }
    return abs(ours) < abs(pair.original) ? .smaller : .larger
  }

  var result: HypothesisResult {
    var set = EvidenceSet()
    set.text("hypothesis", RowText.literal(test.hypothesis.id), "hypothesis")
    set.text("test", RowText.literal(test.label), "registered test")
    set.text("measure", test.measure, "estimand")
    set.text("source", RowText.literal(original.source), "where the original is stated")
    set.estimate("original", .defined(estimate), interval, test.style, "original estimate")
    set.estimate("ours", test.estimate, test.interval, test.style, test.measure)
    if let n = original.sampleSize { set.count("original-n", n, "units of the original") }
    set.count("n", test.count, "units of ours")
    let pair = pair
    let verdict = pair.value.map { Self.consistency($0.replication, $0) } ?? .notComparable
    if let pair = pair.value {
      set["prediction"] = Evidence(
        .estimate(
          .defined(pair.original), pair.predictionInterval(), test.style),
        label: "95 % prediction interval of a replication",
        method: IntervalMethod.patilPrediction.rawValue)
      set.p(
        "telescopes", .defined(pair.smallTelescopesPValue()),
        "one-sided p that ours is below what the original could detect with power 1/3",
        method: "small telescopes")
    }
    set.text(
      "consistency", verdict.rawValue,
      pair.reason.map { "no comparison: " + $0.description }
        ?? "ours against the prediction interval")
    return HypothesisResult(
      id: "original/\(index)/\(test.hypothesis.id)/\(test.label)",
      statement: "Ours beside the published result", registration: .exploratory,
      evidence: set.items,
      sentence: pair.value == nil
        ? Prose(
          "{hypothesis}, {test}: the published result is {original}, ours {ours}; {consistency}, "
            + RowText.literal(pair.reason?.description ?? "no interval") + ".")
        : """
        {hypothesis}, {test}: the published result is {original}, ours {ours}; {consistency}. A \
        replication of the same effect and our precision would be expected in {prediction}; small \
        telescopes {telescopes}.
        """, inputsHash: test.inputsHash)
  }
}
