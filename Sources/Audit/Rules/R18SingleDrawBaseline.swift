import Statistics
import Study

/// R18: is the random baseline a distribution or one draw?
public struct SingleDrawBaselineRule: AuditRule {
  public static let id = RuleID.singleDrawBaseline
  public static let question = "Is the random baseline a distribution or one draw?"
  public static let needs = "The number of random neuron sets that were drawn."
  public static let method =
    "With B random draws the smallest possible p-value of the comparison is 1 / (B + 1) "
    + "(Davison & Hinkley 1997, section 4.2); at least 100 draws are asked for. A claim that the "
    + "random sets are at chance is refuted where the Hanley–McNeil interval (1982) of a random "
    + "AUROC excludes one half, with the level shared out over the sets."

  /// Draws below which no tail of the null distribution can be seen at the usual levels.
  static let requiredDraws = 100

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let claims = context.subjects(of: .specificToSet, .atChance)
    let baselines = context.study.detection.filter {
      $0.randomAUROC?.exactValue != nil || $0.randomAccuracy?.exactValue != nil
    }
    guard !claims.isEmpty || !baselines.isEmpty else {
      return [.notRun(Self.id, .notReported, "the study reports no random neuron sets")]
    }
    let sources = baselines.map(\.source) + claims.map(\.claim.source)
    let offChance = offChance(claims, context)
    guard let draws = context.study.classifier?.randomSetDraws else {
      return offChance + [
        .notRun(
          Self.id, .notReported, "the number of random neuron sets is not stated",
          assessments: claims.map { $0.assessed(.notTestable) }, sources: sources)
      ]
    }
    let evidence: [String: Evidence] = [
      "draws": .count(draws, "random neuron sets drawn", sources: sources),
      "required": .count(Self.requiredDraws, "draws asked for"),
      "smallest": .number(1 / Double(draws + 1), .decimal(3), "smallest possible p-value"),
    ]
    guard draws < Self.requiredDraws else {
      return offChance + [
        Finding(
          rule: Self.id, subject: "", status: .passed,
          title: "The random baseline is a distribution",
          sentence: "The baseline has {draws} random neuron sets; where the selected set falls "
            + "among them is the test.", evidence: evidence,
          assessments: claims.map { $0.assessed(.inconclusive) }, sources: sources)
      ]
    }
    return offChance + [
      Finding(
        rule: Self.id, subject: "", status: .fired(.major),
        title: "The random baseline has too few draws for a null distribution",
        sentence: """
          The number of random neuron sets behind the baseline is {draws}; the smallest p-value \
          that they could give is {smallest}, so whether the signal is specific to the selected \
          set, or the random sets are at chance, cannot be tested.
          """,
        remedy: """
          Draw at least {required} sets matched in layer, expert type and activation rate, and \
          report where the selected set falls among them.
          """,
        evidence: evidence, assessments: claims.map { $0.assessed(.notTestable) }, sources: sources)
    ]
  }

  /// Sets whose random baseline ranks better or worse than chance, although a claim says otherwise.
  private func offChance(_ claims: [ClaimSubject], _ context: StudyContext) -> [Finding] {
    claims.filter { $0.claim.predicate == .atChance }.compactMap { subject in
      let rows = subject.detection.filter { $0.randomAUROC?.exactValue != nil }
      let level = 1 - (1 - context.settings.confidenceLevel) / Double(max(1, rows.count))
      let intervals = rows.compactMap { row -> (row: DetectionRow, interval: Interval)? in
        guard let auroc = row.randomAUROC?.exactValue, let counts = DetectionCounts(row),
          let interval =
            (try? HanleyMcNeil(
              auroc: auroc, positiveCount: counts.positives, negativeCount: counts.negatives))?
            .logitInterval(confidenceLevel: level).value
        else { return nil }
        return (row, interval)
      }
      let off = intervals.filter { !($0.interval.lower...$0.interval.upper).contains(0.5) }
      guard !off.isEmpty else { return nil }
      return Finding(
        rule: Self.id, subject: subject.claim.id, status: .fired(.major),
        title: "A random baseline is not at chance",
        sentence: "“{quote}”: the random AUROC excludes one half in {off}.",
        remedy: "Say what the random sets pick up, and compare with them and not with one half.",
        evidence: [
          "quote": .text(subject.claim.quote, "claim", sources: [subject.claim.source]),
          "off": .list(
            off.map {
              "\($0.row.dataset) \($0.row.randomAUROC?.text ?? "") "
                + NumberStyle.decimal(3).text($0.interval)
            }, "random AUROC that excludes one half, level shared out over the sets",
            sources: off.map(\.row.source)),
        ], assessments: [subject.assessed(.refuted)])
    }
  }
}
