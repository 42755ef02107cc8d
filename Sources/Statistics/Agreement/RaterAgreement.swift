/// Agreement of two raters on one set of items: po, kappa, AC1 and what explains their difference.
///
/// Kappa collapses when one category is rare (table 90, 5, 5, 0: agreement .90, kappa −.05,
/// AC1 .89), so it is printed beside po, AC1 and the prevalence and bias indices.
///
/// - Source: Cohen (1960); Fleiss, Cohen & Everitt (1969), doi:10.1037/h0028106; Gwet (2008),
///   doi:10.1348/000711006X126600. Oracle: statsmodels, vcd and irrCAC, see `cohen_kappa.json`.
public struct RaterAgreement: Hashable, Sendable {
  public enum Weighting: String, Hashable, Sendable, CaseIterable {
    case unweighted
    case linear
    case quadratic
  }

  /// A chance-corrected coefficient with its standard errors.
  public struct Coefficient: Hashable, Sendable {
    /// Observed agreement (weighted).
    public let observed: Double
    /// Agreement expected by chance (weighted).
    public let expected: Double
    /// Undefined where chance agreement is 1.
    public let estimate: Measured<Double>
    /// Standard error for intervals.
    public let standardError: Measured<Double>
    /// Standard error under no agreement beyond chance, for the test of 0. Undefined for AC1.
    public let nullStandardError: Measured<Double>

