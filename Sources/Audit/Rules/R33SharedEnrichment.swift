import Statistics
import Study

/// R33: is the enrichment of shared experts tested against their exposure?
public struct SharedEnrichmentRule: AuditRule {
  public static let id = RuleID.sharedEnrichment
  public static let question = "Is the enrichment of shared experts tested against their exposure?"
  public static let needs = "Selected neurons in shared and routed experts, and the architecture."
  public static let method =
    "Exact binomial upper tail of the shared count against the share of shared neurons among all "
    + "and among live neurons, Holm-adjusted over both and over the neuron sets; it fires from "
    + "twice the expected count on."

  /// A smaller excess is not worth a finding, however small its p-value.
  static let notableFold = 2.0

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let neurons = context.study.neurons.filter { $0.layer == nil && $0.attention == nil }
    let sets = StudyContext.ordered(neurons.map(\.set))
    guard let model = context.study.model, let routed = model.routedExpertCount,
      let shared = model.sharedExpertCount, let selected = model.activeExpertCount, shared > 0,
      routed > 0, selected > 0
    else {
      return [.notRun(Self.id, .notApplicable, "the model has no stated shared and routed experts")]
    }
    let shareOfAll = Double(shared) / Double(shared + routed)
    let shareOfLive = Double(shared) / Double(shared + selected)
    let counts = sets.compactMap { set -> Counts? in
      guard let inShared = neurons.first(where: { $0.set == set && $0.kind == .shared }),
        let inRouted = neurons.first(where: { $0.set == set && $0.kind == .routed }),
        inShared.count + inRouted.count > 0
      else { return nil }
      return Counts(
        set: set, shared: inShared.count, total: inShared.count + inRouted.count,
        sources: [inShared.source, inRouted.source])
    }
    guard !counts.isEmpty else {
      return [
        .notRun(
          Self.id, .notReported, "the selected neurons are not split into shared and routed")
      ]
    }
    let tails = counts.flatMap { counts in
      [shareOfAll, shareOfLive].map {
        BinomialDistribution.upperTail(counts.shared, trials: counts.total, probability: $0)
      }
    }
    let adjusted = PValueAdjustment.holm.adjust(tails)
    return counts.enumerated().map { index, counts in
      finding(
        counts, shares: (shareOfAll, shareOfLive), tails: (tails[2 * index], tails[2 * index + 1]),
        adjusted: (adjusted[2 * index], adjusted[2 * index + 1]), context)
    }
  }

  private struct Counts {
    let set: String
    let shared: Int
    let total: Int
    let sources: [SourceReference]
  }

  private func finding(
    _ counts: Counts, shares: (all: Double, live: Double), tails: (all: Double, live: Double),
    adjusted: (all: Double, live: Double), _ context: StudyContext
  ) -> Finding {
    let expectedOfAll = shares.all * Double(counts.total)
    let expectedOfLive = shares.live * Double(counts.total)
    let evidence: [String: Evidence] = [
      "set": .text(counts.set, "neuron set", sources: counts.sources),
      "shared": .count(
        counts.shared, "selected neurons in shared experts", sources: counts.sources),
      "total": .count(counts.total, "selected neurons", sources: counts.sources),
      "share-of-all": .number(shares.all, .significant(3), "share of shared neurons among all"),
      "share-of-live": .number(
        shares.live, .significant(3), "share of shared neurons among live ones"),
      "expected-of-all": .number(
        expectedOfAll, .significant(2), "expected by share of all neurons", sources: counts.sources),
      "expected-of-live": .number(
        expectedOfLive, .significant(2), "expected by share of live neurons",
        sources: counts.sources),
      "fold-of-all": .number(
        Double(counts.shared) / expectedOfAll, .multiple, "observed over expected, all neurons",
        sources: counts.sources),
      "fold-of-live": .number(
        Double(counts.shared) / expectedOfLive, .multiple, "observed over expected, live neurons",
        sources: counts.sources),
      "p-of-all": .number(
        tails.all, .significant(2), "p-value against the share of all neurons",
        method: "exact binomial, upper tail", sources: counts.sources),
      "p-of-live": .number(
        tails.live, .significant(2), "p-value against the share of live neurons",
        method: "exact binomial, upper tail", sources: counts.sources),
      "adjusted-of-live": .number(
        adjusted.live, .significant(2), "the same, Holm-adjusted", method: "Holm"),
    ]
    let isTested = context.study.tests.contains {
      $0.successes == counts.shared && $0.trials == counts.total
    }
    let isNotable = Double(counts.shared) >= Self.notableFold * expectedOfLive
    guard adjusted.live <= context.settings.level, isNotable, !isTested else {
      return Finding(
        rule: Self.id, subject: counts.set, status: .passed,
        title: "Shared experts hold no untested excess of selected neurons",
        sentence: """
          {shared} of the {total} {set} neurons are in shared experts; {expected-of-live} are \
          expected by their share of live neurons (one-sided p = {p-of-live}).
          """,
        evidence: evidence)
    }
    return Finding(
      rule: Self.id, subject: counts.set, status: .fired(.minor),
      title: "Shared experts hold {fold-of-all} their share of {set} neurons, and no test says so",
      sentence: """
        {shared} of the {total} {set} neurons are in shared experts, which hold {share-of-all} of all \
        neurons: {expected-of-all} are expected, so there are {fold-of-all} as many (one-sided p = \
        {p-of-all}). Against their share of the live neurons, {share-of-live}, {expected-of-live} are \
        expected (p = {p-of-live}, Holm {adjusted-of-live}). No test of it is reported.
        """,
      remedy: """
        Compare with an exposure-weighted null: a mean that counts unselected experts as zero \
        favours neurons that are always live.
        """,
      evidence: evidence)
  }
}
