import Statistics

/// The mean of one number a question with its t interval and test against 0: the estimator for
/// repeated answers, slopes of questions and differences of slopes.
struct ClusterMean: Hashable {
  let count: Int
  let mean: Measured<Double>
  let standardError: Measured<Double>
  let interval: Measured<Interval>
  /// Two-sided, t with n − 1 degrees of freedom.
  let pValue: Measured<Double>

  init(_ values: [Double], confidenceLevel: Double) {
    count = values.count
    guard !values.isEmpty else {
      let reason = UndefinedReason(.emptyInput, "no question has a value")
      mean = .undefined(reason)
      standardError = .undefined(reason)
      interval = .undefined(reason)
      pValue = .undefined(reason)
      return
    }
    let n = Double(values.count)
    let center = values.reduce(0, +) / n
    mean = .defined(center)
    let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let scale = values.reduce(0) { max($0, abs($1)) }
    guard values.count > 1, squares > 1e-24 * n * max(scale * scale, .leastNormalMagnitude) else {
      let reason =
        values.count > 1
        ? UndefinedReason(.noVariance, "all \(values.count) questions have the same value")
        : UndefinedReason(.tooFew, "one question has no spread")
      standardError = .undefined(reason)
      interval = .undefined(reason)
      pValue = .undefined(reason)
      return
    }
    let error = (squares / (n - 1) / n).squareRoot()
    let half =
      error * StudentT.criticalValue(confidenceLevel: confidenceLevel, degreesOfFreedom: n - 1)
    standardError = .defined(error)
    interval = .defined(
      Interval(
        lower: center - half, upper: center + half, confidenceLevel: confidenceLevel,
        method: .clusterRobustT))
    pValue = .defined(StudentT.twoSidedTail(center / error, degreesOfFreedom: n - 1))
  }
}
