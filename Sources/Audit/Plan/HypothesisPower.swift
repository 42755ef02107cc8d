import Notation
public import Statistics
public import Study

/// The power of one registered test at the smallest effect of interest, before any data.
///
/// One line for each test of a hypothesis: a benchmark × configuration, or a detection set. What a
/// plan does not say is assumed and named: rates around one half (the largest variance, so the
/// smallest power), a latent correlation of 0.6 between doses of one question, a discordance of 0.2
/// for equivalence, classes of equal size. The level is the family's first Holm step, α/m: the
/// power of any test is at least this.
///
/// - Source: `docs/study-plan.md`; ``PairedDoseDesign``, ``DetectionDesign``,
///   ``PairedEquivalencePower``.
public struct HypothesisPower: Hashable, Sendable {
  public static let assumedCorrelation = 0.6
  public static let assumedDiscordance = 0.2
  public static let wantedPower = 0.8

  public let hypothesis: String
  /// For example "premise × A", a detection set, or "all layers".
  public let test: String
  public let items: Int?
  /// Level of the first Holm step in the family.
  public let level: Double
  /// Tests of the family.
  public let familySize: Int
  public let power: Measured<Double>
  /// Items for ``wantedPower``.
  public let itemsNeeded: Measured<Int>
  /// What was assumed, in words.
  public let assumption: String

  /// Below ``wantedPower``: an inconclusive result is likely even if the effect is there.
  public var isWeak: Bool { power.value.map { $0 < Self.wantedPower } ?? false }

  /// Every test of a plan, in the order of its hypotheses.
  public static func of(_ plan: StudyPlan) -> [HypothesisPower] {
    var sizes: [String: Int] = [:]
    for hypothesis in plan.hypotheses {
      sizes[hypothesis.family, default: 0] += tests(of: hypothesis, in: plan).count
    }
    return plan.hypotheses.flatMap { hypothesis -> [HypothesisPower] in
      let method = plan.families.first { $0.id == hypothesis.family }?.method ?? .holm
      let size = max(1, sizes[hypothesis.family] ?? 1)
      let level = method == .none ? plan.analysis.level : plan.analysis.level / Double(size)
      return tests(of: hypothesis, in: plan).map { name, items in
        one(hypothesis, plan, name: name, items: items, level: level, familySize: size)
      }
    }
  }

  // MARK: - Tests of a hypothesis

  private static func tests(
    of hypothesis: HypothesisPlan, in plan: StudyPlan
  ) -> [(name: String, items: Int?)] {
    switch hypothesis.analysis {
    case .doseTrend, .monotoneDoseResponse, .doseContrast, .setDifference:
      hypothesis.benchmarks.flatMap { benchmark in
        hypothesis.configurations.map { ("\(benchmark) × \($0)", items(benchmark, plan)) }
      }
    case .configurationAgreement:
      hypothesis.benchmarks.map { ($0, items($0, plan)) }
    case .detection, .detectionAboveRandom, .origin:
      hypothesis.detectionSets.map { id in
        (id, plan.detection?.sets.first { $0.id == id }?.itemCount)
      }
    case .layerConcentration: [("all layers", nil)]
    }
  }

  private static func items(_ benchmark: String, _ plan: StudyPlan) -> Int? {
    plan.design.benchmarks.first { $0.id == benchmark }?.itemCount
  }

  private static func one(
    _ hypothesis: HypothesisPlan, _ plan: StudyPlan, name: String, items: Int?, level: Double,
    familySize: Int
  ) -> HypothesisPower {
    let (power, needed, assumption) = calculation(hypothesis, plan, items: items, level: level)
    return HypothesisPower(
      hypothesis: hypothesis.id, test: name, items: items, level: level, familySize: familySize,
      power: power, itemsNeeded: needed, assumption: assumption)
  }

  private typealias Calculation = (Measured<Double>, Measured<Int>, String)

