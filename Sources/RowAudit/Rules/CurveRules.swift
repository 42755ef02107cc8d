import Audit
import RawStore
import Statistics

/// R37: answers that cannot be scored more often at some doses move the rate by themselves.
struct UnscoredTrendRule: RowRule {
  static let id = RuleID.unscoredTrend
  static let question = "Does the share of unscored answers change with the dose?"
  static let needs = "Two doses of the same questions, with unscored answers kept."
  static let method = "Studentised within-question permutation of the indicator, Holm over arms."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.unscored.isEmpty else {
      return [.absent(Self.id, "No dose curve", "no arm has two doses with one response each")]
    }
    return context.unscored.map { curve in
      let fires = (curve.adjustedPValue.value ?? 1) < context.settings.level
      return Finding(
        rule: Self.id, subject: curve.curve, status: fires ? .fired(.major) : .passed,
        title: fires
          ? "{arm}: the share of unscored answers changes with the dose"
          : curve.unscoredCount == 0
            ? "{arm}: every answer was scored"
            : "{arm}: unscored answers show no trend over the doses",
        sentence: NoOpResults.sentence(curve)
          + (fires ? "Rates of scored answers compare other questions at each dose." : ""),
        remedy: fires
          ? "Report the rate with unscored answers as false and as true beside it, and mend the "
            + "scoring rule." : "",
        evidence: NoOpResults.evidence(curve))
    }
  }
}

/// R41: an inverted U has no slope and is no null result.
struct HiddenShapeRule: RowRule {
  static let id = RuleID.hiddenShape
  static let question = "Does a curve turn around where a slope says little?"
  static let needs = "Three doses of the same questions."
  static let method =
    "Wolak's tests against an increase and against a decrease, both below the level, Holm over "
    + "arms of the larger of the two."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    let curves = context.curves.filter { $0.doses.count > 2 && $0.test != nil }
    guard !curves.isEmpty else {
      return [.absent(Self.id, "No curve with three doses", "no arm has three doses")]
    }
    let both = curves.map { curve -> Measured<Double> in
      guard let test = curve.test else {
        return .undefined(UndefinedReason(.tooFew, "the arm has one dose"))
      }
      return test.pAgainstIncreasing.flatMap { up in
        test.pAgainstDecreasing.map { max(up, $0) }
      }
    }
    let adjusted = MeasuredFamily.holm(both)
    return zip(curves, zip(both, adjusted)).map { curve, p in
      finding(curve, p: p.0, adjusted: p.1, context: context)
    }
  }

  private func finding(
    _ curve: DoseCurve, p: Measured<Double>, adjusted: Measured<Double>, context: RowContext
  ) -> Finding {
    let analysis = CurveAnalysis(curve: curve, settings: context.settings, family: []).result
    let rates = curve.points.filter { $0.rate.value != nil }
    var evidence = analysis.evidence.filter {
      ["arm", "slope", "p-trend", "p12-inc", "p12-dec", "shape"].contains($0.key)
    }
    evidence["p-shape"] = .measured(
      p, .pStatement, "against both orders", method: "the larger of the two T12 p-values")
    evidence["p-shape-holm"] = .measured(adjusted, .pStatement, "over the arms", method: "Holm")
    let sorted = rates.sorted {
      ($0.rate.value ?? 0, $1.dose ?? 0) < ($1.rate.value ?? 0, $0.dose ?? 0)
    }
    if let low = sorted.first, let high = sorted.last {
      evidence["lowest-dose"] = .text(RowText.dose(low.dose ?? 0), "dose with the lowest rate")
      evidence["highest-dose"] = .text(RowText.dose(high.dose ?? 0), "dose with the highest rate")
      evidence["lowest"] = .measured(low.rate, .percent, "lowest rate")
      evidence["highest"] = .measured(high.rate, .percent, "highest rate")
    }
    guard let value = adjusted.value else {
      return Finding(
        rule: Self.id, subject: curve.id,
        status: .notRun(adjusted.reason ?? UndefinedReason(.tooFew, "there are too few doses")),
        title: "The shape of {arm} cannot be tested", sentence: analysisSentence,
        evidence: evidence)
    }
    let fires = value < context.settings.level
    let isHidden = (curve.test?.primaryPValue.value ?? 1) >= context.settings.level
    let extreme = turn(rates)
    evidence["turn"] = .text(extreme, "form of the curve")
    return Finding(
      rule: Self.id, subject: curve.id,
      status: fires ? .fired(isHidden ? .major : .minor) : .passed,
      title: fires
        ? (isHidden
          ? "{arm}: {turn} between {lowest} and {highest} that the slope test does not see"
          : "{arm}: {turn}, not one direction")
        : "{arm}: no curve that turns around is shown",
      sentence: analysisSentence
        + (fires
          ? "Neither an increase nor a decrease fits: a slope near 0 here is no sign of no effect."
          : ""),
      remedy: fires
        ? "Report the contrasts 0 → 1 and 1 → max apart, as ablation and amplification." : "",
      evidence: evidence)
  }

  private let analysisSentence: Prose = """
    {arm}: lowest {lowest} at dose {lowest-dose}, highest {highest} at dose {highest-dose}; slope \
    {slope} pp per unit of dose, {p-trend}; against both orders {p-shape}, Holm {p-shape-holm}.
    """

  /// Which extreme lies inside.
  private func turn(_ points: [DoseCurve.Point]) -> String {
    let values = points.compactMap(\.rate.value)
    guard let first = values.first, let last = values.last, values.count > 2 else {
      return "a curve that turns"
    }
    let inner = values.dropFirst().dropLast()
    let rise = (inner.max() ?? first) - max(first, last)
    let fall = min(first, last) - (inner.min() ?? first)
    if rise > 0, rise >= fall { return "an inverted U" }
    return fall > 0 ? "a U" : "a curve that turns"
  }
}

