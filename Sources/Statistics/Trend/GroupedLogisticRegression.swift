import Glibc

/// Logistic regression of grouped counts by iteratively reweighted least squares.
///
/// For a handful of coefficients on margins: the slope of each configuration, and likelihood
/// ratio tests between nested designs.
/// - Source: McCullagh & Nelder (1989), section 4.4; R `glm(family = binomial)`.
public struct GroupedLogisticRegression: Hashable, Sendable {
  public let coefficients: [Double]
  /// From the inverse of the observed information.
  public let standardErrors: [Double]
  /// Residual deviance −2 log likelihood ratio against the saturated model.
  public let deviance: Double

  /// Bound on the coefficients.
  public static let coefficientLimit = 64

  /// Fits a design; undefined when the maximum lies at infinity (separated data) or the columns are
  /// collinear.
  ///
  /// - Parameters:
  ///   - design: one row of regressors for each group, without an implied intercept.
  ///   - groups: counts, one for each row; empty groups carry no information.
  public static func fit(
    design: [[Double]], groups: [Proportion]
  ) throws(StatisticsError) -> Measured<GroupedLogisticRegression> {
    guard design.count == groups.count else {
      throw .lengthMismatch(
        first: "design", firstCount: design.count, second: "groups", secondCount: groups.count)
    }
    let width = design.first?.count ?? 0
    guard width <= coefficientLimit else {
      throw .tooLarge(what: "the number of coefficients", found: width, limit: coefficientLimit)
    }
    for (index, row) in design.enumerated() {
      guard row.count == width else {
        throw .lengthMismatch(
          first: "design[0]", firstCount: width, second: "design[\(index)]",
          secondCount: row.count)
      }
      if let bad = row.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(argument: "design[\(index)]", index: bad)
      }
    }
    var beta = [Double](repeating: 0, count: width)
    var last = deviance(design, groups, beta)
    let saturated = last
    for _ in 0..<100 {
      var information = [[Double]](
        repeating: [Double](repeating: 0, count: width), count: width)
      var gradient = [Double](repeating: 0, count: width)
      for (row, group) in zip(design, groups) {
        let mean = probability(row, beta)
        let n = Double(group.trials)
        let weight = n * mean * (1 - mean)
        for i in 0..<width {
          gradient[i] += row[i] * (Double(group.successes) - n * mean)
          for j in 0...i { information[i][j] += weight * row[i] * row[j] }
        }
      }
      guard let covariance = inverse(information) else {
        return .undefined(
          UndefinedReason(
            .singularCovariance, "the design is collinear or the outcomes are separated"))
      }
      var step = (0..<width).map { i in
        (0..<width).reduce(0.0) { $0 + covariance[i][$1] * gradient[$1] }
      }
      // Halve steps that overshoot, which happens near separation.
      var next = zip(beta, step).map { $0 + $1 }
      var value = deviance(design, groups, next)
      for _ in 0..<30 where !(value <= last + 1e-9) {
        step = step.map { $0 / 2 }
        next = zip(beta, step).map { $0 + $1 }
        value = deviance(design, groups, next)
      }
      beta = next
      let isConverged = zip(beta, step).allSatisfy { abs($1) <= 1e-11 * max(1, abs($0)) }
      last = value
      if isConverged {
        return .defined(
          GroupedLogisticRegression(
            coefficients: beta,
            standardErrors: (0..<width).map { max(0, covariance[$0][$0]).squareRoot() },
            deviance: value))
      }
      // Fitted rates of 0 or 1: the likelihood has no maximum at finite coefficients.
      if beta.contains(where: { abs($0) > 1e6 }) || !value.isFinite { break }
      if zip(design, groups).contains(where: { row, group in
        let logit = zip(row, beta).reduce(0.0) { $0 + $1.0 * $1.1 }
        return group.trials > 0 && abs(logit) > 25
      }) {
        break
      }
    }
    return .undefined(
      UndefinedReason(
        .notConverged,
        "the outcomes are separated, so a coefficient runs to infinity (deviance \(saturated) to "
          + "\(last))"))
  }

  private static func probability(_ row: [Double], _ beta: [Double]) -> Double {
    let logit = zip(row, beta).reduce(0.0) { $0 + $1.0 * $1.1 }
    return logit >= 0 ? 1 / (1 + exp(-logit)) : exp(logit) / (1 + exp(logit))
  }

  static func deviance(_ design: [[Double]], _ groups: [Proportion], _ beta: [Double]) -> Double {
    zip(design, groups).reduce(0.0) { sum, pair in
      let n = Double(pair.1.trials)
      let mean = n * probability(pair.0, beta)
      guard n > 0 else { return sum }
      return sum
        + 2
        * (StirlingSeries.deviance(Double(pair.1.successes), max(mean, 1e-300))
          + StirlingSeries.deviance(Double(pair.1.failures), max(n - mean, 1e-300)))
    }
  }

  /// Inverse of a positive definite matrix given by its lower triangle, by Cholesky.
  private static func inverse(_ lower: [[Double]]) -> [[Double]]? {
    let n = lower.count
    var factor = lower
    for j in 0..<n {
      for k in 0..<j { factor[j][j] -= factor[j][k] * factor[j][k] }
      guard factor[j][j] > 1e-13 * max(lower[j][j], 1e-300) else { return nil }
      factor[j][j] = factor[j][j].squareRoot()
      for i in stride(from: j + 1, to: n, by: 1) {
        for k in 0..<j { factor[i][j] -= factor[i][k] * factor[j][k] }
        factor[i][j] /= factor[j][j]
      }
    }
    var result = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for column in 0..<n {
      var y = [Double](repeating: 0, count: n)
      for i in 0..<n {
        var value = i == column ? 1.0 : 0
        for k in 0..<i { value -= factor[i][k] * y[k] }
        y[i] = value / factor[i][i]
      }
      for i in stride(from: n - 1, through: 0, by: -1) {
        var value = y[i]
        for k in stride(from: i + 1, to: n, by: 1) { value -= factor[k][i] * result[k][column] }
        result[i][column] = value / factor[i][i]
      }
    }
    return result
  }
}
