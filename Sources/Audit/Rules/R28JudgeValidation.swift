import Statistics
import Study

/// R28: are the instruments validated, blind and against chance?
public struct JudgeValidationRule: AuditRule {
  public static let id = RuleID.judgeValidation
  public static let question = "Are the instruments validated, blind and against chance?"
  public static let needs = "Validation counts of an extractor, judge or parser."
  public static let method =
    "Wilson intervals (1927); exact sign test of the disagreements; agreement without a "
    + "chance-corrected coefficient (kappa, AC1) and unblinded adjudication are flagged."

  /// Quantities that correct agreement for chance.
  static let chanceCorrected: Set<String> = ["kappa", "ac1"]

  /// What instruments that score answers are called.
  static let judgeWords = ["judge", "grader", "scorer", "rater", "evaluator"]

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let rows = context.study.validations
    let subjects = context.subjects(of: .instrumentIsValid)
    let instruments = StudyContext.ordered(rows.map(\.instrument))
    var findings = instruments.map { instrument in
      finding(
        instrument, rows.filter { $0.instrument == instrument },
        claims: subjects.filter { subject in
          subject.validations.isEmpty
            || subject.validations.contains { $0.instrument == instrument }
        }, context)
    }
    let hasJudge = instruments.contains { name in
      Self.judgeWords.contains { name.lowercased().contains($0) }
    }
    if !hasJudge, context.rows.contains(where: { !$0.printedDoses.isEmpty }) {
      findings.append(
        .notRun(
          Self.id, subject: "judge", .notReported,
          "no validated instrument is named as the judge that scores the benchmarks"))
    }
    return findings.isEmpty
      ? [.notRun(Self.id, .notReported, "no instrument is validated in the text")] : findings
  }

  private func finding(
    _ instrument: String, _ rows: [ValidationRow], claims: [ClaimSubject], _ context: StudyContext
  ) -> Finding {
    var evidence: [String: Evidence] = [
      "instrument": .text(instrument, "instrument", sources: rows.map(\.source))
    ]
    var parts: [String] = []
    var flaws: [Prose] = []
    for (index, row) in rows.enumerated() {
      guard let successes = row.successes, let trials = row.trials, trials > 0,
        let observed = try? Proportion(successes: successes, trials: trials)
      else {
        if let printed = row.printed {
          evidence["rate-\(index + 1)"] = .text(
            printed.text, "\(row.quantity), as printed", sources: [row.source])
          evidence["quantity-\(index + 1)"] = .text(Self.words(row.quantity), "quantity")
          parts.append("{quantity-\(index + 1)} {rate-\(index + 1)} (no counts)")
        }
        continue
      }
      evidence["quantity-\(index + 1)"] = .text(Self.words(row.quantity), "quantity")
      evidence["counts-\(index + 1)"] = .text(
        "\(successes)/\(trials)", "counts, \(row.quantity)", sources: [row.source])
      evidence["rate-\(index + 1)"] = .estimate(
        Double(successes) / Double(trials),
        observed.wilsonInterval(confidenceLevel: context.settings.confidenceLevel), .percent,
        "\(row.quantity) of \(instrument)", sources: [row.source])
      parts.append("{quantity-\(index + 1)} {counts-\(index + 1)} = {rate-\(index + 1)}")
      guard row.quantity.hasPrefix("disagreements") else { continue }
      if let sign = try? BinomialTest(observed, nullValue: 0.5) {
        evidence["sign-p"] = .number(
          sign.pValueMinimumLikelihood, .pStatement, "sign test of the disagreements",
          method: "exact sign test", sources: [row.source])
      }
      // Favouring the other instrument needs no blinding to be believed.
      if row.isBlinded != true, 2 * successes > trials {
        evidence["favouring"] = .count(
          successes, "disagreements decided for the own instrument", sources: [row.source])
        evidence["disagreements"] = .count(trials, "disagreements", sources: [row.source])
        flaws.append(
          """
          {favouring} of {disagreements} disagreements were decided for the study's own instrument \
          (sign test {sign-p}) by a person who is not said to have been blind to it.
          """)
      }
    }
    let hasAgreement = rows.contains { $0.quantity == "agreement" }
    if hasAgreement, !rows.contains(where: { Self.chanceCorrected.contains($0.quantity) }) {
      flaws.append("Agreement is not corrected for chance.")
    }
    let list = Prose("For {instrument}: \(parts.joined(separator: "; ")).")
    guard !flaws.isEmpty else {
      return Finding(
        rule: Self.id, subject: instrument, status: .passed,
        title: "The validation of {instrument} shows no flaw", sentence: list, evidence: evidence,
        assessments: claims.map { $0.assessed(parts.isEmpty ? .notTestable : .supported) })
    }
    return Finding(
      rule: Self.id, subject: instrument, status: .fired(.minor),
      title: "The validation of {instrument} leaves gaps",
      sentence: flaws.reduce(list) { $0 + $1 },
      remedy: """
        Report a chance-corrected coefficient with its interval, blind the adjudicator, and \
        validate the judge of the benchmarks at every dose.
        """,
      evidence: evidence, assessments: claims.map { $0.assessed(.inconclusive) })
  }

  /// `alias-match` as words.
  private static func words(_ quantity: String) -> String {
    String(quantity.map { $0 == "-" ? " " : $0 })
  }
}
