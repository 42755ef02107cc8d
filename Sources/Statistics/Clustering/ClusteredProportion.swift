/// A rate from repeated answers to the same questions: the unit is the question.
///
/// At a temperature above 0 with r answers each, n · r answers are not n · r trials. The estimate is
/// the mean of the question means, with a t interval over questions; so a question with more answers
/// does not count more.
///
/// - Source: Miller (2024), arXiv:2411.00640, eq. 4 with equal weight for each cluster. Oracle: scipy
///   `stats.t` on the question means.
public struct ClusteredProportion: Hashable, Sendable {
  public let estimate: Double
  public let standardError: Measured<Double>
  public let questionCount: Int
  /// var(question means) · answers / (p (1 − p)): how many times a binomial variance understates.
  public let designEffect: Measured<Double>
  private let degreesOfFreedom: Double

  /// - Parameter questions: answers of each question; questions without answers are left out.
  /// - Returns: Undefined without answers.
  public static func estimate(_ questions: [Proportion]) -> Measured<ClusteredProportion> {
    let answered = questions.filter { $0.trials > 0 }
    guard !answered.isEmpty else {
      return .undefined(UndefinedReason(.emptyInput, "no question has an answer"))
    }
    let n = Double(answered.count)
    let shares = answered.map { Double($0.successes) / Double($0.trials) }
    let mean = shares.reduce(0, +) / n
    let error: Measured<Double>
    let effect: Measured<Double>
    if answered.count > 1 {
      let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
      error = .defined((variance / n).squareRoot())
      let answers = answered.reduce(0.0) { $0 + Double($1.trials) }
      let binomial = mean * (1 - mean) / answers
      effect =
        binomial > 0
        ? .defined(variance / n / binomial)
        : .undefined(UndefinedReason(.noVariance, "all answers are equal"))
    } else {
      let reason = UndefinedReason(.tooFew, "one question has no variance between questions")
      (error, effect) = (.undefined(reason), .undefined(reason))
    }
    return .defined(
      ClusteredProportion(
        estimate: mean, standardError: error, questionCount: answered.count,
        designEffect: effect, degreesOfFreedom: n - 1))
  }

  /// The t interval, cut to 0...1.
  public func interval(confidenceLevel: Double = 0.95) -> Measured<Interval> {
    standardError.flatMap { error in
      guard error > 0 else {
        return .undefined(
          UndefinedReason(.noVariance, "all question means are equal; use an exact bound"))
      }
      let half =
        StudentT.criticalValue(
          confidenceLevel: checkedLevel(confidenceLevel), degreesOfFreedom: degreesOfFreedom)
        * error
      return .defined(
        Interval(
          lower: max(0, estimate - half), upper: min(1, estimate + half),
          confidenceLevel: confidenceLevel, method: .clusterT))
    }
  }
}

extension IntervalMethod {
  public static let clusterT = IntervalMethod(rawValue: "t over question means")
}