/// R40: a change that random sets of neurons make too is not about the target neurons.
struct ControlSpecificityRule: RowRule {
  static let id = RuleID.controlSpecificity
  static let question = "Does the target change the outcome more than random sets of neurons do?"
  static let needs = "Random sets of the same benchmark and configuration at the same doses."
  static let method =
    "Difference of slopes, target minus each random set, by exact sign-flip of the questions' "
    + "differences, Holm over the sets; rank of the target's slope among them."
  /// Below this many sets a rank p cannot reach .05.
  private static let enoughSets = 19

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    let targets = context.curves.filter { !$0.arm.isControl && $0.test != nil }
    guard !targets.isEmpty else {
      return [.absent(Self.id, "No dose curve", "no target arm has two doses")]
    }
    return targets.map { target in
      guard let envelope = context.envelopes.first(where: { $0.target == target.id }) else {
        return Finding(
          rule: Self.id, subject: target.id, status: .fired(.minor),
          title: "{arm} has no random set beside it",
          sentence:
            "No random set of neurons was run beside {arm}: what any change of {arm} owes to "
            + "these neurons is unknown.",
          remedy: "Run random sets of the same size, matched by layer, at the same doses.",
          evidence: ["arm": .text(target.id, "arm")])
      }
      return finding(target, envelope, context)
    }
  }

  private func finding(
    _ target: DoseCurve, _ envelope: ControlEnvelope, _ context: RowContext
  ) -> Finding {
    let analysis = EnvelopeAnalysis(envelope: envelope, inputsHash: target.contentHash).result
    var evidence = analysis.evidence
    let level = context.settings.level
    let isChanged = (target.test?.adjustedPValue.value ?? 1) < level
    let unresolved = envelope.comparisons.filter { ($0.adjustedPValue.value ?? 1) >= level }
    evidence["unresolved"] = .count(
      unresolved.count, "random sets from which the target is not told apart")
    evidence["p-trend"] = .measured(
      target.test?.primaryPValue
        ?? .undefined(UndefinedReason(.tooFew, "the arm has one dose")),
      .pStatement, "trend of the target")
    let status: Finding.Status
    let title: Prose
    if isChanged, !unresolved.isEmpty {
      status = .fired(.major)
      title = "{arm}: not told apart from {unresolved} of {controls} random sets"
    } else if isChanged, envelope.comparisons.count < Self.enoughSets {
      status = .fired(.info)
      title = "{arm}: steeper than {controls} random sets, which is too few for a rank test"
    } else {
      status = .passed
      title =
        isChanged
        ? "{arm}: steeper than every one of {controls} random sets"
        : "{arm}: no trend whose specificity could be in question"
    }
    return Finding(
      rule: Self.id, subject: target.id, status: status, title: title, sentence: analysis.sentence,
      remedy: status == .passed
        ? ""
        : "Draw at least 19 random sets, better 100, and report the interval of each difference.",
      evidence: evidence)
  }
}

