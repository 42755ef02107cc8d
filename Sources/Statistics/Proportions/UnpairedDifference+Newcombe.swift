extension IntervalMethod {
  public static let newcombe = IntervalMethod(rawValue: "Newcombe hybrid score (method 10)")
  public static let agrestiCaffo = IntervalMethod(rawValue: "Agresti-Caffo")
}

extension UnpairedDifference {
  /// Newcombe's hybrid score interval: Wilson limits combined by the square-and-add rule. The
  /// default for two independent arms (coverage at n = 40: mean .954, minimum .936).
  ///
  /// - Source: Newcombe (1998), method 10. Oracle: `newcombe_unpaired.json`. An empty arm: [−1, 1].
  public func newcombeInterval(confidenceLevel: Double = 0.95) -> Interval {
    guard !hasEmptyArm else { return interval(-1, 1, checkedLevel(confidenceLevel), .newcombe) }
    let w1 = first.wilsonInterval(confidenceLevel: confidenceLevel)
    let w2 = second.wilsonInterval(confidenceLevel: confidenceLevel)
    let (p1, p2) = (first.share, second.share)
    func root(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    return interval(
      p1 - p2 - root(p1 - w1.lower, w2.upper - p2), p1 - p2 + root(w1.upper - p1, p2 - w2.lower),
      confidenceLevel, .newcombe)
  }

  /// The Wald interval after adding one success and one failure to each arm, cut to [−1, 1].
  ///
  /// - Source: Agresti & Caffo (2000), doi:10.1080/00031305.2000.10474560.
  public func agrestiCaffoInterval(confidenceLevel: Double = 0.95) -> Interval {
    let z = NormalDistribution.criticalValue(confidenceLevel: checkedLevel(confidenceLevel))
    guard !hasEmptyArm else { return interval(-1, 1, confidenceLevel, .agrestiCaffo) }
    let (n1, n2) = (Double(first.trials) + 2, Double(second.trials) + 2)
    let (p1, p2) = ((Double(first.successes) + 1) / n1, (Double(second.successes) + 1) / n2)
    let half = z * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2).squareRoot()
    return interval(p1 - p2 - half, p1 - p2 + half, confidenceLevel, .agrestiCaffo)
  }
}
