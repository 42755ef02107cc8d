import Statistics
import Study

/// R17: which confusion tables fit the printed numbers?
public struct FeasibleConfusionRule: AuditRule {
  public static let id = RuleID.feasibleConfusion
  public static let question = "Which confusion tables fit the printed numbers?"
  public static let needs = "n, positive rate, accuracy and AUROC of a detection set."
  public static let method =
    "Every (true positives, true negatives) that gives the printed accuracy and lies on a monotone "
    + "ROC curve through the printed AUROC."

  /// From this share of predicted positives on, "almost every item" is taken as shown.
  static let almostAll = 0.9

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .predictsMostlyPositive)
    let counted = context.study.detection.compactMap(DetectionCounts.init)
      .filter { $0.auroc != nil }
    guard !counted.isEmpty else {
      return [
        .notRun(
          Self.id, .notReported,
          "no detection set prints n, positive rate, accuracy and AUROC together",
          assessments: subjects.map { $0.assessed(.notTestable) })
      ]
    }
    let uncounted = subjects.filter { subject in
      !counted.contains { subject.detection.contains($0.row) }
    }
    return counted.map { counts in
      finding(counts, claims: subjects.filter { $0.detection.contains(counts.row) })
    }
      + uncounted.map {
        .notRun(
          Self.id, subject: $0.claim.id, .notReported,
          "the sets of the claim do not print n, positive rate, accuracy and AUROC together",
          assessments: [$0.assessed(.notTestable)], sources: [$0.claim.source])
      }
  }

  private func finding(_ counts: DetectionCounts, claims: [ClaimSubject]) -> Finding {
    let sources = counts.sources
    var evidence: [String: Evidence] = [
      "set": .text(counts.row.dataset, "set", sources: sources),
      "n": .count(counts.total, "items", sources: sources),
      "correct": .count(counts.correct, "correct items", sources: sources),
      "positives": .count(counts.positives, "positives", sources: sources),
      "negatives": .count(counts.negatives, "negatives", sources: sources),
      "auroc": .number(counts.auroc ?? .nan, .decimal(3), "AUROC", sources: sources),
    ]
    guard counts.positives > 0, counts.negatives > 0 else {
      return .notRun(
        Self.id, subject: counts.row.dataset, .singleClass, "all items are of one class",
        sources: sources)
    }
    guard let tables = counts.feasible else {
      return Finding(
        rule: Self.id, subject: counts.row.dataset, status: .fired(.major),
        title: "The printed numbers of {set} contradict each other",
        sentence: """
          No confusion table with {correct} correct of {n} items ({positives} positive) lies on a \
          ROC curve with AUROC {auroc}.
          """,
        remedy: "Print the confusion table.", evidence: evidence, sources: sources)
    }
    let lower = tables.predictedPositiveShare.lowerBound
    let upper = tables.predictedPositiveShare.upperBound
    evidence["true-positives-lower"] = .count(
      tables.truePositives.lowerBound, "fewest true positives", sources: sources)
    evidence["true-positives-upper"] = .count(
      tables.truePositives.upperBound, "most true positives", sources: sources)
    evidence["true-negatives-lower"] = .count(
      tables.trueNegatives.lowerBound, "fewest true negatives", sources: sources)
    evidence["true-negatives-upper"] = .count(
      tables.trueNegatives.upperBound, "most true negatives", sources: sources)
    evidence["predicted-lower"] = .number(
      lower, .percent, "smallest share predicted positive", method: "feasible confusion tables",
      sources: sources)
    evidence["predicted-upper"] = .number(
      upper, .percent, "largest share predicted positive", method: "feasible confusion tables",
      sources: sources)
    let sentence: Prose = """
      On {set} the printed accuracy ({correct} of {n}) and AUROC {auroc} leave {true-negatives-lower} \
      to {true-negatives-upper} true negatives of {negatives} and {true-positives-lower} to \
      {true-positives-upper} true positives of {positives}: {predicted-lower} to {predicted-upper} of \
      the items are predicted positive.
      """
    guard !claims.isEmpty else {
      return Finding(
        rule: Self.id, subject: counts.row.dataset, status: .passed,
        title: "The printed numbers of {set} fit a confusion table", sentence: sentence,
        evidence: evidence)
    }
    let verdict: Verdict =
      lower >= Self.almostAll ? .supported : upper < Self.almostAll ? .refuted : .inconclusive
    return Finding(
      rule: Self.id, subject: counts.row.dataset,
      status: .fired(verdict == .supported ? .info : .minor),
      title: verdict == .supported
        ? "Almost every item of {set} is predicted positive"
        : "The printed numbers of {set} do not show that almost every item is predicted positive",
      sentence: sentence, evidence: evidence, assessments: claims.map { $0.assessed(verdict) })
  }
}