/// R46: cells without rows.
struct MissingRowsRule: RowRule {
  static let id = RuleID.missingRows
  static let question = "Are there rows for every question at every dose?"
  static let needs = "Arms with two doses or a common list of questions."
  static let method = "Counts; unscored answers are rows, missing rows are none."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.curves.isEmpty else {
      return [.absent(Self.id, "No arms", "the table has no outcomes")]
    }
    return context.curves.map { curve in
      let total = curve.missingCount + curve.scoredCount + curve.unscoredCount
      let share = total > 0 ? Double(curve.missingCount) / Double(total) : 0
      let fires = curve.missingCount > 0 && curve.replicateCount == 1
      return Finding(
        rule: Self.id, subject: curve.id,
        status: fires ? .fired(share > 0.01 ? .major : .minor) : .passed,
        title: fires
          ? "{arm}: {missing} of {total} rows are missing" : "{arm}: no row is missing",
        sentence:
          "{arm} has {questions} questions; of {total} rows {missing} are missing ({share}).",
        remedy: fires ? "Run the missing cells, or state why they were left out." : "",
        evidence: [
          "arm": .text(curve.id, "arm"), "questions": .count(curve.itemCount, "questions"),
          "missing": .count(curve.missingCount, "missing rows"),
          "total": .count(total, "rows of the design"),
          "share": .number(share, .percent, "share of missing rows"),
        ])
    }
  }
}

/// R47: configurations that respond to the dose differently.
struct ConfigurationInteractionRule: RowRule {
  static let id = RuleID.configurationInteraction
  static let question = "Do configurations respond to the dose alike?"
  static let needs = "One neuron set on one benchmark in two configurations."
  static let method =
    "Difference of slopes by exact sign-flip of the questions' differences, Holm over pairs; "
    + "equivalence by two one-sided tests."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.replications.isEmpty else {
      return [
        .absent(
          Self.id, "No second configuration",
          "no neuron set was run on one benchmark in two configurations")
      ]
    }
    return context.replications.map { replication in
      let analysis = ReplicationAnalysis(
        replication: replication, curves: replication.curves.compactMap(context.curve),
        settings: context.settings, inputsHash: context.table.contentHash
      ).result
      let fires = replication.pairs.contains {
        ($0.adjustedPValue.value ?? 1) < context.settings.level
      }
      return Finding(
        rule: Self.id, subject: replication.id, status: fires ? .fired(.major) : .passed,
        title: fires
          ? "{benchmark}, {neuron-set}: configurations respond to the dose differently"
          : "{benchmark}, {neuron-set}: no difference between configurations is shown",
        sentence: analysis.sentence
          + (fires ? "" : "That none is shown does not show that they agree."),
        remedy: fires
          ? "Report each configuration; do not pool, and look for what the implementations do not "
            + "share." : "",
        evidence: analysis.evidence)
    }
  }
}
