import Audit
import Statistics
import Study

/// One test of a registered hypothesis: a benchmark in a configuration, or a question set.
///
/// Estimate, intervals and margin are in the natural unit of the analysis: probability over the
/// whole dose grid, AUROC, share.
struct RegisteredTest {
  let hypothesis: HypothesisPlan
  /// For example `false-premise · B`.
  let label: String
  let estimate: Measured<Double>
  let interval: Measured<Interval>
  /// At 1 − 2 · level.
  let equivalenceInterval: Measured<Interval>
  let pValue: Measured<Double>
  let method: String
  /// Percentile bootstrap over the questions, beside the analytic ``interval``.
  var bootstrap: Measured<Interval> = .undefined(
    UndefinedReason(.notApplicable, "no bootstrap of questions for this analysis"))
  /// What else the verdict rests on.
  var shape: DoseCurveShape?
  let style: NumberStyle
  let measure: String
  let count: Int
  let inputsHash: String

  /// Whether the ends of the two intervals lie apart by more than a tenth of the analytic width.
  var intervalsDiffer: Bool {
    guard let bootstrap = bootstrap.value else { return false }
    guard let interval = interval.value else { return true }
    let limit = 0.1 * interval.width
    return abs(bootstrap.lower - interval.lower) > limit
      || abs(bootstrap.upper - interval.upper) > limit
  }

  /// What a monotone hypothesis needs beside its trend.
  struct DoseCurveShape {
    let test: CurveTest
    let rates: [Double]
  }

  /// The margin in the unit of the estimate; `nil` when none was registered.
  var margin: Double? {
    hypothesis.equivalenceMargin.map { hypothesis.unit == .percentagePoints ? $0 / 100 : $0 }
  }

  var smallestEffect: Double {
    hypothesis.unit == .percentagePoints
      ? hypothesis.smallestEffectOfInterest / 100 : hypothesis.smallestEffectOfInterest
  }

  /// A test that has nothing to compute from.
  static func untestable(
    _ hypothesis: HypothesisPlan, _ label: String, _ reason: String, hash: String
  ) -> RegisteredTest {
    let reason = UndefinedReason(.tooFew, reason)
    return RegisteredTest(
      hypothesis: hypothesis, label: label, estimate: .undefined(reason),
      interval: .undefined(reason), equivalenceInterval: .undefined(reason),
      pValue: .undefined(reason), method: hypothesis.analysis.rawValue,
      style: .number(of: hypothesis), measure: hypothesis.analysis.rawValue, count: 0,
      inputsHash: hash)
  }
}

extension NumberStyle {
  static func number(of hypothesis: HypothesisPlan) -> NumberStyle {
    switch hypothesis.unit {
    case .percentagePoints: .percentagePoints
    case .auroc: .signed(3)
    case .share: .percentagePoints
    }
  }
}

extension RegisteredTest {
  /// The verdict once the p-value is adjusted over the registered family.
  ///
  /// `supported`: adjusted p below the level and the estimate on the predicted side (for a monotone
  /// hypothesis the whole rule of the shape). `refuted`: the same on the other side. `equivalent`: the
  /// 1 − 2α interval (for a dose curve that of every pair of doses) lies inside the registered
  /// margin, which is looked at first. `inconclusive`: neither. `not testable`: nothing to compute
  /// from.
  func verdict(adjusted: Measured<Double>, level: Double) -> Verdict {
    guard let estimate = estimate.value else { return .notTestable }
    if hypothesis.analysis == .configurationAgreement { return agreement }
    if hypothesis.analysis == .monotoneDoseResponse, let shape {
      return monotone(shape, adjusted: adjusted, level: level)
    }
    // A registered margin says what is too small to matter; a shown trifle stays a trifle.
    if isEquivalent { return .equivalent }
    if let p = adjusted.value, p < level, estimate != 0 {
      let isPredicted =
        hypothesis.direction == .either
        || (hypothesis.direction == .increase) == (estimate > 0)
      return isPredicted ? .supported : .refuted
    }
    return .inconclusive
  }

  /// A dose curve is shown to be flat by all pairs of its doses: a slope near zero would also belong
  /// to a curve that rises and falls.
  private var isEquivalent: Bool {
    if let margin, let shape {
      let pairs = shape.test.pairwiseIntervals
      return !pairs.isEmpty && pairs.allSatisfy { $0.lower > -margin && $0.upper < margin }
    }
    guard let margin, let interval = equivalenceInterval.value else { return false }
    return interval.lower > -margin && interval.upper < margin
  }

  /// Agreement is an equivalence claim: the interval inside the margin supports it, one wholly
  /// outside refutes it.
  private var agreement: Verdict {
    if isEquivalent { return .supported }
    if let margin, let interval = interval.value,
      interval.lower > margin || interval.upper < -margin
    {
      return .refuted
    }
    return .inconclusive
  }

  private func monotone(
    _ shape: DoseCurveShape, adjusted: Measured<Double>, level: Double
  ) -> Verdict {
    if isEquivalent { return .equivalent }
    return switch curveShape(shape, adjusted: adjusted, level: level) {
    case .monotoneIncreasing: hypothesis.direction == .decrease ? .refuted : .supported
    case .monotoneDecreasing: hypothesis.direction == .increase ? .refuted : .supported
    case .increasingUnverified: hypothesis.direction == .decrease ? .refuted : .inconclusive
    case .decreasingUnverified: hypothesis.direction == .increase ? .refuted : .inconclusive
    case .equivalentToFlat: .equivalent
    // Another shape than the registered one is told, and is not the opposite direction.
    case .nonMonotone, .reversalNotTested, .inconclusive: .inconclusive
    }
  }

  /// The shape by the registered margin and the registered family.
  func curveShape(
    _ shape: DoseCurveShape, adjusted: Measured<Double>, level: Double
  ) -> DoseResponseShape.Verdict {
    DoseResponseShape.verdict(
      level: level, margin: margin, trendPValue: adjusted.value, slope: shape.test.slope.value,
      pAgainstIncreasing: shape.test.pAgainstIncreasing.value,
      pAgainstDecreasing: shape.test.pAgainstDecreasing.value, steps: shape.test.adjacentSteps,
      pairwise90: shape.test.pairwiseIntervals, rates: shape.rates)
  }
}
