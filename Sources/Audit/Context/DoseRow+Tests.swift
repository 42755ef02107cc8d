import Statistics
import Study

/// The Cochran–Armitage test of one row, unpaired.
struct RowTrend: Sendable {
  let z: Measured<Double>
  let asymptotic: Measured<Double>
  let exact: Measured<Double>
  let mid: Measured<Double>

  init(_ row: DoseRow, isExact: Bool) {
    guard
      let arms = try? DoseArm.arms(
        successes: row.successes, trials: row.totals, scores: row.doses), arms.count > 1
    else {
      let reason = UndefinedReason(.tooFew, "a trend needs counts at two doses")
      (z, asymptotic, exact, mid) = (
        .undefined(reason), .undefined(reason), .undefined(reason), .undefined(reason)
      )
      return
    }
    let test = CochranArmitageTest(arms, computesExact: isExact)
    z = test.z
    asymptotic = test.z.map { _ in test.pValue }
    exact = test.exact.map(\.pValueTwoSided)
    mid = test.exact.map(\.midPValueTwoSided)
  }

  var isFalling: Bool { (z.value ?? 0) < 0 }
}

extension DoseRow {
  /// Whether every dose of `other` has the same counts here.
  func agrees(with other: DoseRow) -> Bool {
    other.points.allSatisfy { point in
      self.point(at: point.dose).map {
        $0.successes == point.successes && $0.total == point.total
      } ?? false
    }
  }

  /// Counts at two doses or more.
  var isTestable: Bool { points.count > 1 }

  /// Row, doses and counts: two editions that print the same rates are the same data.
  var countKey: String {
    id + "/" + points.map(\.countText).joined(separator: ",")
  }

  var trend: RowTrend { RowTrend(self, isExact: false) }
  /// With the exact p where the enumeration is quick; beyond, the normal approximation is as good.
  var exactTrend: RowTrend {
    RowTrend(self, isExact: totals.reduce(0, +) <= Self.exactTotalLimit)
  }

  /// p of the trend that decides: the normal approximation, or the exact p where a count is expected
  /// below five and the enumeration is quick. 1 when the rates do not vary.
  var decisiveTrendP: Double {
    let asymptotic = trend.asymptotic.value ?? 1
    return isSparse ? exactTrend.exact.value ?? asymptotic : asymptotic
  }

  /// Cochran's (1954) rule: some expected count under equal rates is below five.
  var isSparse: Bool {
    let items = totals.reduce(0, +)
    guard items > 0, let least = totals.min() else { return true }
    let rate = Double(successes.reduce(0, +)) / Double(items)
    return Double(least) * min(rate, 1 - rate) < 5
  }

  /// Largest row, in items over all doses, whose exact distributions are tabulated.
  static let exactTotalLimit = 800

  /// Highest dose against lowest. Only for a testable row.
  var contrast: CountContrast {
    CountContrast(from: points[0], to: points[points.count - 1])
  }

  /// Every pair of doses, the lower dose first.
  var contrasts: [CountContrast] {
    points.indices.flatMap { low in
      points.indices.filter { $0 > low }.map { CountContrast(from: points[low], to: points[$0]) }
    }
  }

  /// Neighbouring doses.
  var steps: [CountContrast] {
    zip(points, points.dropFirst()).map { CountContrast(from: $0, to: $1) }
  }

  /// Isotonic likelihood-ratio tests of both orders.
  var orderTest: IsotonicBinomialTest? {
    (try? IsotonicBinomialTest.test(successes: successes, trials: totals))?.value
  }

  /// Exact permutation p of the largest swing between any two doses.
  var rangePValue: Measured<Double> {
    guard totals.reduce(0, +) <= Self.exactTotalLimit else {
      return .undefined(UndefinedReason(.tooLarge, "too many items for the exact permutation"))
    }
    return RangePermutationTest(
      points.compactMap { try? Proportion(successes: $0.successes, trials: $0.total) }
    ).pValue
  }

  /// Over 0/1 outcomes, with the tie-corrected variance.
  var jonckheere: JonckheereTest? {
    try? JonckheereTest(successes: successes, totals: totals)
  }

  var logisticTrend: LogisticTrend? {
    try? LogisticTrend(successes: successes, totals: totals, doses: doses)
  }
}

extension StudyContext {
  /// The trend tests of all rows of the study: the family of the exploratory analyses.
  var trendFamily: TrendFamily { TrendFamily(rows: rows.filter(\.isTestable)) }
}

/// Adjusted p-values over the dose rows of a study. A row whose rates do not vary counts with p = 1.
struct TrendFamily: Sendable {
  let rows: [DoseRow]
  let holm: [Double]
  let benjaminiHochberg: [Double]
  let benjaminiYekutieli: [Double]

  init(rows: [DoseRow]) {
    self.rows = rows
    let p = rows.map { $0.trend.asymptotic.value ?? 1 }
    holm = PValueAdjustment.holm.adjust(p)
    benjaminiHochberg = PValueAdjustment.benjaminiHochberg.adjust(p)
    benjaminiYekutieli = PValueAdjustment.benjaminiYekutieli.adjust(p)
  }

  /// Holm-adjusted p of a row with the same counts, if the family has it.
  func adjusted(_ row: DoseRow) -> Double? {
    rows.firstIndex {
      $0.id == row.id && $0.successes == row.successes && $0.doses == row.doses
    }.map { holm[$0] }
  }
}