  private static func calculation(
    _ hypothesis: HypothesisPlan, _ plan: StudyPlan, items: Int?, level: Double
  ) -> Calculation {
    let effect = hypothesis.smallestEffectOfInterest
    switch hypothesis.analysis {
    case .doseTrend, .monotoneDoseResponse:
      return trend(effect, doses: plan.design.doses, items: items, level: level, spread: 1)
    case .doseContrast:
      let doses = [hypothesis.fromDose ?? 0, hypothesis.toDose ?? 1].sorted()
      return trend(effect, doses: doses, items: items, level: level, spread: 1)
    case .setDifference:
      // Two slopes on the same items, taken as uncorrelated: the difference has twice the variance.
      let (power, needed, assumption) = trend(
        effect, doses: plan.design.doses, items: items, level: level, spread: 2)
      return (power, needed, assumption + ", slopes of the two sets uncorrelated")
    case .configurationAgreement:
      return equivalence(
        hypothesis.equivalenceMargin ?? effect, items: items, level: level)
    case .detection, .detectionAboveRandom, .origin:
      return detection(hypothesis, plan, items: items, level: level)
    case .layerConcentration:
      let reason = UndefinedReason(
        .notReported, "the number of H-neurons is not known before the detector is fitted")
      return (.undefined(reason), .undefined(reason), "none")
    }
  }

  // MARK: - Designs

  private static let unstated = UndefinedReason(
    .notReported, "the plan states no number of items for it")

  private static func trend(
    _ effect: Double, doses: [Double], items: Int?, level: Double, spread: Double
  ) -> Calculation {
    let size = min(1, abs(effect) / 100)
    let baseline = 0.5 - size / 2
    let assumption =
      "rates from \(text(baseline)) to \(text(baseline + size)), correlation "
      + "\(text(assumedCorrelation))"
    let design: PairedDoseDesign
    do {
      design = try PairedDoseDesign(
        baseline: baseline, effect: size, doses: doses,
        correlation: .exchangeable(assumedCorrelation))
    } catch {
      let reason = UndefinedReason(.outOfDomain, error.description)
      return (.undefined(reason), .undefined(reason), assumption)
    }
    // A variance that is `spread` times as large needs that many times the items.
    let power =
      items.map { design.power(items: Int(Double($0) / spread), level: level) }
      ?? .undefined(unstated)
    let needed = design.itemsNeeded(power: wantedPower, level: level)
      .map { Int((Double($0) * spread).rounded(.up)) }
    return (power, needed, assumption)
  }

  private static func detection(
    _ hypothesis: HypothesisPlan, _ plan: StudyPlan, items: Int?, level: Double
  ) -> Calculation {
    let auroc = 0.5 + hypothesis.smallestEffectOfInterest
    var assumption = "AUROC \(text(auroc)) against 0.5, classes of equal size"
    if hypothesis.analysis == .detectionAboveRandom {
      let smallest = 1 / Double((plan.detection?.randomSetCount ?? 0) + 1)
      if smallest > level {
        let reason = UndefinedReason(
          .tooFew,
          "\(plan.detection?.randomSetCount ?? 0) random sets allow no p below \(text(smallest)), "
            + "above the level")
        return (.undefined(reason), .undefined(reason), assumption)
      }
      assumption += ", random sets at 0.5"
    }
    do {
      let design = try DetectionDesign(auroc: auroc)
      return (
        items.map { design.power(items: $0, level: level) } ?? .undefined(unstated),
        design.itemsNeeded(power: wantedPower, level: level), assumption
      )
    } catch {
      let reason = UndefinedReason(.outOfDomain, error.description)
      return (.undefined(reason), .undefined(reason), assumption)
    }
  }

  private static func equivalence(
    _ margin: Double, items: Int?, level: Double
  ) -> Calculation {
    let assumption = "no difference, \(text(assumedDiscordance)) of the pairs discordant"
    let share = abs(margin) / 100
    let needed: Measured<Int>
    do {
      needed = .defined(
        try EquivalencePower.pairsNeeded(
          discordance: assumedDiscordance, margin: share, level: level, power: wantedPower))
    } catch {
      needed = .undefined(UndefinedReason(.outOfDomain, error.description))
    }
    guard let items else { return (.undefined(unstated), needed, assumption) }
    do {
      // The exact sum is for thousands of pairs at most; beyond, nothing is lost by counting fewer.
      let power = try PairedEquivalencePower.power(
        pairs: min(items, 2_000), discordance: assumedDiscordance, margin: share, level: level)
      return (.defined(power), needed, assumption)
    } catch {
      return (.undefined(UndefinedReason(.outOfDomain, error.description)), needed, assumption)
    }
  }

  private static func text(_ number: Double) -> String { NumberText.decimal(number, digits: 2) }
}
