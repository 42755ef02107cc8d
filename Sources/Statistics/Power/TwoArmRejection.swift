import Glibc

/// Which outcomes of two independent arms reject equality, so that power is an exact sum.
public struct TwoArmRejection: Hashable, Sendable {
  public enum Test: String, Hashable, Sendable, CaseIterable {
    /// Two-sided Fisher, minimum likelihood.
    case fisher
    /// |z| with pooled variance against the normal quantile; 0 where the variance is 0.
    case pooledZ
  }

  /// Bound on the arm size: the matrix has (n + 1)² cells.
  public static let armLimit = 3_000

  public let trials: Int
  public let test: Test
  public let alpha: Double
  /// `[x₁ · (n + 1) + x₂]`.
  private let rejects: [Bool]

  public init(test: Test, trialsPerArm n: Int, alpha: Double = 0.05) throws(StatisticsError) {
    guard n >= 0, n <= Self.armLimit else {
      throw .tooLarge(what: "the arm size of the exact power", found: n, limit: Self.armLimit)
    }
    guard alpha > 0, alpha < 1 else {
      throw .argumentOutOfRange(argument: "alpha", found: "\(alpha)", expected: "between 0 and 1")
    }
    trials = n
    self.test = test
    self.alpha = alpha
    rejects = test == .fisher ? Self.fisher(n, alpha) : Self.pooledZ(n, alpha)
  }

  /// One conditional distribution for each total: masses sorted, and p of a cell the sum of all
  /// that do not exceed it.
  private static func fisher(_ n: Int, _ alpha: Double) -> [Bool] {
    var rejects = [Bool](repeating: false, count: (n + 1) * (n + 1))
    for total in stride(from: 0, through: 2 * n, by: 1) {
      let range = HypergeometricDistribution.support(successes: n, failures: n, draws: total)
      let masses = range.map {
        HypergeometricDistribution.mass($0, successes: n, failures: n, draws: total)
      }
      let order = masses.indices.sorted { (masses[$0], $0) < (masses[$1], $1) }
      var (sum, added) = (0.0, 0)
      for index in order {
        let bound = masses[index] * (1 + 1e-7)
        while added < order.count, masses[order[added]] <= bound {
          sum += masses[order[added]]
          added += 1
        }
        if sum > alpha { break }
        let x1 = range.lowerBound + index
        rejects[x1 * (n + 1) + (total - x1)] = true
      }
    }
    return rejects
  }

  private static func pooledZ(_ n: Int, _ alpha: Double) -> [Bool] {
    let z = NormalDistribution.upperQuantile(alpha / 2)
    var rejects = [Bool](repeating: false, count: (n + 1) * (n + 1))
    for x1 in 0...n {
      for x2 in 0...n where x1 != x2 {
        let share = Double(x1 + x2) / Double(2 * n)
        let error = (share * (1 - share) * 2 / Double(n)).squareRoot()
        rejects[x1 * (n + 1) + x2] = abs(Double(x1 - x2)) / Double(n) / error >= z
      }
    }
    return rejects
  }

  /// The probability of rejection.
  public func power(_ first: Double, _ second: Double) -> Double {
    let one = BinomialDistribution.masses(trials: trials, probability: first)
    let two = BinomialDistribution.masses(trials: trials, probability: second)
    var sum = 0.0
    for (x1, mass) in one.enumerated() where mass > 0 {
      var inner = 0.0
      let row = x1 * (trials + 1)
      for (x2, other) in two.enumerated() where rejects[row + x2] { inner += other }
      sum += mass * inner
    }
    return min(1, sum)
  }

  /// The smallest difference from `base`, upward or downward, that is found with `power`.
  ///
  /// Power is a polynomial in the second rate, and rises with its distance from the first.
  public func minimalDetectableDifference(
    base: Double, power target: Double = 0.8, isDownward: Bool = false
  ) -> Measured<Double> {
    guard base >= 0, base <= 1, target > 0, target < 1 else {
      return .undefined(
        UndefinedReason(.outOfDomain, "the base rate \(base) or the power \(target) is invalid"))
    }
    let room = isDownward ? base : 1 - base
    func reached(_ size: Double) -> Bool {
      power(base, isDownward ? base - size : base + size) >= target
    }
    guard room > 0, reached(room) else {
      return .undefined(
        UndefinedReason(
          .boundary, "even the largest possible difference \(room) has less power than \(target)"))
    }
    return .defined(RootFinding.boundary(from: room, to: 0, tolerance: 1e-9, where: reached))
  }
}