    /// estimate ± z·se, cut at 1 and −1.
    public func interval(confidenceLevel: Double) -> Measured<Interval> {
      estimate.flatMap { estimate in
        standardError.map { error in
          let half = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel) * error
          return Interval(
            lower: max(-1, estimate - half), upper: min(1, estimate + half),
            confidenceLevel: confidenceLevel, method: .kappaWald)
        }
      }
    }
  }

  /// Joint proportions, [rater 1][rater 2].
  private let shares: [[Double]]
  public let itemCount: Int

  /// - Parameter table: square, rows for rater 1 and columns for rater 2.
  /// - Returns: Undefined for a table without items.
  /// - Throws: ``StatisticsError`` for a table that is empty, not square or has negative counts.
  public static func of(table: [[Int]]) throws(StatisticsError) -> Measured<RaterAgreement> {
    guard !table.isEmpty, table.count <= 1_000 else {
      throw .argumentOutOfRange(
        argument: "the number of categories", found: "\(table.count)", expected: "in 1...1000")
    }
    var total = 0.0
    for (index, row) in table.enumerated() {
      guard row.count == table.count else {
        throw .lengthMismatch(
          first: "table", firstCount: table.count, second: "table[\(index)]",
          secondCount: row.count)
      }
      for count in row {
        guard count >= 0, count <= BinomialDistribution.maximumTrials else {
          throw .argumentOutOfRange(
            argument: "table[\(index)]", found: "\(count)", expected: "in 0...10^12")
        }
        total += Double(count)
      }
    }
    guard total > 0 else {
      return .undefined(UndefinedReason(.emptyInput, "the table has no items"))
    }
    return .defined(
      RaterAgreement(
        shares: table.map { $0.map { Double($0) / total } }, itemCount: Int(total)))
  }

  public var categoryCount: Int { shares.count }
  private var categories: Range<Int> { shares.indices }
  private var firstShares: [Double] { shares.map { $0.reduce(0, +) } }
  private var secondShares: [Double] {
    categories.map { column in shares.reduce(0) { $0 + $1[column] } }
  }

  /// Share of items on which the raters agree.
  public var observedAgreement: Double { categories.reduce(0) { $0 + shares[$1][$1] } }

  /// 2·po − 1 for two categories: kappa at prevalence ½ without bias.
  public var prevalenceAdjustedKappa: Measured<Double> {
    shares.count == 2
      ? .defined(2 * observedAgreement - 1)
      : .undefined(UndefinedReason(.notApplicable, "defined for two categories only"))
  }

  /// |p₁₁ − p₂₂| for two categories.
  public var prevalenceIndex: Measured<Double> {
    shares.count == 2
      ? .defined(abs(shares[0][0] - shares[1][1]))
      : .undefined(UndefinedReason(.notApplicable, "defined for two categories only"))
  }

  /// |p₁₂ − p₂₁| for two categories.
  public var biasIndex: Measured<Double> {
    shares.count == 2
      ? .defined(abs(shares[0][1] - shares[1][0]))
      : .undefined(UndefinedReason(.notApplicable, "defined for two categories only"))
  }

  private func weight(_ weighting: Weighting, _ row: Int, _ column: Int) -> Double {
    if row == column { return 1 }
    let gap = Double(abs(row - column)) / Double(shares.count - 1)
    switch weighting {
    case .unweighted: return 0
    case .linear: return 1 - gap
    case .quadratic: return 1 - gap * gap
    }
  }

  /// Cohen's kappa with the standard errors of Fleiss, Cohen & Everitt.
  public func kappa(_ weighting: Weighting = .unweighted) -> Coefficient {
    let first = firstShares
    let second = secondShares
    var observed = 0.0
    var expected = 0.0
    // Mean weight of row i under rater 2's margin, and of column j under rater 1's.
    var rowMeans = [Double](repeating: 0, count: shares.count)
    var columnMeans = rowMeans
    for i in categories {
      for j in categories {
        let w = weight(weighting, i, j)
        observed += w * shares[i][j]
        expected += w * first[i] * second[j]
        rowMeans[i] += w * second[j]
        columnMeans[j] += w * first[i]
      }
    }
    let gap = 1 - expected
    guard gap > 1e-14 else {
      let reason = UndefinedReason(
        .zeroDenominator, "agreement expected by chance is 1: both raters use one category")
      return Coefficient(
        observed: observed, expected: expected, estimate: .undefined(reason),
        standardError: .undefined(reason), nullStandardError: .undefined(reason))
    }
    // Both variances are variances of a cell score; centred sums keep an exact 0 at 0.
    func spread(_ share: (Int, Int) -> Double, _ score: (Int, Int) -> Double) -> Double {
      var mean = 0.0
      for i in categories { for j in categories { mean += share(i, j) * score(i, j) } }
      var squares = 0.0
      for i in categories {
        for j in categories {
          let deviation = score(i, j) - mean
          squares += share(i, j) * deviation * deviation
        }
      }
      return squares
    }
    let variance = spread({ shares[$0][$1] }) {
      weight(weighting, $0, $1) * gap - (rowMeans[$0] + columnMeans[$1]) * (1 - observed)
    }
    let nullVariance = spread({ first[$0] * second[$1] }) {
      weight(weighting, $0, $1) - (rowMeans[$0] + columnMeans[$1])
    }
    let count = Double(itemCount)
    return Coefficient(
      observed: observed, expected: expected, estimate: .defined((observed - expected) / gap),
      standardError: .defined((variance / count).squareRoot() / (gap * gap)),
      nullStandardError: .defined((nullVariance / count).squareRoot() / gap))
  }

  /// Gwet's AC1.
  public var ac1: Coefficient {
    let observed = observedAgreement
    let reasonNull = UndefinedReason(.notApplicable, "no null standard error is defined for AC1")
    guard shares.count > 1 else {
      let reason = UndefinedReason(.tooFew, "AC1 needs two categories")
      return Coefficient(
        observed: observed, expected: .nan, estimate: .undefined(reason),
        standardError: .undefined(reason), nullStandardError: .undefined(reasonNull))
    }
    let others = Double(shares.count - 1)
    let use = zip(firstShares, secondShares).map { ($0 + $1) / 2 }
    let expected = use.reduce(0) { $0 + $1 * (1 - $1) } / others
    let gap = 1 - expected
    let estimate = (observed - expected) / gap
    func score(_ i: Int, _ j: Int) -> Double {
      (i == j ? 1 : 0) - 2 * (1 - estimate) * (1 - (use[i] + use[j]) / 2) / others
    }
    var mean = 0.0
    for i in categories { for j in categories { mean += shares[i][j] * score(i, j) } }
    var squares = 0.0
    for i in categories {
      for j in categories {
        let deviation = score(i, j) - mean
        squares += shares[i][j] * deviation * deviation
      }
    }
    return Coefficient(
      observed: observed, expected: expected, estimate: .defined(estimate),
      standardError: .defined((squares / Double(itemCount)).squareRoot() / gap),
      nullStandardError: .undefined(reasonNull))
  }
}

extension IntervalMethod {
  public static let kappaWald = IntervalMethod(rawValue: "Wald, Fleiss-Cohen-Everitt SE")
}
