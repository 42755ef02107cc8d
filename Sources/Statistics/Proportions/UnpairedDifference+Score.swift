import Glibc

extension IntervalMethod {
  public static let miettinenNurminen = IntervalMethod(rawValue: "Miettinen-Nurminen score")
  public static let mee = IntervalMethod(rawValue: "Mee score")
}

extension UnpairedDifference {
  /// The score interval with the variance factor N/(N − 1).
  ///
  /// - Source: Miettinen & Nurminen (1985), doi:10.1002/sim.4780040211. Oracle:
  ///   `miettinen_nurminen.json` (R PropCIs `diffscoreci`); statsmodels 0.15 is wrong here.
  public func miettinenNurminenInterval(confidenceLevel: Double = 0.95) -> Interval {
    let total = Double(first.trials) + Double(second.trials)
    return scoreInterval(confidenceLevel, total / max(1, total - 1), .miettinenNurminen)
  }

  /// The same score interval without the variance factor (Mee 1984).
  public func meeInterval(confidenceLevel: Double = 0.95) -> Interval {
    scoreInterval(confidenceLevel, 1, .mee)
  }

  private func scoreInterval(
    _ confidenceLevel: Double, _ factor: Double, _ method: IntervalMethod
  ) -> Interval {
    let z = NormalDistribution.criticalValue(confidenceLevel: checkedLevel(confidenceLevel))
    guard !hasEmptyArm else { return interval(-1, 1, confidenceLevel, method) }
    let difference = first.share - second.share
    func isInside(_ delta: Double) -> Bool {
      let gap = difference - delta
      return gap * gap <= z * z * factor * restrictedVariance(delta)
    }
    let lower =
      isInside(-1)
      ? -1 : RootFinding.boundary(from: difference, to: -1, tolerance: 1e-15, where: isInside)
    let upper =
      isInside(1)
      ? 1 : RootFinding.boundary(from: difference, to: 1, tolerance: 1e-15, where: isInside)
    return interval(lower, upper, confidenceLevel, method)
  }

  /// p̃₁(1 − p̃₁)/n₁ + p̃₂(1 − p̃₂)/n₂ at the maximum likelihood under p₁ − p₂ = δ.
  ///
  /// The likelihood is concave in p₂, so its cubic is solved by bisection on the derivative: the
  /// closed trigonometric form loses half the digits where two roots meet (0 of n in both arms).
  private func restrictedVariance(_ delta: Double) -> Double {
    let (x1, y1) = (Double(first.successes), Double(first.failures))
    let (x2, y2) = (Double(second.successes), Double(second.failures))
    let low = max(0, -delta)
    let high = min(1, 1 - delta)
    func term(_ count: Double, _ p: Double) -> Double { count == 0 ? 0 : count / max(p, 1e-300) }
    let p2 = RootFinding.boundary(from: low, to: high, tolerance: 1e-16) { p in
      term(x1, p + delta) + term(x2, p) > term(y1, 1 - p - delta) + term(y2, 1 - p)
    }
    let p1 = min(1, max(0, p2 + delta))
    return p1 * (1 - p1) / Double(first.trials) + p2 * (1 - p2) / Double(second.trials)
  }
}
