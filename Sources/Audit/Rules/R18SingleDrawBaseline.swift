import Statistics
import Study

/// R18: is the random baseline a distribution or one draw?
public struct SingleDrawBaselineRule: AuditRule {
  public static let id = RuleID.singleDrawBaseline
  public static let question = "Is the random baseline a distribution or one draw?"
  public static let needs = "The number of random neuron sets that were drawn."
  public static let method =
    "With B random draws the smallest possible p-value of the comparison is 1 / (B + 1) "
    + "(Davison & Hinkley 1997, section 4.2); at least 100 draws are asked for."

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
    guard let draws = context.study.classifier?.randomSetDraws else {
      return [
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
      return [
        Finding(
          rule: Self.id, subject: "", status: .passed,
          title: "The random baseline is a distribution",
          sentence: "The baseline has {draws} random neuron sets.", evidence: evidence,
          sources: sources)
      ]
    }
    return [
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
}
