/// Two yes/no outcomes of the same items: a = both, b = first only, c = second only, d = neither.
public struct PairedTable: Hashable, Sendable {
  public let both: Int
  public let firstOnly: Int
  public let secondOnly: Int
  public let neither: Int

  /// - Throws: for a negative count or one above 10¹².
  public init(both: Int, firstOnly: Int, secondOnly: Int, neither: Int) throws(StatisticsError) {
    for (name, count) in [
      ("both", both), ("firstOnly", firstOnly), ("secondOnly", secondOnly), ("neither", neither),
    ] where count < 0 || count > BinomialDistribution.maximumTrials {
      throw .argumentOutOfRange(
        argument: name, found: "\(count)",
        expected: "a count in 0...\(BinomialDistribution.maximumTrials)")
    }
    let total = both + firstOnly + secondOnly + neither
    guard total <= BinomialDistribution.maximumTrials else {
      throw .argumentOutOfRange(
        argument: "pairs", found: "\(total)",
        expected: "at most \(BinomialDistribution.maximumTrials)")
    }
    self.both = both
    self.firstOnly = firstOnly
    self.secondOnly = secondOnly
    self.neither = neither
  }

  /// Counts from two equally long columns of outcomes.
  public init(first: [Bool], second: [Bool]) throws(StatisticsError) {
    guard first.count == second.count else {
      throw .lengthMismatch(
        first: "first", firstCount: first.count, second: "second", secondCount: second.count)
    }
    var counts = [0, 0, 0, 0]
    for (one, two) in zip(first, second) { counts[(one ? 0 : 2) + (two ? 0 : 1)] += 1 }
    try self.init(
      both: counts[0], firstOnly: counts[1], secondOnly: counts[2], neither: counts[3])
  }

  public var pairs: Int { both + firstOnly + secondOnly + neither }

  /// p₁ − p₂ = (b − c)/n; undefined without pairs.
  public var difference: Measured<Double> {
    pairs == 0
      ? .undefined(UndefinedReason(.emptyInput, "there are 0 pairs"))
      : .defined((Double(firstOnly) - Double(secondOnly)) / Double(pairs))
  }

  func interval(
    _ lower: Double, _ upper: Double, _ confidenceLevel: Double, _ method: IntervalMethod
  ) -> Interval {
    Interval(
      lower: max(-1, lower), upper: min(1, upper), confidenceLevel: confidenceLevel,
      method: method)
  }
}
