import Statistics
import Study

// Numbers that claims quote: do they stand in the tables, or follow from them?
extension ArithmeticRule {
  /// One finding for each claim that quotes a number that the tables can give.
  ///
  /// For `restates` and `share-of` the number is the claim, so this is its verdict. For the others it
  /// is a part of the claim: a number that the tables contradict refutes it, a right one proves
  /// nothing more.
  func quotes(_ context: StudyContext) -> [Finding] {
    context.study.claims.compactMap { claim -> Finding? in
      let subject = ClaimSubject(claim, in: context)
      let quoted = QuotedNumber.all(of: subject, in: context)
      let isWholeClaim = claim.predicate == .restates || claim.predicate == .shareOf
      guard !quoted.isEmpty else { return isWholeClaim ? untestable(subject) : nil }
      return finding(subject, quoted, isWholeClaim: isWholeClaim)
    }
  }

  private func untestable(_ subject: ClaimSubject) -> Finding {
    let why =
      subject.claim.predicate == .shareOf
      ? "the claim prints no share, or divides by zero"
      : "the rows that the claim names do not print this number"
    return .notRun(
      Self.id, subject: "quote/\(subject.claim.id)", .notReported, why,
      assessments: [subject.assessed(.notTestable)], sources: [subject.claim.source])
  }

  private func finding(
    _ subject: ClaimSubject, _ quoted: [QuotedNumber], isWholeClaim: Bool
  ) -> Finding {
    let claim = subject.claim
    let wrong = quoted.filter { !$0.agrees }
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source])
    ]
    var parts: [String] = []
    for (index, number) in quoted.enumerated() {
      let place = "\(index + 1)"
      evidence["name-" + place] = .text(number.name, "what is quoted")
      evidence["printed-" + place] = .text(
        number.printed.text, "as quoted", sources: [claim.source])
      guard let nearest = number.nearest else { continue }
      let scaled = nearest.value * number.printed.unit.perProportion
      evidence["value-" + place] = .number(
        scaled, Self.style(scaled), "from the tables, in the quoted unit",
        sources: nearest.source.map { [$0] } ?? [claim.source])
      parts.append("{name-\(place)} {printed-\(place)}, from the tables {value-\(place)}")
    }
    let verdict: Verdict? = wrong.isEmpty ? (isWholeClaim ? .supported : nil) : .refuted
    return Finding(
      rule: Self.id, subject: "quote/\(claim.id)",
      status: wrong.isEmpty ? .passed : .fired(.major),
      title: wrong.isEmpty
        ? "A quoted number is that of the tables" : "A quoted number is not that of the tables",
      sentence: Prose("“{quote}”: \(parts.joined(separator: "; "))."),
      remedy: wrong.isEmpty ? "" : "Correct the number, or say what it is taken from.",
      evidence: evidence, assessments: verdict.map { [subject.assessed($0)] } ?? [])
  }

  /// Whole numbers as such, others to six digits.
  static func style(_ value: Double) -> NumberStyle {
    value == value.rounded() && abs(value) < 1e15 ? .count : .significant(6)
  }
}
