import Glibc

/// The slope of a logistic curve through binomial counts over doses.
/// ```
/// logit p(d) = a + b · d;  Newton–Raphson on the likelihood, standard error from its curvature
/// ```
/// The slope puts rows with different base rates on one scale, so that configurations can be
/// compared. It is not a test of shape.
/// - Source: McCullagh & Nelder (1989), *Generalized Linear Models*, chapter 4. Oracle: statsmodels
///   `GLM(Binomial)`.
public struct LogisticTrend: Hashable, Sendable {
  /// b, log odds per unit of dose; undefined when the counts separate along the doses.
  public let slope: Measured<Double>
  public let standardError: Measured<Double>
  /// Maximum (or supremum, when the counts separate) of Σ x log p + (n − x) log(1 − p).
  public let logLikelihood: Double

  /// - Throws: ``StatisticsError`` when the arrays differ in length or a count is outside its total.
  public init(successes: [Int], totals: [Int], doses: [Double]) throws(StatisticsError) {
    let row = try LogisticStrata.Row(successes: successes, totals: totals, doses: doses)
    let fit = LogisticStrata.fit([row])
    logLikelihood = fit.logLikelihood
    if let reason = row.whyNoSlope {
      slope = .undefined(reason)
      standardError = .undefined(reason)
      return
    }
    let unsettled = UndefinedReason(.notConverged, "the likelihood has no finite maximum")
    slope = Measured(finite: fit.slope, otherwise: unsettled)
    standardError = Measured(finite: fit.standardError, otherwise: unsettled)
  }

  /// Power of the two-sided Wald test at `level` against a true slope, with this row's precision.
  public func power(against trueSlope: Double, level: Double) -> Measured<Double> {
    standardError.map { error in
      let critical = NormalDistribution.upperQuantile(level / 2)
      let distance = abs(trueSlope) / error
      return NormalDistribution.upperTail(critical - distance)
        + NormalDistribution.upperTail(critical + distance)
    }
  }
}

/// Logistic curves of several strata (configurations): do their slopes differ?
public enum LogisticInteraction {
  /// Likelihood-ratio test of one common slope (own intercepts) against own slopes.
  /// ```
  /// G = 2 (Σ ℓ(a_k, b_k) − Σ ℓ(a_k, b));  χ² with (strata − 1) degrees of freedom
  /// ```
  /// - Source: McCullagh & Nelder (1989), chapter 4. Oracle: statsmodels `GLM(Binomial)`.
  /// - Returns: The statistic, its degrees of freedom and p; undefined with fewer than two strata
  ///   that have two doses.
  public static func test(
    _ strata: [(successes: [Int], totals: [Int], doses: [Double])]
  ) throws(StatisticsError) -> Measured<(statistic: Double, degreesOfFreedom: Int, pValue: Double)>
  {
    var rows: [LogisticStrata.Row] = []
    for stratum in strata {
      let row = try LogisticStrata.Row(
        successes: stratum.successes, totals: stratum.totals, doses: stratum.doses)
      if row.hasSeveralDoses { rows.append(row) }
    }
    guard rows.count > 1 else {
      return .undefined(
        UndefinedReason(.tooFew, "\(rows.count) strata with two doses; two are needed"))
    }
    var separate = 0.0
    for row in rows { separate += LogisticStrata.fit([row]).logLikelihood }
    let common = LogisticStrata.fit(rows).logLikelihood
    let statistic = max(0, 2 * (separate - common))
    let degrees = rows.count - 1
    return .defined(
      (
        statistic, degrees,
        ChiSquaredDistribution.upperTail(statistic, degreesOfFreedom: Double(degrees))
      ))
  }
}

/// Own intercepts, one slope: the model behind both types above.
enum LogisticStrata {
  struct Row {
    let successes: [Double]
    let failures: [Double]
    let doses: [Double]

    init(successes: [Int], totals: [Int], doses: [Double]) throws(StatisticsError) {
      guard successes.count == totals.count, totals.count == doses.count else {
        throw .lengthMismatch(
          first: "successes", firstCount: successes.count, second: "doses",
          secondCount: doses.count)
      }
      for (index, dose) in doses.enumerated() {
        guard dose.isFinite else { throw .notFinite(argument: "doses", index: index) }
        guard totals[index] >= 0, (0...totals[index]).contains(successes[index]) else {
          throw .argumentOutOfRange(
            argument: "successes[\(index)]", found: "\(successes[index])",
            expected: "within 0...\(totals[index])")
        }
      }
      self.successes = successes.map(Double.init)
      failures = zip(totals, successes).map { Double($0 - $1) }
      self.doses = doses
    }

    private var used: [Int] { doses.indices.filter { successes[$0] + failures[$0] > 0 } }

