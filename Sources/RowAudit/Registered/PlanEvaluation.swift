import Audit
import Statistics
import Study

/// Decides the hypotheses of a plan: every registered test with its adjusted p and its verdict.
///
/// The family is the one that the plan declares; a test whose rows are missing stays in it.
struct PlanEvaluation {
  let registered: RegisteredPlan
  let context: RowContext

  private var plan: StudyPlan { registered.plan }

  /// The hypotheses, and the published results beside them.
  func results() throws(StatisticsError) -> (
    hypotheses: [HypothesisResult], originals: [HypothesisResult]
  ) {
    let tests = try RegisteredTests(plan: plan, context: context).all()
    var adjusted = tests.map(\.pValue)
    for family in plan.families {
      let places = tests.indices.filter { tests[$0].hypothesis.family == family.id }
      // Tests that were registered and have gone from the plan still count.
      let gone = UndefinedReason(.notApplicable, "the hypothesis is no longer in the plan")
      let values = self.adjusted(
        places.map { tests[$0].pValue }
          + [Measured<Double>](
            repeating: .undefined(gone),
            count: registered.comparison.omittedTestCount(inFamily: family.id)), family.method)
      for (place, value) in zip(places, values) { adjusted[place] = value }
    }
    return (
      zip(tests, adjusted).map { test, p in result(test, adjusted: p, among: tests) },
      OriginalComparison.all(plan, tests).map(\.result)
    )
  }

  private func adjusted(
    _ values: [Measured<Double>], _ method: StudyPlan.HypothesisFamily.Method
  ) -> [Measured<Double>] {
    switch method {
    case .none: values
    case .holm: MeasuredFamily.holm(values)
    case .bonferroni: values.map { $0.map { min(1, $0 * Double(values.count)) } }
    }
  }

  private static func name(_ family: StudyPlan.HypothesisFamily?) -> String {
    switch family?.method {
    case .holm: "Holm"
    case .bonferroni: "Bonferroni"
    case .some(.none), nil: "not adjusted"
    }
  }

  private func result(
    _ test: RegisteredTest, adjusted: Measured<Double>, among tests: [RegisteredTest]
  ) -> HypothesisResult {
    let hypothesis = test.hypothesis
    let family = plan.families.first { $0.id == hypothesis.family }
    let standing = registered.standing(of: hypothesis.id)
    let obstacle = NeutralChecks(plan: plan, context: context).obstacle(for: hypothesis)
    let verdict =
      obstacle == nil
      ? test.verdict(adjusted: adjusted, level: context.settings.level) : .notTestable
    let isDecided = standing.status != .exploratory
    var evidence = EvidenceSet()
    evidence.text("hypothesis", RowText.literal(hypothesis.id), "hypothesis")
    evidence.text("test", RowText.literal(test.label), "registered test")
    evidence.text("measure", test.measure, "estimand")
    evidence.estimate(
      "estimate", test.estimate, test.interval, test.style, test.measure, method: nil)
    if let bootstrap = test.bootstrap.value {
      evidence["bootstrap"] = Evidence(
        .estimate(test.estimate, bootstrap, test.style),
        label: test.intervalsDiffer
          ? "differs from the analytic interval by more than a tenth of its width"
          : "percentile bootstrap over questions", method: bootstrap.method.rawValue)
      if test.intervalsDiffer { evidence.text("intervals", "differ", "bootstrap and analytic") }
    }
    evidence.p("p", test.pValue, test.measure, method: test.method)
    evidence.p(
      "p-adjusted", adjusted,
      "adjusted over the \(tests.count { $0.hypothesis.family == hypothesis.family }) tests of "
        + hypothesis.family, method: Self.name(family))
    evidence.count("n", test.count, "units of the analysis")
    evidence.number(
      "smallest-effect", .defined(test.smallestEffect), test.style, "smallest effect of interest")
    if let margin = test.margin {
      evidence.number("margin", .defined(margin), test.style, "registered equivalence margin")
    }
    if let interval = test.equivalenceInterval.value {
      evidence["equivalence"] = Evidence(
        .estimate(test.estimate, interval, test.style),
        label: "\(Int((interval.confidenceLevel * 100).rounded())) % interval, for equivalence",
        method: interval.method.rawValue)
    }
    if let shape = test.shape {
      evidence.text(
        "shape",
        test.curveShape(shape, adjusted: adjusted, level: context.settings.level).rawValue,
        "shape of the dose curve")
    }
    if let obstacle {
      evidence.text("checks", RowText.literal(obstacle), "outcome-neutral checks not passed")
    }
    if isDecided {
      evidence.text("verdict", verdict.rawValue, "verdict")
      evidence.text("meaning", RowText.literal(meaning(verdict, hypothesis)), "registered meaning")
    }
    return HypothesisResult(
      id: "hypothesis/\(hypothesis.id)/\(test.label)", statement: hypothesis.statement,
      registration: standing.status, evidence: evidence.items,
      multiplicity: HypothesisResult.Multiplicity(
        family: tests.filter { $0.hypothesis.family == hypothesis.family }
          .map { "hypothesis/\($0.hypothesis.id)/\($0.label)" },
        method: Self.name(family), adjustedPValue: adjusted),
      verdict: verdict,
      sentence: sentence(test, isDecided: isDecided, isObstructed: obstacle != nil),
      deviations: standing.deviations,
      inputsHash: test.inputsHash)
  }

  private func meaning(_ verdict: Verdict, _ hypothesis: HypothesisPlan) -> String {
    switch verdict {
    case .supported: hypothesis.interpretation.supported
    case .refuted: hypothesis.interpretation.refuted
    case .equivalent:
      "Any effect is smaller than the registered margin. " + hypothesis.interpretation.inconclusive
    case .inconclusive: hypothesis.interpretation.inconclusive
    case .notTestable: "The registered rows are missing or a check failed."
    }
  }

  private func sentence(
    _ test: RegisteredTest, isDecided: Bool, isObstructed: Bool
  ) -> Prose {
    guard test.estimate.value != nil else {
      return Prose(
        "{hypothesis}, {test}: not testable, "
          + RowText.literal(test.estimate.reason?.description ?? "nothing to compute from") + ".")
    }
    let shape = test.shape == nil ? "" : " Shape: {shape}."
    return Prose(
      "{hypothesis}, {test}: {estimate} ({measure}; n = {n}), {p}, adjusted {p-adjusted}"
        + (isDecided ? ": {verdict}." : "; exploratory, because the plan is not locked.") + shape
        + (isDecided ? " {meaning}" : "")
        + (isObstructed ? " Checks not passed: {checks}." : ""))
  }
}
