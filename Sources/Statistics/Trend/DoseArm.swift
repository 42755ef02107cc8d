/// One arm of a dose-response table: outcomes at one score (dose).
public struct DoseArm: Hashable, Sendable {
  public let outcomes: Proportion
  public let score: Double

  public init(_ outcomes: Proportion, score: Double) throws(StatisticsError) {
    guard score.isFinite, abs(score) <= 1e9 else {
      throw .argumentOutOfRange(
        argument: "score", found: "\(score)", expected: "finite and at most 1e9 in size")
    }
    self.outcomes = outcomes
    self.score = score
  }

  /// Arms from parallel arrays.
  public static func arms(
    successes: [Int], trials: [Int], scores: [Double]
  ) throws(StatisticsError) -> [DoseArm] {
    guard successes.count == trials.count else {
      throw .lengthMismatch(
        first: "successes", firstCount: successes.count, second: "trials",
        secondCount: trials.count)
    }
    guard scores.count == trials.count else {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: "trials", secondCount: trials.count)
    }
    var arms: [DoseArm] = []
    var total = 0
    for index in trials.indices {
      let outcomes = try Proportion(successes: successes[index], trials: trials[index])
      total += trials[index]
      guard total <= BinomialDistribution.maximumTrials else {
        throw .argumentOutOfRange(
          argument: "trials", found: "a total of \(total)",
          expected: "at most \(BinomialDistribution.maximumTrials)")
      }
      arms.append(try DoseArm(outcomes, score: scores[index]))
    }
    return arms
  }
}
