/// An observed statistic beside the same statistic of matched random sets of neurons.
///
/// ```
/// p = (1 + #{random ≥ observed}) / (B + 1)
/// ```
/// With B sets no p below 1/(B + 1) exists: 100 sets or more.
///
/// - Source: Davison & Hinkley (1997), section 4.2; Phipson & Smyth (2010),
///   doi:10.2202/1544-6115.1585.
public struct RandomSetBaseline: Hashable, Sendable {
  public let observed: Double
  public let setCount: Int
  /// One-sided: random sets at least as high.
  public let pValueGreater: Double
  public let pValueLess: Double
  public let mean: Measured<Double>
  public let smallest: Measured<Double>
  public let largest: Measured<Double>

  /// - Throws: ``StatisticsError/notFinite(argument:index:)``.
  public init(observed: Double, random: [Double]) throws(StatisticsError) {
    guard observed.isFinite else { throw .notFinite(argument: "observed", index: 0) }
    if let index = random.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "random", index: index)
    }
    self.observed = observed
    setCount = random.count
    let slack = 1e-12 * max(1, abs(observed))
    let count = Double(random.count + 1)
    pValueGreater = Double(1 + random.count { $0 >= observed - slack }) / count
    pValueLess = Double(1 + random.count { $0 <= observed + slack }) / count
    let empty = UndefinedReason(.emptyInput, "there is no random set")
    mean =
      random.isEmpty
      ? .undefined(empty)
      : .defined(random.reduce(0) { $0 + $1 / Double(random.count) })
    smallest = random.min().map(Measured.defined) ?? .undefined(empty)
    largest = random.max().map(Measured.defined) ?? .undefined(empty)
  }
}
