import Statistics
import Study

/// R27: what does the consistency filter certify, and is the flow of items reported?
public struct SelectionFilterRule: AuditRule {
  public static let id = RuleID.selectionFilter
  public static let question = "What does the consistency filter certify, and is the flow reported?"
  public static let needs =
    "The number of responses an item, and the counts before and after the filter."
  public static let method =
    "Lower end of the two-sided Clopper–Pearson interval (1934) for R of R consistent responses."

  /// "Always" is taken as at least this share of responses.
  static let certaintyThreshold = 0.95

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let claims = context.subjects(of: .filterCertifies)
    guard let card = context.study.sampling, let responses = card.responsesPerItem, responses > 0
    else {
      return [
        .notRun(
          Self.id, .notReported, "the number of responses an item is not stated",
          assessments: claims.map { $0.assessed(.notTestable) })
      ]
    }
    guard let consistent = try? Proportion(successes: responses, trials: responses) else {
      return [
        .notRun(
          Self.id, .outOfDomain, "no interval for \(responses) responses",
          assessments: claims.map { $0.assessed(.notTestable) })
      ]
    }
    let interval = consistent.clopperPearsonInterval(
      confidenceLevel: context.settings.confidenceLevel)
    let sources = claims.map(\.claim.source)
    var evidence: [String: Evidence] = [
      "responses": .count(responses, "responses an item", sources: sources),
      "lower": .number(
        interval.lower, .decimal(2), "smallest success probability that the filter certifies",
        method: interval.method.rawValue, sources: sources),
    ]
    let kept = (card.alwaysRight ?? 0) + (card.alwaysWrong ?? 0)
    evidence["kept"] = .count(kept, "items kept")
    var sentence: Prose = """
      {responses} of {responses} equal outcomes certify only that the item's probability of that \
      outcome is above {lower}
      """
    let overclaims = !claims.isEmpty && interval.lower < Self.certaintyThreshold
    let hidesFlow = kept > 0 && card.itemsSeen == nil
    if let seen = card.itemsSeen, seen > 0 {
      evidence["seen"] = .count(seen, "items sampled")
      evidence["retention"] = .number(Double(kept) / Double(seen), .percent, "share kept")
      sentence = Prose(sentence.template + "; {kept} of {seen} items were kept ({retention}).")
    } else if hidesFlow {
      sentence = Prose(
        sentence.template + "; how many items were sampled to keep {kept} is not reported.")
    } else {
      sentence = Prose(sentence.template + ".")
    }
    guard overclaims || hidesFlow else {
      return [
        Finding(
          rule: Self.id, subject: "", status: .passed,
          title: "The flow through the filter is reported", sentence: sentence, evidence: evidence,
          assessments: claims.map { $0.assessed(.supported) })
      ]
    }
    return [
      Finding(
        rule: Self.id, subject: "", status: .fired(.minor),
        title: overclaims
          ? "The filter certifies less than “always”"
          : "How many items the filter dropped is not reported",
        sentence: sentence,
        remedy: """
          Report the items seen, kept and dropped, and evaluate on unfiltered items too: training \
          and testing on the extremes raises AUROC (spectrum effect).
          """,
        evidence: evidence,
        assessments: claims.map { $0.assessed(overclaims ? .inconclusive : .supported) },
        sources: sources)
    ]
  }
}
