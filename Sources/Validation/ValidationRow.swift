/// One checked number of the validation study.
public struct ValidationRow: Hashable, Sendable {
  public enum Group: String, Hashable, Sendable, CaseIterable {
    /// Rejection rate under no effect.
    case size
    /// Rejection rate under an effect.
    case power
    /// Coverage of 95 % intervals.
    case coverage
  }

  public let group: Group
  /// For example "H0 AR.8 p=0.375".
  public let scenario: String
  /// Questions, or "positives + negatives".
  public let sampleSize: String
  /// For example "studentised permutation".
  public let method: String
  /// Share of the runs, 0...1.
  public let observed: Double
  public let target: Double
  public let runCount: Int
  /// Monte Carlo standard error of observed − target; 0 for exact enumeration.
  public let standardError: Double
  /// Half a unit of the target's last printed digit: what printing it may have moved it by, which is
  /// no Monte Carlo error. 0.0005 for shares with three digits, 0.00005 for exact ones with four.
  public let rounding: Double

  /// |observed − target| ≤ 4 standard errors + rounding.
  public var isAccepted: Bool { abs(observed - target) <= 4 * standardError + rounding }

  /// A Monte Carlo share against a Monte Carlo target, with the pooled standard error.
  init(
    group: Group, scenario: String, sampleSize: String, method: String, hits: Int, runCount: Int,
    target: Double, targetRunCount: Int
  ) {
    self.group = group
    self.scenario = scenario
    self.sampleSize = sampleSize
    self.method = method
    self.runCount = runCount
    self.target = target
    observed = runCount > 0 ? Double(hits) / Double(runCount) : .nan
    let (a, b) = (Double(runCount), Double(targetRunCount))
    let pooled = (Double(hits) + target * b) / (a + b)
    standardError = (pooled * (1 - pooled) * (1 / a + 1 / b)).squareRoot()
    rounding = 0.0005
  }

  /// An exact coverage against a Monte Carlo target of three printed digits.
  init(
    exactShare observed: Double, target: Double, targetRunCount: Int, scenario: String,
    sampleSize: String, method: String
  ) {
    group = .coverage
    self.scenario = scenario
    self.sampleSize = sampleSize
    self.method = method
    self.observed = observed
    self.target = target
    runCount = 0
    standardError = max(0, observed * (1 - observed) / Double(targetRunCount)).squareRoot()
    rounding = 0.0005
  }

  /// An exact number against an exact target.
  init(
    exact observed: Double, target: Double, scenario: String, sampleSize: String, method: String,
    rounding: Double
  ) {
    group = .coverage
    self.scenario = scenario
    self.sampleSize = sampleSize
    self.method = method
    self.observed = observed
    self.target = target
    runCount = 0
    standardError = 0
    self.rounding = rounding
  }
}
