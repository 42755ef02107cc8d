import Statistics
import Study

/// R09: could the study have seen the smallest effect of interest?
///
/// For each row: the power of a two-arm comparison of the no-op dose with another dose at the
/// smallest effect of interest (the study's, or else the auditor's margin), the smallest effects
/// found with the wanted power, and the power against the smallest effect that the study quotes for
/// another model. The direction is the one with more room: upwards from rates up to one half.
/// Never at the observed effect: that would restate the p-value.
///
/// The base rate is an estimate. A rate of 0 of 60 taken at its word has no variance and would make
/// any small study look strong, so from fewer than five events (or non-events) on the centre of the
/// Wilson interval stands for it; the power over the whole interval is printed beside it.
public struct PowerRule: AuditRule {
  public static let id = RuleID.power
  public static let question = "Could the study have seen the effect of interest?"
  public static let needs = "Counts at two doses or more; a smallest effect of interest."
  public static let method =
    "Exact power of the pooled z test and of Fisher's test over two independent arms; power of the "
    + "Cochran–Armitage test by Nam (1987), doi:10.2307/2531989. Unpaired: with the same items at "
    + "every dose the true power can be higher."

  /// Largest n for which the rejection region is tabulated; above it the normal approximation does.
  static let exactLimit = 250
  /// Below so many events or non-events a rate is not taken at its word.
  static let fewEvents = 5

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let rows = context.rows.filter(\.isTestable)
    guard !rows.isEmpty else {
      return [
        .notRun(
          Self.id, reason: UndefinedReason(.tooFew, "no row has counts at two doses"),
          title: "No counts for a power analysis")
      ]
    }
    var regions = Regions(level: context.settings.level)
    return rows.map { finding(on: $0, regions: &regions, context: context) }
  }

  /// Rejection regions by n: the rows of a study mostly share one.
  private struct Regions {
    let level: Double
    private var pooledZ: [Int: TwoArmRejection] = [:]
    private var fisher: [Int: TwoArmRejection] = [:]

    init(level: Double) { self.level = level }

    mutating func tests(_ total: Int) -> (pooledZ: TwoArmRejection, fisher: TwoArmRejection)? {
      guard total <= PowerRule.exactLimit else { return nil }
      if let first = pooledZ[total], let second = fisher[total] { return (first, second) }
      guard
        let first = try? TwoArmRejection(test: .pooledZ, trialsPerArm: total, alpha: level),
        let second = try? TwoArmRejection(test: .fisher, trialsPerArm: total, alpha: level)
      else { return nil }
      pooledZ[total] = first
      fisher[total] = second
      return (first, second)
    }
  }

  private func finding(
    on row: DoseRow, regions: inout Regions, context: StudyContext
  ) -> Finding {
    let noOp = context.noOpDose.flatMap { row.point(at: $0) }
    let anchor = noOp ?? row.points[0]
    let total = row.totals.min() ?? anchor.total
    let interval = (try? Proportion(successes: anchor.successes, trials: anchor.total))?
      .wilsonInterval(confidenceLevel: context.settings.confidenceLevel)
    let isSparse = min(anchor.successes, anchor.total - anchor.successes) < Self.fewEvents
    let base =
      isSparse ? interval.map { ($0.lower + $0.upper) / 2 } ?? anchor.rate : anchor.rate
    let setting = Setting(
      base: base, total: total, effect: context.equivalenceMargin,
      level: context.settings.level, target: context.settings.powerTarget)
    let tests = regions.tests(total)
    let power = setting.power(setting.effect, tests?.pooledZ)
    var evidence: [String: Evidence] = [
      "row": .text(row.id, "row", sources: row.sources),
      "n": row.countEvidence,
      "base": .number(
        base, .percent,
        (isSparse ? "centre of the interval of the rate at dose " : "rate at dose ")
          + PrintedNumber.text(of: anchor.dose),
        method: isSparse ? "Wilson" : nil, sources: [anchor.cell.source]),
      "base-count": .text(
        anchor.countText, "count behind the base rate", sources: [anchor.cell.source]),
      "effect": .number(setting.signed(setting.effect), .percentagePoints, "effect of interest"),
      "owner": .text(context.marginOwner, "whose effect of interest"),
      "target": .number(setting.target, .percent, "power wanted"),
      "power": .measured(
        power, .percent, "power at the effect of interest",
        method: tests == nil ? "normal approximation" : "pooled z, exact", sources: row.sources),
    ]
    var sentence: Prose =
      (noOp == nil
        ? "{row} (n = {n}, unpaired, rate {base} at the lowest dose, as the no-op dose is not "
          + "measured): power {power} against {effect} ({owner}), wanted {target}."
        : "{row} (n = {n}, unpaired, rate {base} at the no-op dose): power {power} against "
          + "{effect} ({owner}), wanted {target}.")
    if isSparse {
      sentence =
        sentence
        + "The base rate is the centre of the interval of {base-count}, as so few events fix no rate."
    }
    if let interval {
      let ends = [interval.lower, interval.upper].compactMap {
        setting.with(base: $0).power(setting.effect, tests?.pooledZ).value
      }
      if let low = ends.min(), let high = ends.max() {
        evidence["power-low"] = .number(
          low, .percent, "smaller power at the ends of the interval of the base rate",
          sources: row.sources)
        evidence["power-high"] = .number(
          high, .percent, "larger power at the ends of the interval of the base rate",
          sources: row.sources)
        sentence =
          sentence + "At the ends of the interval of the base rate: {power-low} and {power-high}."
      }
    }
    if let tests {
      evidence["power-fisher"] = .number(
        tests.fisher.power(setting.base, setting.other(setting.effect)), .percent,
        "power at the effect of interest", method: "Fisher, exact", sources: row.sources)
      evidence["mde"] = detectable(tests.pooledZ, setting, "pooled z, exact", row)
      evidence["mde-fisher"] = detectable(tests.fisher, setting, "Fisher, exact", row)
      sentence =
        sentence + "Found with the wanted power: {mde} (Fisher {mde-fisher}) between two doses."
    }
    if let trend = trendDetectable(row, setting) {
      evidence["mde-trend"] = trend
      sentence =
        sentence
        + (tests == nil
          ? "Found with the wanted power: {mde-trend} over the whole range."
          : "As a trend over the whole range: {mde-trend}.")
    }
    if let quoted = smallestQuoted(row.benchmark, context: context) {
      evidence["quoted"] = .text(
        quoted.row.printed.text, "smallest effect quoted for another model",
        sources: [quoted.row.source])
      evidence["quoted-model"] = .text(quoted.row.model, "model", sources: [quoted.row.source])
      evidence["power-quoted"] = .measured(
        setting.power(quoted.size, tests?.pooledZ), .percent, "power at the quoted effect",
        sources: [quoted.row.source])
      sentence =
        sentence + "Against the {quoted} quoted for {quoted-model} its power is {power-quoted}."
    }
    let isWeak = (power.value ?? 0) < setting.target
    return Finding(
      rule: Self.id, subject: row.id, status: isWeak ? .fired(.major) : .passed,
      title: isWeak ? "{row} is underpowered" : "{row} has the wanted power", sentence: sentence,
      remedy: isWeak ? "Use more items, or the same items at every dose and a paired test." : "",
      evidence: evidence)
  }

  private struct Setting {
    let base: Double
    let total: Int
    /// Size of the effect of interest, as a proportion.
    let effect: Double
    let level: Double
    let target: Double

    var isDownward: Bool { base > 0.5 }
    func with(base: Double) -> Setting {
      Setting(base: base, total: total, effect: effect, level: level, target: target)
    }
    func signed(_ size: Double) -> Double { isDownward ? -size : size }
    func other(_ size: Double) -> Double { min(1, max(0, base + signed(size))) }

    func power(_ size: Double, _ test: TwoArmRejection?) -> Measured<Double> {
      if let test { return .defined(test.power(base, other(size))) }
      guard
        let normal = try? TwoProportionPower(
          trialsPerArm: total, first: base, second: other(size), alpha: level)
      else { return .undefined(UndefinedReason(.outOfDomain, "rates outside 0...1")) }
      return normal.normal
    }
  }

  private func detectable(
    _ test: TwoArmRejection, _ setting: Setting, _ method: String, _ row: DoseRow
  ) -> Evidence {
    .measured(
      test.minimalDetectableDifference(
        base: setting.base, power: setting.target, isDownward: setting.isDownward
      ).map(setting.signed), .percentagePoints,
      "smallest difference of two doses found with the wanted power", method: method,
      sources: row.sources)
  }

  private func trendDetectable(_ row: DoseRow, _ setting: Setting) -> Evidence? {
    guard row.points.count > 2,
      let power = try? TrendPower(
        scores: row.doses, trialsPerArm: setting.total, alpha: setting.level)
    else { return nil }
    return .measured(
      power.minimalDetectableSwing(
        base: setting.base, power: setting.target, isDownward: setting.isDownward
      ).map(setting.signed), .percentagePoints,
      "smallest linear change over all doses found with the wanted power",
      method: "Cochran–Armitage, normal", sources: row.sources)
  }

  private func smallestQuoted(
    _ benchmark: String, context: StudyContext
  ) -> (row: SummaryRow, size: Double)? {
    context.study.summaries.filter { !$0.isOwn && $0.benchmark == benchmark }.compactMap { row in
      row.printed.roughProportion.map { (row, abs($0)) }
    }.filter { $0.1 > 0 && $0.1 < 1 }.min { $0.1 < $1.1 }
  }
}