    var hasSeveralDoses: Bool { Set(used.map { doses[$0] }).count > 1 }

    /// Albert & Anderson (1984), doi:10.1093/biomet/71.1.1: a finite slope needs overlap.
    var whyNoSlope: UndefinedReason? {
      guard hasSeveralDoses else {
        return UndefinedReason(.noVariance, "fewer than two doses have outcomes")
      }
      let positive = used.filter { successes[$0] > 0 }.map { doses[$0] }
      let negative = used.filter { failures[$0] > 0 }.map { doses[$0] }
      guard let lowPositive = positive.min(), let highPositive = positive.max(),
        let lowNegative = negative.min(), let highNegative = negative.max()
      else { return UndefinedReason(.singleClass, "all outcomes are equal") }
      if highPositive <= lowNegative || highNegative <= lowPositive {
        return UndefinedReason(.boundary, "the outcomes separate along the doses")
      }
      return nil
    }
  }

  struct Fit {
    let slope: Double
    let standardError: Double
    let logLikelihood: Double
  }

  /// Newton–Raphson with step halving. Intercepts are parametrised at the stratum's mean dose, which
  /// keeps the arrow-shaped information matrix well conditioned; a separated stratum drifts towards
  /// its supremum and stops when the likelihood no longer moves.
  static func fit(_ rows: [Row]) -> Fit {
    let strata = rows.map { row -> (x: [Double], m: [Double], d: [Double]) in
      let weights = zip(row.successes, row.failures).map { $0 + $1 }
      let total = weights.reduce(0, +)
      let mean =
        total > 0 ? zip(weights, row.doses).reduce(0) { $0 + $1.0 * $1.1 } / total : 0
      return (row.successes, row.failures, row.doses.map { $0 - mean })
    }
    var intercepts = strata.map { stratum in
      log((stratum.x.reduce(0, +) + 0.5) / (stratum.m.reduce(0, +) + 0.5))
    }
    var slope = 0.0
    var current = logLikelihood(strata, intercepts, slope)
    var information = 0.0
    for _ in 0..<200 {
      var slopeScore = 0.0
      var slopeInformation = 0.0
      var scores: [Double] = []
      var diagonals: [Double] = []
      var mixed: [Double] = []
      for (stratum, intercept) in zip(strata, intercepts) {
        var (score, diagonal, cross) = (0.0, 0.0, 0.0)
        for (index, dose) in stratum.d.enumerated() {
          let total = stratum.x[index] + stratum.m[index]
          let p = 1 / (1 + exp(-(intercept + slope * dose)))
          let residual = stratum.x[index] - total * p
          let weight = total * p * (1 - p)
          score += residual
          slopeScore += residual * dose
          diagonal += weight
          cross += weight * dose
          slopeInformation += weight * dose * dose
        }
        scores.append(score)
        diagonals.append(diagonal)
        mixed.append(cross)
      }
      var reducedScore = slopeScore
      information = slopeInformation
      for index in strata.indices where diagonals[index] > 1e-300 {
        reducedScore -= mixed[index] * scores[index] / diagonals[index]
        information -= mixed[index] * mixed[index] / diagonals[index]
      }
      let slopeStep = information > 1e-12 ? reducedScore / information : 0
      let steps = strata.indices.map { index in
        diagonals[index] > 1e-12
          ? (scores[index] - mixed[index] * slopeStep) / diagonals[index] : 0
      }
      var factor = 1.0
      var next = current
      repeat {
        next = logLikelihood(
          strata, zip(intercepts, steps).map { $0 + factor * $1 }, slope + factor * slopeStep)
        if next >= current { break }
        factor /= 2
      } while factor > 1e-6
      guard next >= current else { break }
      intercepts = zip(intercepts, steps).map { $0 + factor * $1 }
      slope += factor * slopeStep
      let gain = next - current
      current = next
      if gain < 1e-13, abs(slopeStep) < 1e-10 || gain == 0 { break }
    }
    return Fit(
      slope: slope, standardError: information > 0 ? 1 / information.squareRoot() : .infinity,
      logLikelihood: current)
  }

  private static func logLikelihood(
    _ strata: [(x: [Double], m: [Double], d: [Double])], _ intercepts: [Double], _ slope: Double
  ) -> Double {
    var sum = 0.0
    for (stratum, intercept) in zip(strata, intercepts) {
      for (index, dose) in stratum.d.enumerated() {
        let linear = intercept + slope * dose
        // log p = −log(1 + e^−linear), without overflow.
        let softplus = max(linear, 0) + log1p(exp(-abs(linear)))
        sum += stratum.x[index] * (linear - softplus) - stratum.m[index] * softplus
      }
    }
    return sum
  }
}
