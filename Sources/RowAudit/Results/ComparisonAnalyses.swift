import Audit
import Statistics

/// Analyses of an arm against its random controls.
struct EnvelopeAnalysis {
  let envelope: ControlEnvelope
  let inputsHash: String

  static func id(_ envelope: ControlEnvelope) -> String { "specificity/" + envelope.target }

  var result: HypothesisResult {
    var set = EvidenceSet()
    set.text("arm", envelope.target, "target arm")
    set.count("controls", envelope.comparisons.count, "random sets")
    set.number(
      "slope", envelope.targetSlope.map { $0 * 100 }, .signed(2),
      "slope of the target, pp per unit of dose")
    set.number(
      "lowest", measured(envelope.lowest), .signed(2), "lowest slope of a random set, pp per unit")
    set.number(
      "highest", measured(envelope.highest), .signed(2),
      "highest slope of a random set, pp per unit")
    set.text(
      "place",
      envelope.isOutside.map { $0 ? "outside of" : "inside of" } ?? "not comparable with",
      "place of the target's slope")
    set.p(
      "p-rank", envelope.rankPValue, "rank among the random sets",
      method: "(1 + random slopes at least as far from 0) / (1 + random sets)")
    set.number(
      "p-smallest", .defined(1 / Double(1 + envelope.comparisons.count)), .pValue,
      "smallest rank p that so many random sets can give")
    for (index, comparison) in envelope.comparisons.enumerated() {
      comparison.add(to: &set, place: "\(index + 1)", family: envelope.comparisons.count)
    }
    let list = envelope.comparisons.indices.map {
      "{second-\($0 + 1)} {difference-\($0 + 1)}, {p-\($0 + 1)} (Holm {holm-\($0 + 1)})"
    }
    return HypothesisResult(
      id: Self.id(envelope),
      statement: "The target set changes the outcome more than random sets of neurons",
      registration: .exploratory, evidence: set.items,
      multiplicity: HypothesisResult.Multiplicity(
        family: envelope.comparisons.map(\.second), method: "Holm",
        adjustedPValue: worst(envelope.comparisons)),
      sentence: Prose(
        "{arm}: slope {slope} pp per unit of dose, {place} the range {lowest} to {highest} of "
          + "{controls} random sets; rank {p-rank}, where so many sets can give no p below "
          + "{p-smallest}. Difference of slopes, target minus random: "
          + list.joined(separator: "; ") + "."),
      inputsHash: inputsHash)
  }

  private func measured(_ slope: Double?) -> Measured<Double> {
    slope.map { .defined($0 * 100) }
      ?? .undefined(UndefinedReason(.emptyInput, "no random set has a slope"))
  }

  /// Specific against every set means that the largest p counts.
  private func worst(_ comparisons: [SlopeComparison]) -> Measured<Double> {
    comparisons.map(\.adjustedPValue).max { ($0.value ?? 1) < ($1.value ?? 1) }
      ?? .undefined(UndefinedReason(.emptyInput, "there is no random set"))
  }
}

extension SlopeComparison {
  func add(to set: inout EvidenceSet, place: String, family: Int) {
    set.text("first-" + place, first, "first arm")
    set.text("second-" + place, second, "second arm")
    set.count("common-" + place, commonCount, "questions complete in both arms")
    set.estimate(
      "difference-" + place, difference, interval, .signed(2),
      "difference of slopes, pp per unit of dose", scale: 100)
    set.p(
      "p-" + place, signFlipPValue, "difference of slopes",
      method: "exact sign-flip of the questions' differences")
    set.p("p-robust-" + place, robustPValue, "difference of slopes", method: "cluster-robust t")
    set.p(
      "holm-" + place, adjustedPValue, "difference of slopes, over \(family) comparisons",
      method: "Holm")
  }
}

/// Analyses of one neuron set over configurations.
struct ReplicationAnalysis {
  let replication: Replication
  let curves: [DoseCurve]
  let settings: RowAuditSettings
  let inputsHash: String

