import Statistics
import Study

/// Rows of one benchmark in several configurations, compared: do levels, directions or shapes differ?
///
/// Margins only, so the rows count as independent.
struct ConfigurationComparison: Sendable {
  enum Aspect: String, Sendable {
    case level, direction, shape
  }

  let benchmark: String
  let aspect: Aspect
  /// One a configuration, with counts.
  let rows: [DoseRow]
  /// What the printed statistic is.
  let method: String
  let statistic: Double
  let degreesOfFreedom: Int
  /// p of ``statistic``.
  let pValue: Double
  /// p that decides on the aspect, before any adjustment over comparisons.
  let decisiveP: Double
  let decisiveMethod: String
  /// Levels: the dose at which they were compared.
  let dose: Double?

  /// The same data asked the same question.
  var key: String {
    aspect.rawValue + " " + rows.map { $0.countKey }.joined(separator: " ")
  }

  /// Every row shows a trend, all in one direction (intersection–union, so at the plain level).
  func showsOneDirection(level: Double) -> Bool {
    rows.allSatisfy { $0.decisiveTrendP < level }
      && Set(rows.map { $0.trend.isFalling }).count == 1
  }

  /// Every pair of doses of every row lies within the margin: all are flat.
  func isFlat(level: Double, margin: Double) -> Bool {
    rows.allSatisfy { row in
      row.contrasts.allSatisfy { $0.smallestMargin(level: level) < margin }
    }
  }

  static func compare(
    _ aspect: Aspect, rows all: [DoseRow], benchmark: String, noOpDose: Double?
  ) -> Measured<ConfigurationComparison> {
    switch aspect {
    case .level: levels(all, benchmark: benchmark, noOpDose: noOpDose)
    case .direction, .shape: slopes(aspect, all.filter(\.isTestable), benchmark: benchmark)
    }
  }

  /// At the no-op dose, or else the first dose that all share.
  private static func levels(
    _ all: [DoseRow], benchmark: String, noOpDose: Double?
  ) -> Measured<ConfigurationComparison> {
    let rows = all.filter { !$0.points.isEmpty }
    guard rows.count > 1 else { return .undefined(tooFew(rows, "counts")) }
    let shared = rows[0].doses.filter { dose in rows.allSatisfy { $0.point(at: dose) != nil } }
    guard let dose = shared.first(where: { $0 == noOpDose }) ?? shared.first else {
      return .undefined(UndefinedReason(.notReported, "the configurations share no dose"))
    }
    let test = CountHomogeneity(points: rows.compactMap { $0.point(at: dose) })
    guard let statistic = test.chiSquared.value, let p = test.chiSquaredPValue.value else {
      return .undefined(UndefinedReason(.noVariance, "the counts at the shared dose do not vary"))
    }
    return .defined(
      ConfigurationComparison(
        benchmark: benchmark, aspect: .level, rows: rows,
        method: "Pearson chi-squared of homogeneity", statistic: statistic,
        degreesOfFreedom: rows.count - 1, pValue: p, decisiveP: test.pValue,
        decisiveMethod: test.name, dose: dose))
  }

  private static func slopes(
    _ aspect: Aspect, _ rows: [DoseRow], benchmark: String
  ) -> Measured<ConfigurationComparison> {
    guard rows.count > 1 else { return .undefined(tooFew(rows, "two doses")) }
    let strata = rows.map { ($0.successes, $0.totals, $0.doses) }
    guard let interaction = try? LogisticInteraction.test(strata) else {
      return .undefined(UndefinedReason(.outOfDomain, "the counts of the rows are not usable"))
    }
    return interaction.map { test in
      let (p, method) =
        aspect == .direction ? directionP(rows) : shapeP(rows, linear: test.pValue)
      return ConfigurationComparison(
        benchmark: benchmark, aspect: aspect, rows: rows,
        method: "likelihood ratio, logistic configuration × dose", statistic: test.statistic,
        degreesOfFreedom: test.degreesOfFreedom, pValue: test.pValue, decisiveP: p,
        decisiveMethod: method, dose: nil)
    }
  }

  /// Slopes that differ in size do not yet differ in sign.
  private static func directionP(_ rows: [DoseRow]) -> (Double, String) {
    let z = rows.compactMap { $0.trend.z.value }
    return (
      QualitativeInteraction(zScores: z)?.pValue ?? 1, "qualitative interaction, Gail and Simon"
    )
  }

  /// Curves can differ although their slopes are equal, so doses are also taken as categories.
  private static func shapeP(_ rows: [DoseRow], linear: Double) -> (Double, String) {
    guard let categorical = categoricalInteractionP(rows) else {
      return (linear, "likelihood ratio, logistic configuration × dose")
    }
    return (
      min(1, 2 * min(linear, categorical)),
      "smaller p of configuration × dose, linear or by category, doubled"
    )
  }

  /// Likelihood ratio of additive configurations and doses against the saturated model, over the
  /// doses that all rows share; `nil` below three doses (then it is the linear test) or when the
  /// additive model has no finite fit.
  private static func categoricalInteractionP(_ rows: [DoseRow]) -> Double? {
    let shared = rows[0].doses.filter { dose in rows.allSatisfy { $0.point(at: dose) != nil } }
    guard shared.count > 2 else { return nil }
    var design: [[Double]] = []
    var groups: [Proportion] = []
    for (index, row) in rows.enumerated() {
      for (place, dose) in shared.enumerated() {
        guard let point = row.point(at: dose),
          let group = try? Proportion(successes: point.successes, trials: point.total)
        else { return nil }
        design.append(
          rows.indices.map { $0 == index ? 1 : 0 }
            + shared.indices.dropFirst().map { $0 == place ? 1 : 0 })
        groups.append(group)
      }
    }
    guard let fit = (try? GroupedLogisticRegression.fit(design: design, groups: groups))?.value
    else { return nil }
    return ChiSquaredDistribution.upperTail(
      fit.deviance, degreesOfFreedom: Double((rows.count - 1) * (shared.count - 1)))
  }

  private static func tooFew(_ rows: [DoseRow], _ what: String) -> UndefinedReason {
    UndefinedReason(.tooFew, "\(rows.count) configurations with \(what); two are needed")
  }
}

extension ConfigurationComparison {
  /// Holm over the distinct comparisons: two claims about the same rows share one.
  static func adjusted(_ comparisons: [ConfigurationComparison?]) -> [Double] {
    let keys = comparisons.map { $0?.key ?? "" }
    let distinct = StudyContext.ordered(keys.filter { !$0.isEmpty })
    let values = distinct.map { key in
      keys.firstIndex(of: key).flatMap { comparisons[$0]?.decisiveP } ?? 1
    }
    let adjusted = PValueAdjustment.holm.adjust(values)
    return keys.map { key in distinct.firstIndex(of: key).map { adjusted[$0] } ?? 1 }
  }

  /// One comparison a benchmark of the claim, in the newest edition that the claim is about.
  static func all(
    of subject: ClaimSubject, in context: StudyContext
  ) -> [(benchmark: String, comparison: Measured<ConfigurationComparison>)] {
    let aspect = subject.claim.terms["aspect"].flatMap(Aspect.init) ?? .shape
    let rows = context.newest(subject.rows)
    return StudyContext.ordered(rows.map(\.benchmark)).map { benchmark in
      (
        benchmark,
        compare(
          aspect, rows: rows.filter { $0.benchmark == benchmark }, benchmark: benchmark,
          noOpDose: context.noOpDose)
      )
    }
  }
}
