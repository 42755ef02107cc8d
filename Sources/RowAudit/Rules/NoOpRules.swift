import Audit
import Statistics

/// R35: a run whose no-op dose is no no-op stands off the curve of its neighbours.
struct NoOpCurveRule: RowRule {
  static let id = RuleID.noOpOffCurve
  static let question = "Does the no-op dose lie on the curve of its neighbours?"
  static let needs = "The no-op dose with a dose on each side and a second one on one side."
  static let method =
    "Outcome at the no-op dose minus the lines through neighbouring doses, by question; t over "
    + "questions; the largest p counts (intersection–union), Holm over arms."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.noOpChecks.isEmpty else {
      return [
        .absent(
          Self.id, "The no-op dose has no neighbours",
          "no arm was run at the no-op dose with doses on both sides")
      ]
    }
    return context.noOpChecks.map { check in
      guard let p = check.adjustedPValue.value else {
        let reason =
          check.adjustedPValue.reason ?? UndefinedReason(.tooFew, "there are too few doses")
        return Finding(
          rule: Self.id, subject: check.curve, status: .notRun(reason),
          title: "The no-op dose of {arm} cannot be placed on a curve",
          sentence: NoOpResults.sentence(check), evidence: NoOpResults.evidence(check))
      }
      let fires = p < context.settings.level
      return Finding(
        rule: Self.id, subject: check.curve, status: fires ? .fired(.critical) : .passed,
        title: fires
          ? "{arm}: the dose that changes nothing is off the curve by {deviation-1.estimate}"
          : "{arm}: the no-op dose lies on the curve of its neighbours",
        sentence: fires
          ? NoOpResults.sentence(check)
            + "Everywhere else the curve is continuous, so this dose was not produced like the "
            + "others: a hook that is bypassed where nothing is to be changed does this."
          : NoOpResults.sentence(check),
        remedy: fires
          ? "Run the no-op dose through the same code as the other doses and compare its answers, "
            + "item by item, with those of the untouched model."
          : "",
        evidence: NoOpResults.evidence(check))
    }
  }
}

/// R36: on the same weights nothing may differ where nothing is changed.
struct NoOpFlipsRule: RowRule {
  static let id = RuleID.noOpFlips
  static let question = "Do arms on the same weights answer alike where nothing is changed?"
  static let needs =
    "Two arms of a configuration (or of one weight format) with the same questions at the no-op "
    + "dose, one response each."
  static let method = "Flips counted question by question; McNemar mid-p and Tango interval, Holm."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.noOpPairs.isEmpty else {
      return [
        .absent(
          Self.id, "No two arms to compare at the no-op dose",
          "no two arms share benchmark, endpoint, judge and the no-op dose")
      ]
    }
    return context.noOpPairs.map { pair in
      let isDifferent = (pair.adjustedPValue.value ?? 1) < context.settings.level
      let hasFlips = pair.flipCount > 0
      let status: Finding.Status
      if pair.commonCount == 0 {
        status = .notRun(UndefinedReason(.emptyInput, "the arms share no question"))
      } else if pair.weights.mustAgree {
        status = !hasFlips ? .passed : .fired(isDifferent ? .critical : .major)
      } else {
        status = isDifferent ? .fired(.info) : .passed
      }
      return Finding(
        rule: Self.id, subject: pair.first + " and " + pair.second, status: status,
        title: hasFlips
          ? "{first} and {second} differ in {flips} of {common} answers where nothing is changed"
          : "{first} and {second} give the same {common} outcomes where nothing is changed",
        sentence: NoOpResults.sentence(pair)
          + (!pair.weights.mustAgree
            ? "Levels may differ between weight formats; compare changes from the own no-op dose."
            : hasFlips
              ? "On the same weights a factor of one is the identity, so that every difference is a "
                + "fault or chance in decoding." : ""),
        remedy: pair.weights.mustAgree && hasFlips
          ? "Decode greedily, compare the responses of these questions, and void the arm until the "
            + "flips are explained." : "",
        evidence: NoOpResults.evidence(pair))
    }
  }
}
