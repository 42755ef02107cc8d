import Statistics
import Study

/// Two rates of a study side by side, as independent counts: their difference (`to` − `from`) with
/// its intervals and tests. Margins only, so unpaired.
struct CountContrast: Sendable {
  let from: DoseRow.Point
  let to: DoseRow.Point
  /// `nil` only for counts outside their totals, which a row never holds.
  private let statistic: UnpairedDifference?

  init(from: DoseRow.Point, to: DoseRow.Point) {
    self.from = from
    self.to = to
    if let first = try? Proportion(successes: to.successes, trials: to.total),
      let second = try? Proportion(successes: from.successes, trials: from.total)
    {
      statistic = UnpairedDifference(first, second)
    } else {
      statistic = nil
    }
  }

  var difference: Double { to.rate - from.rate }
  var sources: [SourceReference] { [from.cell.source, to.cell.source] }

  /// 95 % Newcombe.
  var interval: Interval { interval(confidenceLevel: 0.95) }

  func interval(confidenceLevel: Double) -> Interval {
    statistic?.newcombeInterval(confidenceLevel: confidenceLevel)
      ?? Interval(lower: -1, upper: 1, confidenceLevel: confidenceLevel, method: .newcombe)
  }

  /// Two-sided, minimum likelihood.
  var fisherPValue: Double {
    statistic.map { FisherExactTest($0.first, $0.second).pValueTwoSided } ?? 1
  }

  var boschlooPValue: Measured<Double> {
    statistic.map { BoschlooTest($0.first, $0.second).pValueTwoSided }
      ?? .undefined(UndefinedReason(.outOfDomain, "counts outside their totals"))
  }

  /// The smallest margin at which two one-sided tests at `level` show equivalence.
  func smallestMargin(level: Double) -> Double {
    guard let statistic,
      let test = try? EquivalenceTest(statistic, margin: 1, alpha: level)
    else { return 1 }
    return test.smallestMargin
  }

  /// "3 − 0": the doses, in the order of the subtraction.
  var dosesText: String {
    PrintedNumber.text(of: to.dose) + " \u{2212} " + PrintedNumber.text(of: from.dose)
  }

  func evidence(_ label: String, confidenceLevel: Double = 0.95) -> Evidence {
    .estimate(
      difference, interval(confidenceLevel: confidenceLevel), .percentagePoints, label,
      sources: sources)
  }
}

/// Are several independent counts compatible with one rate?
struct CountHomogeneity: Sendable {
  let chiSquared: Measured<Double>
  let chiSquaredPValue: Measured<Double>
  /// Fisher's exact test for two counts, Fisher–Freeman–Halton for more; chi-squared when the exact
  /// enumeration would be too large.
  let pValue: Double
  let name: String

  init(points: [DoseRow.Point]) {
    let arms = points.compactMap { try? Proportion(successes: $0.successes, trials: $0.total) }
    guard arms.count > 1, let table = try? ContingencyTable(arms: arms) else {
      let reason = UndefinedReason(.tooFew, "\(arms.count) counts; two are needed")
      chiSquared = .undefined(reason)
      chiSquaredPValue = .undefined(reason)
      pValue = 1
      name = "no test"
      return
    }
    let pearson = PearsonChiSquaredTest(table)
    chiSquared = pearson.statistic
    chiSquaredPValue = .defined(pearson.pValue)
    if arms.count == 2 {
      pValue = FisherExactTest(arms[0], arms[1]).pValueTwoSided
      name = "Fisher's exact test, two-sided"
    } else if table.total <= DoseRow.exactTotalLimit,
      let exact = FreemanHaltonTest(table).pValue.value
    {
      pValue = exact
      name = "Fisher–Freeman–Halton exact test"
    } else {
      pValue = pearson.pValue
      name = "chi-squared test of homogeneity"
    }
  }
}
