extension MetaAnalysis {
  /// mean ± t_{k−1} · se with Hartung and Knapp's se, never below the REML se (the max(1, q)
  /// safeguard of Röver, Knapp & Friede 2015).
  public func hartungKnappInterval(
    confidenceLevel: Double = 0.95, safeguarded: Bool = true
  ) -> Measured<Interval> {
    hartungKnappStandardError.map { error in
      let used = safeguarded ? max(error, reml.standardError) : error
      let half =
        StudentT.criticalValue(
          confidenceLevel: confidenceLevel, degreesOfFreedom: Double(degreesOfFreedom)) * used
      return Interval(
        lower: reml.estimate - half, upper: reml.estimate + half,
        confidenceLevel: confidenceLevel, method: .hartungKnapp)
    }
  }

  /// mean ± t_{k−2} √(τ² + se²): where the estimate of a new configuration would fall. Undefined
  /// below three studies; headline it only from five on.
  public func predictionInterval(confidenceLevel: Double = 0.95) -> Measured<Interval> {
    guard count >= 3 else {
      return .undefined(
        UndefinedReason(.tooFew, "\(count) studies; a prediction interval needs at least 3"))
    }
    let half =
      StudentT.criticalValue(confidenceLevel: confidenceLevel, degreesOfFreedom: Double(count - 2))
      * (tauSquaredREML + reml.standardError * reml.standardError).squareRoot()
    return .defined(
      Interval(
        lower: reml.estimate - half, upper: reml.estimate + half,
        confidenceLevel: confidenceLevel, method: .predictionREML))
  }

  /// The Q-profile interval of τ².
  ///
  /// - Source: Viechtbauer (2007), doi:10.1002/sim.2514; R metafor `confint.rma.uni`.
  public func tauSquaredInterval(confidenceLevel: Double = 0.95) -> Measured<Interval> {
    guard count > 1 else {
      return .undefined(UndefinedReason(.tooFew, "one study has no between-study variation"))
    }
    func generalised(_ tau: Double) -> Double {
      let mean = Self.pooled(estimates, variances, tau).estimate
      return zip(estimates, variances).reduce(0.0) {
        $0 + ($1.0 - mean) * ($1.0 - mean) / ($1.1 + tau)
      }
    }
    let tail = (1 - confidenceLevel) / 2
    let df = Double(degreesOfFreedom)
    func root(_ target: Double) -> Double {
      guard generalised(0) > target else { return 0 }
      var high = max(1e-300, variances.max() ?? 1)
      while generalised(high) > target, high < 1e290 { high *= 4 }
      return RootFinding.boundary(from: 0, to: high) { generalised($0) > target }
    }
    return .defined(
      Interval(
        lower: root(ChiSquaredDistribution.quantile(1 - tail, degreesOfFreedom: df)),
        upper: root(ChiSquaredDistribution.quantile(tail, degreesOfFreedom: df)),
        confidenceLevel: confidenceLevel, method: .qProfile))
  }

  /// I² in percent at both ends of the Q-profile interval of τ².
  public func iSquaredInterval(confidenceLevel: Double = 0.95) -> Measured<Interval> {
    let weights = variances.map { 1 / $0 }
    let sum = weights.reduce(0, +)
    let typical =
      Double(degreesOfFreedom) * sum / (sum * sum - weights.reduce(0.0) { $0 + $1 * $1 })
    return tauSquaredInterval(confidenceLevel: confidenceLevel).map {
      Interval(
        lower: 100 * $0.lower / ($0.lower + typical), upper: 100 * $0.upper / ($0.upper + typical),
        confidenceLevel: confidenceLevel, method: .qProfile)
    }
  }
}