  static func id(_ replication: Replication) -> String { "replication/" + replication.id }

  var result: HypothesisResult {
    var set = EvidenceSet()
    set.text("benchmark", replication.benchmark, "benchmark")
    set.text("neuron-set", replication.neuronSet, "neuron set")
    set.count("configurations", replication.curves.count, "configurations")
    set.estimate(
      "pooled", replication.pooledSlope, replication.pooledInterval, .signed(2),
      "pooled slope, pp per unit of dose", scale: 100)
    set.number("q", replication.heterogeneity, .decimal(2), "Cochran's Q of the slopes")
    set.p("p-q", replication.heterogeneityPValue, "heterogeneity", method: "chi-squared")
    set.number("margin", .defined(settings.margin), .points, "equivalence margin")
    for (index, curve) in curves.enumerated() {
      let place = "\(index + 1)"
      set.text("arm-" + place, curve.id, "arm")
      if let test = curve.test {
        set.estimate(
          "slope-" + place, test.slope, test.slopeInterval, .signed(2),
          "slope of \(curve.id), pp per unit of dose", scale: 100)
        if let last = test.contrasts.last(where: { $0.from == settings.noOpDose }) {
          set.estimate(
            "change-" + place, last.difference, last.equivalenceInterval, .percentagePoints,
            "change from the no-op dose to the highest in \(curve.id)")
          set.text("tost-" + place, tost(last), "equivalence of that change, two one-sided tests")
        }
      }
    }
    for (index, pair) in replication.pairs.enumerated() {
      let place = "pair-\(index + 1)"
      pair.add(to: &set, place: place, family: replication.pairs.count)
      set.text("equivalence-" + place, equivalence(pair), "equivalence of the slopes")
    }
    let list = replication.pairs.indices.map {
      "{first-pair-\($0 + 1)} − {second-pair-\($0 + 1)} {difference-pair-\($0 + 1)}, "
        + "{p-pair-\($0 + 1)} (Holm {holm-pair-\($0 + 1)}; {equivalence-pair-\($0 + 1)})"
    }
    return HypothesisResult(
      id: Self.id(replication),
      statement: "Configurations respond to the dose alike (interaction of configuration and dose)",
      registration: .exploratory, evidence: set.items,
      multiplicity: HypothesisResult.Multiplicity(
        family: replication.pairs.map { $0.first + " − " + $0.second }, method: "Holm",
        adjustedPValue: replication.pairs.map(\.adjustedPValue).min {
          ($0.value ?? 1) < ($1.value ?? 1)
        } ?? .undefined(UndefinedReason(.emptyInput, "there is no pair"))),
      sentence: Prose(
        "{benchmark}, {neuron-set}, {configurations} configurations. Difference of slopes, pp per "
          + "unit of dose: " + list.joined(separator: "; ")
          + ". Pooled slope {pooled}; Q {q}, {p-q}. They share questions, model and judge: these are "
          + "re-implementations, not independent replications."),
      inputsHash: inputsHash)
  }

  private func tost(_ contrast: CurveContrast) -> String {
    guard let interval = contrast.equivalenceInterval.value else { return "not testable" }
    return interval.lower > -settings.margin && interval.upper < settings.margin
      ? "shown small" : "not shown small"
  }

  /// A difference of slopes matters as much as it moves the highest dose against the no-op dose.
  private func equivalence(_ pair: SlopeComparison) -> String {
    guard let interval = pair.equivalenceInterval.value, let highest = pair.doses.last,
      let lowest = pair.doses.first
    else { return "equivalence not testable" }
    let reach = max(abs(highest - settings.noOpDose), abs(lowest - settings.noOpDose))
    let isInside =
      interval.lower * reach > -settings.margin && interval.upper * reach < settings.margin
    return isInside ? "shown equivalent" : "not shown equivalent"
  }
}
