import Statistics
import Study

/// R02: recomputes what the text computes.
///
/// Rounding is not an error: a value agrees when it prints as the text prints it, whichever way a
/// half is rounded.
public struct ArithmeticRule: AuditRule {
  public static let id = RuleID.arithmetic
  public static let question =
    "Do sums, products and quotients in the text come out, and quoted numbers stand in the tables?"
  public static let needs =
    "Printed results with their expressions, counts that must add up, or claims that quote numbers."
  public static let method =
    "Recomputation in double precision, compared at the printed precision."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let study = context.study
    let findings =
      study.arithmetic.map(expression)
      + study.detection.compactMap(majority)
      + neuronSums(study) + classifierSum(study) + quotes(context)
    guard findings.isEmpty else { return findings }
    return [
      .notRun(
        Self.id,
        reason: UndefinedReason(.notReported, "the study prints no sum that can be redone"),
        title: "No arithmetic to redo")
    ]
  }

  private func expression(_ row: ArithmeticRow) -> Finding {
    let sources = [row.source]
    var evidence: [String: Evidence] = [
      "expression": .text(row.expression, "expression", sources: sources),
      "printed": .text(row.printed.text, "printed result", sources: sources),
    ]
    guard let value = (try? ArithmeticExpression(parsing: row.expression))?.value,
      value.isFinite, let printed = row.printed.roughProportion
    else {
      return .notRun(
        Self.id, subject: row.id,
        reason: UndefinedReason(.outOfDomain, "\(row.expression) has no value"),
        title: "{expression} cannot be evaluated", evidence: evidence)
    }
    let agrees =
      switch row.relation {
      case .equals: row.printed.agrees(with: value)
      case .over: value > printed
      case .under: value < printed
      }
    evidence["relation"] = .text(row.relation.rawValue, "what the text says of it")
    let scaled = value * row.printed.unit.perProportion
    evidence["value"] = .number(
      scaled, Self.style(scaled), "recomputed result, in the printed unit", sources: sources)
    return Finding(
      rule: Self.id, subject: row.id, status: agrees ? .passed : .fired(.major),
      title: agrees ? "{expression} comes out" : "{expression} does not come out",
      sentence: agrees
        ? "The text prints {printed} ({relation}) for {expression}; recomputed in the same unit: {value}."

        : "The text prints {printed} ({relation}) for {expression}, but in the same unit the result is {value}.",
      evidence: evidence)
  }

  /// The majority accuracy is the larger of the positive rate and its complement.
  private func majority(_ row: DetectionRow) -> Finding? {
    guard let printed = row.majorityAccuracy, let rate = row.positiveRate?.proportion,
      printed.exactValue != nil
    else { return nil }
    let share = max(rate, 1 - rate)
    let agrees = printed.agrees(with: share, slack: (row.positiveRate?.halfUnit ?? 0) / 100)
    return sum(
      subject: "detection/\(row.id)/majority", agrees: agrees,
      what: "the majority accuracy of \(row.dataset)", printed: printed.text,
      value: .number(share, .percent, "larger class share", sources: [row.source]),
      sources: [row.source])
  }

  /// Parts of a set of neurons add up to its total.
  private func neuronSums(_ study: PublishedStudy) -> [Finding] {
    StudyContext.ordered(study.neurons.map(\.set)).compactMap { set in
      let whole = study.neurons.filter { $0.set == set && $0.layer == nil && $0.attention == nil }
      guard let all = whole.first(where: { $0.kind == .all }),
        let shared = whole.first(where: { $0.kind == .shared }),
        let routed = whole.first(where: { $0.kind == .routed })
      else { return nil }
      let total = shared.count + routed.count
      return sum(
        subject: "neurons/\(set)", agrees: total == all.count,
        what: "the number of \(set) neurons", printed: "\(all.count)",
        value: .count(
          total, "shared and routed together", sources: [shared.source, routed.source]),
        sources: [all.source])
    }
  }

  private func classifierSum(_ study: PublishedStudy) -> [Finding] {
    guard let card = study.classifier, let nonzero = card.finalNonzero,
      let positive = card.finalPositive, let negative = card.finalNegative
    else { return [] }
    return [
      sum(
        subject: "classifier/nonzero", agrees: positive + negative == nonzero,
        what: "the number of nonzero weights", printed: "\(nonzero)",
        value: .count(positive + negative, "positive and negative together"), sources: [])
    ]
  }

  private func sum(
    subject: String, agrees: Bool, what: String, printed: String, value: Evidence,
    sources: [SourceReference]
  ) -> Finding {
    Finding(
      rule: Self.id, subject: subject, status: agrees ? .passed : .fired(.major),
      title: agrees ? "{what} adds up" : "{what} does not add up",
      sentence: agrees
        ? "The text gives {what} as {printed}; its parts give {value}."
        : "The text gives {what} as {printed}, but its parts give {value}.",
      evidence: [
        "what": .text(what, "quantity", sources: sources),
        "printed": .text(printed, "printed", sources: sources), "value": value,
      ])
  }
}
