import Glibc

/// Power of the asymptotic Cochran-Armitage test over independent arms of equal size, exactly by
/// enumeration or by the normal approximation.
///
/// ```
/// power = Φ((|E U| − z √V₀) / √V₁),  V₀ = p̄(1−p̄) n Σ(s−s̄)²,  V₁ = n Σ pᵢ(1−pᵢ)(s−s̄)²
/// ```
/// - Source: Nam (1987), doi:10.2307/2531989, without continuity correction.
public struct TrendPower: Hashable, Sendable {
  public let scores: [Double]
  public let trialsPerArm: Int
  public let alpha: Double

  public init(
    scores: [Double], trialsPerArm: Int, alpha: Double = 0.05
  ) throws(StatisticsError) {
    if let bad = scores.firstIndex(where: { !(abs($0) <= 1e9) }) {
      throw .notFinite(argument: "scores", index: bad)
    }
    guard alpha > 0, alpha < 1 else {
      throw .argumentOutOfRange(argument: "alpha", found: "\(alpha)", expected: "between 0 and 1")
    }
    guard trialsPerArm >= 0, trialsPerArm <= BinomialDistribution.maximumTrials else {
      throw .argumentOutOfRange(
        argument: "trialsPerArm", found: "\(trialsPerArm)", expected: "a count up to 1e12")
    }
    self.scores = scores
    self.trialsPerArm = trialsPerArm
    self.alpha = alpha
  }

  /// Two-sided power at the given rates, one for each score.
  public func power(rates: [Double]) -> Measured<Double> {
    guard rates.count == scores.count, rates.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      return .undefined(
        UndefinedReason(.outOfDomain, "one rate in 0...1 is needed for each of the scores"))
    }
    let k = Double(scores.count)
    let n = Double(trialsPerArm)
    let mean = scores.reduce(0, +) / max(1, k)
    let share = rates.reduce(0, +) / max(1, k)
    var (shift, null, alternative) = (0.0, 0.0, 0.0)
    for (score, rate) in zip(scores, rates) {
      let gap = score - mean
      shift += n * rate * gap
      null += n * share * (1 - share) * gap * gap
      alternative += n * rate * (1 - rate) * gap * gap
    }
    guard null > 0, alternative > 0 else {
      return .undefined(UndefinedReason(.noVariance, "the trend statistic has no variance"))
    }
    let critical = NormalDistribution.upperQuantile(alpha / 2) * null.squareRoot()
    let error = alternative.squareRoot()
    return .defined(
      NormalDistribution.cdf((abs(shift) - critical) / error)
        + NormalDistribution.cdf((-abs(shift) - critical) / error))
  }

  /// Cells and steps of the enumeration.
  public static let exactCellLimit = 8_000_000

  /// Exact two-sided power: the probability of |z| ≥ z_{α/2} over the joint distribution of the
  /// total Σx and the statistic Σsx. Undefined above the bound or for doses without a common unit.
  public func exactPower(rates: [Double]) -> Measured<Double> {
    guard rates.count == scores.count, !rates.isEmpty,
      rates.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else {
      return .undefined(
        UndefinedReason(.outOfDomain, "one rate in 0...1 is needed for each of the scores"))
    }
    guard let lattice = ScoreLattice(scores) else {
      return .undefined(
        UndefinedReason(.notApplicable, "the doses have no common unit down to 1/1000"))
    }
    let stepSum = lattice.steps.reduce(0.0) { $0 + Double($1) }
    let (rows, columns) = (
      Double(trialsPerArm) * Double(scores.count) + 1, Double(trialsPerArm) * stepSum + 1
    )
    guard rows * columns <= Double(Self.exactCellLimit) else {
      return .undefined(
        UndefinedReason(.tooLarge, "the enumeration exceeds \(Self.exactCellLimit) cells"))
    }
    let width = Int(columns)
    var cells = [Double](repeating: 0, count: Int(rows) * width)
    cells[0] = 1
    var (filled, reached) = (0, 0)
    for (step, rate) in zip(lattice.steps, rates) {
      // Masses below 1e-15 change no digit that is printed.
      let masses = BinomialDistribution.masses(trials: trialsPerArm, probability: rate)
        .enumerated().filter { $0.element > 1e-15 }
      var next = [Double](repeating: 0, count: cells.count)
      for total in 0...filled {
        for t in 0...reached {
          let mass = cells[total * width + t]
          if mass < 1e-17 { continue }
          for (x, weight) in masses {
            next[(total + x) * width + t + x * step] += mass * weight
          }
        }
      }
      cells = next
      filled += trialsPerArm
      reached += trialsPerArm * step
    }
    let (n, k) = (Double(trialsPerArm), Double(scores.count))
    let mean = stepSum / k
    let spread = n * lattice.steps.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let critical = NormalDistribution.upperQuantile(alpha / 2)
    var power = 0.0
    for total in stride(from: 1, to: filled, by: 1) {
      let share = Double(total) / (n * k)
      let bound = critical * (share * (1 - share) * spread).squareRoot()
      for t in 0..<width where cells[total * width + t] > 0 {
        if bound > 0, abs(Double(t) - Double(total) * mean) >= bound {
          power += cells[total * width + t]
        }
      }
    }
    return .defined(min(1, power))
  }

  /// The total change from the first to the last score, linear in the score, that is found with
  /// `power`, exactly (to 1e-5) or by the normal approximation.
  public func minimalDetectableSwing(
    base: Double, power target: Double = 0.8, isDownward: Bool = false, isExact: Bool = false
  ) -> Measured<Double> {
    let first = scores.first ?? 0
    let span = (scores.last ?? 0) - first
    guard span != 0, base >= 0, base <= 1, target > 0, target < 1 else {
      return .undefined(
        UndefinedReason(.outOfDomain, "two distinct scores and a base rate in 0...1 are needed"))
    }
    let room = isDownward ? base : 1 - base
    func reached(_ swing: Double) -> Bool {
      let rates = scores.map { base + (isDownward ? -swing : swing) * ($0 - first) / span }
      let clipped = rates.map { min(1, max(0, $0)) }
      let found = isExact ? exactPower(rates: clipped) : power(rates: clipped)
      return found.value.map { $0 >= target } ?? false
    }
    if isExact, let reason = exactPower(rates: scores.map { _ in base }).reason {
      return .undefined(reason)
    }
    guard room > 0, reached(room) else {
      return .undefined(
        UndefinedReason(.boundary, "even a swing of \(room) has less power than \(target)"))
    }
    return .defined(
      RootFinding.boundary(from: room, to: 0, tolerance: isExact ? 1e-5 : 1e-10, where: reached))
  }
}
