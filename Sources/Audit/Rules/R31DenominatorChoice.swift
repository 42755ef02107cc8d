import Statistics
import Study

/// R31: is a share taken over units that can be active?
public struct DenominatorChoiceRule: AuditRule {
  public static let id = RuleID.denominatorChoice
  public static let question = "Is a share taken over units that can be active?"
  public static let needs =
    "A claim of dilution, the architecture, and the selected neurons by kind of expert."
  public static let method =
    "Expected live neurons of the set (shared ones always, routed ones in proportion to the "
    + "selected experts) over the neurons that are live for a token, against the share of all "
    + "neurons; P(an expert is selected at least once) for independent uniform routing."

  /// Length of a response for the chance that an expert is used at all; an assumption.
  static let assumedTokens = 200
  /// The two shares must differ by at least this factor to matter.
  static let notableFold = 2.0

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .diluted)
    guard !subjects.isEmpty else {
      return [.notRun(Self.id, .notApplicable, "no claim appeals to the number of neurons")]
    }
    guard let model = context.study.model, let total = model.neuronCount,
      let live = model.activeNeuronCount, let experts = model.routedExpertCount, experts > 0,
      let selected = model.activeExpertCount, live > 0, selected > 0
    else {
      return subjects.map {
        .notRun(
          Self.id, subject: $0.claim.id, .notReported,
          "the architecture does not state how many neurons are live for a token",
          assessments: [$0.assessed(.notTestable)], sources: [$0.claim.source])
      }
    }
    let routing = Routing(total: total, live: live, experts: experts, selected: selected)
    return subjects.map { finding($0, routing, context) }
  }

  private struct Routing {
    let total: Int
    let live: Int
    let experts: Int
    let selected: Int

    var selectedShare: Double { Double(selected) / Double(experts) }
  }

  private func finding(
    _ subject: ClaimSubject, _ routing: Routing, _ context: StudyContext
  ) -> Finding {
    let claim = subject.claim
    let neurons = context.study.neurons.filter { $0.layer == nil && $0.attention == nil }
    let set = subject.neurons.first?.set ?? neurons.first?.set
    guard let shared = neurons.first(where: { $0.set == set && $0.kind == .shared }),
      let routed = neurons.first(where: { $0.set == set && $0.kind == .routed })
    else {
      return .notRun(
        Self.id, subject: claim.id, .notReported,
        "the selected neurons are not split into shared and routed",
        assessments: [subject.assessed(.notTestable)], sources: [claim.source])
    }
    let selected = shared.count + routed.count
    guard claim.values["total"]?.agrees(with: Double(routing.total)) ?? true else {
      guard claim.values["total"]?.agrees(with: Double(selected)) ?? false else {
        return .notRun(
          Self.id, subject: claim.id, .notApplicable,
          "the claim divides neither by all neurons nor by the selected ones",
          assessments: [subject.assessed(.notTestable)], sources: [claim.source])
      }
      return withinSet(subject, shared: shared, routed: routed, routing)
    }
    let sources = [shared.source, routed.source]
    let quoted = claim.values["count"]?.value ?? Double(shared.count)
    let over = claim.values["total"]?.value ?? Double(routing.total)
    let expected = Double(shared.count) + Double(routed.count) * routing.selectedShare
    let shareOfLive = expected / Double(routing.live)
    let shareOfAll = Double(shared.count + routed.count) / Double(routing.total)
    let quotedShare = quoted / over
    let quotedOfLive = quoted / Double(routing.live)
    let fold = shareOfLive / shareOfAll
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "count": .number(quoted, .count, "neurons of the claim", sources: [claim.source]),
      "total": .count(routing.total, "all neurons"),
      "live": .count(routing.live, "neurons live for a token"),
      "expected": .number(
        expected, .decimal(1), "expected live neurons of the set", sources: sources),
      "quoted-share": .number(
        quotedShare * 1000, .significant(3), "quoted share of all neurons, per mille",
        sources: [claim.source]),
      "quoted-of-live": .number(
        quotedOfLive * 1000, .significant(3), "the same neurons over live neurons, per mille",
        sources: [claim.source]),
      "quoted-fold": .number(
        quotedOfLive / quotedShare, .multiple, "live share over quoted share",
        sources: [claim.source]),
      "share-of-live": .number(
        shareOfLive * 1000, .significant(3), "live share of the set, per mille", sources: sources),
      "share-of-all": .number(
        shareOfAll * 1000, .significant(3), "share of the set of all neurons, per mille",
        sources: sources),
      "fold": .number(fold, .multiple, "live share over share of all neurons", sources: sources),
      "tokens": .count(Self.assumedTokens, "tokens of a response, assumed"),
      "used": .number(
        1 - power(1 - routing.selectedShare, Self.assumedTokens), .decimal(3),
        "P(an expert is selected at least once)", method: "independent uniform routing"),
    ]
    guard max(fold, quotedOfLive / quotedShare) >= Self.notableFold else {
      return Finding(
        rule: Self.id, subject: claim.id, status: .passed,
        title: "The denominator makes no difference",
        sentence: """
          The set is {share-of-all} per mille of all neurons and {share-of-live} per mille of the live \
          ones. Whether that is too few for an effect was not tested.
          """,
        evidence: evidence, assessments: [subject.assessed(.inconclusive)])
    }
    var sentence: Prose = """
      “{quote}” divides {count} neurons by all {total}, but only {live} are live for a token: over \
      those the same neurons are {quoted-of-live} per mille ({quoted-fold} the quoted share), and the \
      set has {expected} live neurons, {share-of-live} per mille ({fold} its share of all neurons).
      """
    if let range = denseRange(context) {
      evidence["range-lower"] = .text(
        range.lower.text, "lower end of the reference range", sources: [range.claim.source])
      evidence["range-upper"] = .text(
        range.upper.text, "upper end of the reference range", sources: [range.claim.source])
      let value = shareOfLive
      if value >= range.lowerValue, value <= range.upperValue {
        sentence =
          sentence
          + "That lies inside the range {range-lower} to {range-upper} that the text quotes for models in which the intervention works."
      }
    }
    return Finding(
      rule: Self.id, subject: claim.id, status: .fired(.major),
      title: "The share is taken over neurons that are not live",
      sentence: sentence
        + "A routed expert is selected at least once in {tokens} tokens with probability {used}.",
      remedy:
        "Take shares over live units, and measure routing frequencies instead of assuming them.",
      evidence: evidence, assessments: [subject.assessed(.inconclusive)])
  }

  /// A claim that part of the selected set is idle: true of one token, not of a response.
  private func withinSet(
    _ subject: ClaimSubject, shared: NeuronCount, routed: NeuronCount, _ routing: Routing
  ) -> Finding {
    let sources = [shared.source, routed.source]
    let expected = Double(shared.count) + Double(routed.count) * routing.selectedShare
    return Finding(
      rule: Self.id, subject: subject.claim.id, status: .fired(.info),
      title: "Idle for a token is not idle for a response",
      sentence: """
        “{quote}”: of the {selected} selected neurons {shared} are live for every token and \
        {expected} are expected to be for one token. In {tokens} tokens a routed expert is selected \
        at least once with probability {used}, so over a response nearly all take part. Whether that \
        is too few for an effect was not tested.
        """,
      remedy: "Perturb shared and routed neurons apart.",
      evidence: [
        "quote": .text(subject.claim.quote, "claim", sources: [subject.claim.source]),
        "selected": .count(shared.count + routed.count, "selected neurons", sources: sources),
        "shared": .count(shared.count, "in shared experts", sources: [shared.source]),
        "expected": .number(
          expected, .decimal(1), "expected live neurons of the set", sources: sources),
        "tokens": .count(Self.assumedTokens, "tokens of a response, assumed"),
        "used": .number(
          1 - power(1 - routing.selectedShare, Self.assumedTokens), .decimal(3),
          "P(an expert is selected at least once)", method: "independent uniform routing"),
      ], assessments: [subject.assessed(.inconclusive)])
  }

  /// The range that a claim about the share of selected neurons quotes.
  private func denseRange(
    _ context: StudyContext
  ) -> (
    claim: Claim, lower: PrintedNumber, upper: PrintedNumber, lowerValue: Double, upperValue: Double
  )? {
    for claim in context.claims(.liesWithin) {
      if let lower = claim.values["lower"], let upper = claim.values["upper"],
        lower.unit == .perMille,
        let low = lower.roughProportion, let high = upper.roughProportion
      {
        return (claim, lower, upper, low, high)
      }
    }
    return nil
  }

  /// `base` to a positive whole power.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { result, _ in result * base }
  }
}
