import Statistics
import Study

/// R32: is accuracy below the majority rule while the ranking is good?
public struct BelowMajorityRule: AuditRule {
  public static let id = RuleID.belowMajority
  public static let question = "Is accuracy below the majority rule while the ranking is good?"
  public static let needs =
    "Accuracy and AUROC with n and the majority share, in a grid or a detection set."
  public static let method =
    "Exact one-sided binomial test of the accuracy against the majority share, Holm over the "
    + "points of the table, for points whose AUROC is at least 0.7."

  /// From this AUROC on the ranking counts as good.
  static let goodRanking = 0.7

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let findings = grid(context) + detection(context)
    return findings.isEmpty
      ? [
        .notRun(
          Self.id, .notReported, "no table prints accuracy, AUROC and the majority share together")
      ] : findings
  }

  private struct Point {
    let name: String
    let accuracy: Double
    let auroc: Double
    let majority: Double
    let pValue: Double
    let source: SourceReference
  }

  private func point(
    _ name: String, correct: Int, total: Int, majority: Double, auroc: Double,
    source: SourceReference
  ) -> Point? {
    guard let observed = try? Proportion(successes: correct, trials: total),
      let test = try? BinomialTest(observed, nullValue: majority)
    else { return nil }
    return Point(
      name: name, accuracy: Double(correct) / Double(total), auroc: auroc, majority: majority,
      pValue: test.pValueLess, source: source)
  }

  private func grid(_ context: StudyContext) -> [Finding] {
    guard !context.study.grid.isEmpty else { return [] }
    guard let split = GridSplit(context.study), let majority = split.majority?.proportion else {
      return [
        .notRun(
          Self.id, subject: "grid", .notReported,
          "the rows behind the grid's accuracies, or their majority share, are not known")
      ]
    }
    let points = context.study.grid.compactMap { row -> Point? in
      guard let auroc = row.auroc?.exactValue, auroc >= Self.goodRanking,
        let accuracy = row.accuracy?.proportion
      else { return nil }
      return point(
        "C = " + PrintedNumber.text(of: row.inversePenalty),
        correct: Int((accuracy * Double(split.total)).rounded()), total: split.total,
        majority: majority, auroc: auroc, source: row.source)
    }
    return finding(
      "grid", points, evidence: ["n": .text(split.totalNote, "evaluated rows of the grid")],
      context)
  }

  private func detection(_ context: StudyContext) -> [Finding] {
    let points = context.study.detection.compactMap { row -> Point? in
      guard let counts = DetectionCounts(row), let auroc = counts.auroc, auroc >= Self.goodRanking
      else { return nil }
      return point(
        row.dataset, correct: counts.correct, total: counts.total,
        majority: counts.majorityAccuracy, auroc: auroc, source: row.source)
    }
    return finding("detection", points, evidence: [:], context)
  }

  private func finding(
    _ subject: String, _ points: [Point], evidence known: [String: Evidence],
    _ context: StudyContext
  ) -> [Finding] {
    guard !points.isEmpty else { return [] }
    let adjusted = PValueAdjustment.holm.adjust(points.map(\.pValue))
    let level = context.settings.level
    let below = points.indices.filter { points[$0].accuracy < points[$0].majority }
    var evidence = known
    evidence["points"] = .count(
      points.count, "points with a good ranking", sources: points.map(\.source))
    evidence["good"] = .number(Self.goodRanking, .decimal(1), "AUROC that counts as good")
    evidence["majority"] = .list(
      StudyContext.ordered(points.map { NumberStyle.percent.text($0.majority) }),
      "majority accuracy", sources: points.map(\.source))
    guard below.contains(where: { adjusted[$0] <= level }) else {
      return [
        Finding(
          rule: Self.id, subject: subject, status: .passed,
          title: "No accuracy falls below the majority rule while the ranking is good",
          sentence:
            "None of the {points} points with an AUROC of {good} or more is below the majority rule beyond chance.",
          evidence: evidence)
      ]
    }
    var parts: [String] = []
    for index in below where adjusted[index] <= level {
      let point = points[index]
      evidence["name-\(index + 1)"] = .text(point.name, "point", sources: [point.source])
      evidence["accuracy-\(index + 1)"] = .number(
        point.accuracy, .percent, "accuracy, \(point.name)", sources: [point.source])
      evidence["majority-\(index + 1)"] = .number(
        point.majority, .percent, "majority accuracy, \(point.name)", sources: [point.source])
      evidence["auroc-\(index + 1)"] = .number(
        point.auroc, .decimal(3), "AUROC, \(point.name)", sources: [point.source])
      evidence["adjusted-\(index + 1)"] = .number(
        adjusted[index], .pStatement, "one-sided p-value, Holm-adjusted, \(point.name)",
        method: "exact binomial, Holm", sources: [point.source])
      parts.append(
        "{name-\(index + 1)}: {accuracy-\(index + 1)} against {majority-\(index + 1)} with AUROC {auroc-\(index + 1)} (Holm {adjusted-\(index + 1)})"
      )
    }
    let basis = known["n"] == nil ? "" : ", n = {n}"
    return [
      Finding(
        rule: Self.id, subject: subject, status: .fired(.minor),
        title: "Accuracy is below the majority rule while the ranking is good",
        sentence: Prose(
          "The classifier ranks well and still loses to the majority rule\(basis): \(parts.joined(separator: "; "))."
        ),
        remedy: """
          The threshold does not fit the training prior: check class weights and whether the solver \
          penalises the intercept; the same fault over-predicts positives at test.
          """,
        evidence: evidence)
    ]
  }
}
