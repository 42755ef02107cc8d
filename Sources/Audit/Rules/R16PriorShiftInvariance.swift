import Statistics
import Study

/// R16: can another class prior explain the result?
public struct PriorShiftInvarianceRule: AuditRule {
  public static let id = RuleID.priorShiftInvariance
  public static let question = "Can another class prior explain the result?"
  public static let needs =
    "A claim that a class prior explains an accuracy, and detection rows with n, positive rate, "
    + "accuracy and AUROC for that set and for an in-domain set."
  public static let method =
    "A change of the prior leaves sensitivity and specificity as they are. The confusion tables "
    + "that fit the printed numbers bound both; the nearest feasible rates are compared with "
    + "Fisher's exact test, Holm-adjusted. Expected accuracy by the equal-variance binormal model."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .priorShiftExplains)
    guard !subjects.isEmpty else {
      return [.notRun(Self.id, .notApplicable, "no claim appeals to another class prior")]
    }
    let comparisons = subjects.map { ($0, comparison($0, context)) }
    let adjusted = PValueAdjustment.holm.adjust(
      comparisons.compactMap { $0.1.map { min(1, $0.pValue * Double($0.choices)) } })
    var next = 0
    return comparisons.map { subject, comparison in
      guard let comparison else {
        return .notRun(
          Self.id, subject: subject.claim.id, .notReported,
          "the printed numbers do not bound the rates of both sets",
          assessments: [subject.assessed(.notTestable)], sources: [subject.claim.source])
      }
      defer { next += 1 }
      return finding(subject, comparison, adjusted: adjusted[next], context)
    }
  }

  /// Feasible specificities (or sensitivities) of two sets, and how far apart they are at least.
  private struct Comparison {
    let target: DetectionCounts
    let source: DetectionCounts
    let rate: String
    let targetRange: ClosedRange<Int>
    let targetTotal: Int
    let sourceRange: ClosedRange<Int>
    let sourceTotal: Int
    let pValue: Double
    /// Comparisons of sets and rates among which this one was chosen.
    var choices = 1

    var targetShares: (lower: Double, upper: Double) {
      (
        Double(targetRange.lowerBound) / Double(targetTotal),
        Double(targetRange.upperBound) / Double(targetTotal)
      )
    }
    var sourceShares: (lower: Double, upper: Double) {
      (
        Double(sourceRange.lowerBound) / Double(sourceTotal),
        Double(sourceRange.upperBound) / Double(sourceTotal)
      )
    }
  }

  private func comparison(_ subject: ClaimSubject, _ context: StudyContext) -> Comparison? {
    let targets = subject.detection.compactMap(DetectionCounts.init)
    let sources = context.study.detection.filter { $0.role == "in-domain" }
      .compactMap(DetectionCounts.init)
    let all = targets.flatMap { target in
      sources.filter { $0.row != target.row }.flatMap { comparisons(target, $0) }
    }
    var best = all.min { $0.pValue < $1.pValue }
    best?.choices = all.count
    return best
  }

  private func comparisons(
    _ target: DetectionCounts, _ source: DetectionCounts
  ) -> [Comparison] {
    guard let targetTables = target.feasible, let sourceTables = source.feasible else { return [] }
    let rates = [
      (
        "specificity", targetTables.trueNegatives, target.negatives, sourceTables.trueNegatives,
        source.negatives
      ),
      (
        "sensitivity", targetTables.truePositives, target.positives, sourceTables.truePositives,
        source.positives
      ),
    ]
    return rates.compactMap { name, targetRange, targetTotal, sourceRange, sourceTotal in
      guard targetTotal > 0, sourceTotal > 0 else { return nil }
      let p = Self.nearest(targetRange, targetTotal, sourceRange, sourceTotal)
      return Comparison(
        target: target, source: source, rate: name, targetRange: targetRange,
        targetTotal: targetTotal, sourceRange: sourceRange, sourceTotal: sourceTotal, pValue: p)
    }
  }

  /// Fisher's p-value of the two feasible shares that are nearest to each other; 1 when the ranges
  /// overlap.
  private static func nearest(
    _ target: ClosedRange<Int>, _ targetTotal: Int, _ source: ClosedRange<Int>, _ sourceTotal: Int
  ) -> Double {
    func share(_ count: Int, _ total: Int) -> Double { Double(count) / Double(total) }
    let ends: (Int, Int)
    if share(target.upperBound, targetTotal) < share(source.lowerBound, sourceTotal) {
      ends = (target.upperBound, source.lowerBound)
    } else if share(source.upperBound, sourceTotal) < share(target.lowerBound, targetTotal) {
      ends = (target.lowerBound, source.upperBound)
    } else {
      return 1
    }
    guard let first = try? Proportion(successes: ends.0, trials: targetTotal),
      let second = try? Proportion(successes: ends.1, trials: sourceTotal)
    else { return 1 }
    return FisherExactTest(first, second).pValueTwoSided
  }

  private func finding(
    _ subject: ClaimSubject, _ comparison: Comparison, adjusted: Double, _ context: StudyContext
  ) -> Finding {
    let (target, source) = (comparison.target, comparison.source)
    let sources = target.sources + source.sources
    var evidence: [String: Evidence] = [
      "quote": .text(subject.claim.quote, "claim", sources: [subject.claim.source]),
      "target": .text(target.row.dataset, "set of the claim", sources: target.sources),
      "source": .text(source.row.dataset, "in-domain set", sources: source.sources),
      "rate": .text(comparison.rate, "rate that a prior cannot change"),
      "target-lower": .number(
        comparison.targetShares.lower, .percent, "smallest feasible \(comparison.rate), target",
        method: "feasible confusion tables", sources: target.sources),
      "target-upper": .number(
        comparison.targetShares.upper, .percent, "largest feasible \(comparison.rate), target",
        method: "feasible confusion tables", sources: target.sources),
      "source-lower": .number(
        comparison.sourceShares.lower, .percent, "smallest feasible \(comparison.rate), in-domain",
        method: "feasible confusion tables", sources: source.sources),
      "source-upper": .number(
        comparison.sourceShares.upper, .percent, "largest feasible \(comparison.rate), in-domain",
        method: "feasible confusion tables", sources: source.sources),
      "target-count": .count(
        comparison.targetRange.upperBound, "largest feasible count, target", sources: target.sources
      ),
      "target-total": .count(
        comparison.targetTotal, "items of the class, target", sources: target.sources),
      "source-count": .count(
        comparison.sourceRange.lowerBound, "smallest feasible count, in-domain",
        sources: source.sources),
      "source-total": .count(
        comparison.sourceTotal, "items of the class, in-domain", sources: source.sources),
      "p": .number(
        comparison.pValue, .pStatement, "p-value of the nearest feasible rates",
        method: "Fisher exact, two-sided, minimum likelihood", sources: sources),
      "adjusted": .number(
        adjusted, .pStatement, "Bonferroni over the sets and rates compared, Holm over the claims",
        method: "Bonferroni, Holm"),
      "choices": .count(comparison.choices, "sets and rates compared"),
      "accuracy": .number(target.accuracy, .percent, "printed accuracy", sources: target.sources),
    ]
    let expected = expectedAccuracy(comparison, subject, context, &evidence)
    guard adjusted <= context.settings.level else {
      return Finding(
        rule: Self.id, subject: subject.claim.id, status: .passed,
        title: "A prior shift is compatible with the printed numbers",
        sentence: """
          The feasible {rate} is {target-lower} to {target-upper} on {target} and {source-lower} to \
          {source-upper} on {source}: the printed numbers do not exclude a pure shift of the prior.
          """, evidence: evidence, assessments: [subject.assessed(.inconclusive)])
    }
    return Finding(
      rule: Self.id, subject: subject.claim.id, status: .fired(.critical),
      title: "Another prior cannot explain {accuracy} on {target}: the scores themselves moved",
      sentence: """
        A shift of the class prior changes neither sensitivity nor specificity. The printed numbers \
        bound the {rate} to {target-lower} to {target-upper} on {target} and to {source-lower} to \
        {source-upper} on {source} ({p} for the nearest feasible rates, Holm {adjusted}): the \
        scores themselves moved.
        """ + expected,
      remedy: """
        Prior correction will not repair it; choose the threshold on labelled data of the \
        deployment, and report sensitivity and specificity.
        """,
      evidence: evidence, assessments: [subject.assessed(.refuted)])
  }

  private func expectedAccuracy(
    _ comparison: Comparison, _ subject: ClaimSubject, _ context: StudyContext,
    _ evidence: inout [String: Evidence]
  ) -> Prose {
    let quoted = subject.claim.values["training-prior"]
    var prior = quoted?.roughProportion
    if let right = context.study.sampling?.alwaysRight,
      let wrong = context.study.sampling?.alwaysWrong, right + wrong > 0
    {
      let counted = Double(wrong) / Double(right + wrong)
      if quoted?.agrees(with: counted) ?? true { prior = counted }
    }
    guard let prior else { return "" }
    evidence["prior"] = .number(prior, .percent, "training prior", sources: [subject.claim.source])
    if let split = GridSplit(context.study), split.unit == .row {
      evidence["row-prior"] = .number(
        split.positiveShare, .percent, "share of positives among rows")
    }
    let rowPriorNote =
      evidence["row-prior"] == nil
      ? "" : " (Among the rows that trained it the share of positives was {row-prior}.)"
    var sentence: Prose = ""
    if let auroc = comparison.target.auroc, let model = BinormalClassifier(auroc: auroc),
      let value = model.accuracy(
        prevalence: comparison.target.prevalence, trainingPrior: prior
      ).value
    {
      evidence["expected"] = .number(
        value, .percent, "accuracy of a calibrated classifier of this AUROC, target",
        method: "equal-variance binormal model", sources: comparison.target.sources)
      sentence = """
        A classifier of the same AUROC with its threshold right for a prior of {prior} would be \
        {expected} accurate on {target}, not {accuracy}
        """
      guard let auroc = comparison.source.auroc, let model = BinormalClassifier(auroc: auroc),
        let value = model.accuracy(
          prevalence: comparison.source.prevalence, trainingPrior: prior
        ).value
      else { return Prose(sentence.template + ".") }
      evidence["source-expected"] = .number(
        value, .percent, "accuracy of a calibrated classifier of this AUROC, in-domain",
        method: "equal-variance binormal model", sources: comparison.source.sources)
      evidence["source-accuracy"] = .number(
        comparison.source.accuracy, .percent, "printed accuracy, in-domain",
        sources: comparison.source.sources)
      return Prose(
        sentence.template
          + "; on {source} itself {source-expected} would be expected, and {source-accuracy} is printed."
          + rowPriorNote)
    }
    return sentence.template.isEmpty ? "" : Prose(sentence.template + ".")
  }
}
