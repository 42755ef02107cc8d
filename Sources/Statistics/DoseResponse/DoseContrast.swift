/// The difference between two doses, `to` minus `from`, with a score interval.
public struct DoseContrast: Hashable, Sendable {
  public let from: Double
  public let to: Double
  /// rate(to) − rate(from).
  public let difference: Double
  /// Tango for the same questions, Newcombe's method 10 for margins.
  public let interval: Interval
  /// McNemar mid-p for the same questions; undefined without discordance and for margins.
  public let pValue: Measured<Double>
  /// Holm over the contrasts of one family; equal to `pValue` outside a family.
  public let adjustedPValue: Measured<Double>

  /// Two doses of the same questions.
  package init?(_ rows: DoseResponseRows, from: Int, to: Int, confidenceLevel: Double) {
    guard rows.questionCount > 0 else { return nil }
    var gained = 0
    var lost = 0
    for row in rows.outcomes {
      if row[to], !row[from] { gained += 1 }
      if row[from], !row[to] { lost += 1 }
    }
    self.from = rows.doses[from]
    self.to = rows.doses[to]
    difference = Double(gained - lost) / Double(rows.questionCount)
    interval = TangoInterval.interval(
      gained: gained, lost: lost, count: rows.questionCount, confidenceLevel: confidenceLevel)
    let p = Self.mcnemarMidP(gained, lost)
    pValue = p
    adjustedPValue = p
  }

  /// Two independent margins.
  package init?(
    doses: [Double], successes: [Int], trials: [Int], from: Int, to: Int, confidenceLevel: Double
  ) {
    guard trials[from] > 0, trials[to] > 0 else { return nil }
    self.from = doses[from]
    self.to = doses[to]
    let z = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel)
    func wilson(_ index: Int) -> (rate: Double, lower: Double, upper: Double) {
      let n = Double(trials[index])
      let x = Double(successes[index])
      let half = z * (x * (n - x) / n + z * z / 4).squareRoot()
      let centre = x + z * z / 2
      return (x / n, max(0, (centre - half) / (n + z * z)), min(1, (centre + half) / (n + z * z)))
    }
    let a = wilson(to)
    let b = wilson(from)
    func leg(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    difference = a.rate - b.rate
    interval = Interval(
      lower: difference - leg(a.rate - a.lower, b.upper - b.rate),
      upper: difference + leg(a.upper - a.rate, b.rate - b.lower),
      confidenceLevel: confidenceLevel, method: .newcombe10Unpaired)
    let reason = UndefinedReason(.notApplicable, "margins carry no pairing")
    pValue = .undefined(reason)
    adjustedPValue = .undefined(reason)
  }

  private init(_ other: DoseContrast, adjustedPValue: Measured<Double>) {
    from = other.from
    to = other.to
    difference = other.difference
    interval = other.interval
    pValue = other.pValue
    self.adjustedPValue = adjustedPValue
  }

  /// The contrasts with Holm-adjusted p values over all of them; an undefined p counts in the
  /// family as 1.
  package static func holm(_ contrasts: [DoseContrast]) -> [DoseContrast] {
    let order = contrasts.indices.sorted {
      (contrasts[$0].pValue.value ?? 1, $0) < (contrasts[$1].pValue.value ?? 1, $1)
    }
    var adjusted = [Double](repeating: 1, count: contrasts.count)
    var running = 0.0
    for (rank, index) in order.enumerated() {
      let factor = Double(contrasts.count - rank)
      running = max(running, min(1, factor * (contrasts[index].pValue.value ?? 1)))
      adjusted[index] = running
    }
    return contrasts.indices.map { index in
      DoseContrast(
        contrasts[index], adjustedPValue: contrasts[index].pValue.map { _ in adjusted[index] })
    }
  }

  /// Fagerland, Lydersen & Laake (2013), doi:10.1186/1471-2288-13-91.
  private static func mcnemarMidP(_ gained: Int, _ lost: Int) -> Measured<Double> {
    let total = gained + lost
    guard total > 0 else {
      return .undefined(UndefinedReason(.noDiscordance, "no question differs between the doses"))
    }
    let fewer = min(gained, lost)
    let lower = BinomialDistribution.cdf(fewer, trials: total, probability: 0.5)
    let mass = BinomialDistribution.mass(fewer, trials: total, probability: 0.5)
    return .defined(min(1, 2 * lower - mass))
  }
}

/// Tango's score interval of a paired difference of proportions.
///
/// Solves (g − l − nδ) / √(n(2q̃ + δ(1 − δ))) = ±z, q̃ the constrained estimate of P(lost). At any
/// n the coverage is at least .937 in ten scenarios, against .883 for the percentile bootstrap.
///
/// - Source: Tango (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.
///   Oracle: `paired_difference.json`.
package enum TangoInterval {
  package static func interval(
    gained: Int, lost: Int, count: Int, confidenceLevel: Double
  ) -> Interval {
    let z = NormalDistribution.criticalValue(confidenceLevel: confidenceLevel)
    let n = Double(count)
    let b = Double(gained)
    let c = Double(lost)
    func score(_ delta: Double) -> Double {
      let linear = -b - c + (2 * n - b + c) * delta
      let constant = -c * delta * (1 - delta)
      let root = max(0, linear * linear - 8 * n * constant).squareRoot()
      let q = max(0, (root - linear) / (4 * n))
      let variance = n * (2 * q + delta * (1 - delta))
      let gap = b - c - n * delta
      if variance <= 0 { return gap == 0 ? 0 : (gap > 0 ? .infinity : -.infinity) }
      return gap / variance.squareRoot()
    }
    let estimate = (b - c) / n
    func limit(outer: Double, target: Double) -> Double {
      var outside = outer
      var inside = estimate
      for _ in 0..<200 {
        let middle = 0.5 * (outside + inside)
        if middle == outside || middle == inside { break }
        if abs(score(middle)) > abs(target) { outside = middle } else { inside = middle }
      }
      return 0.5 * (outside + inside)
    }
    return Interval(
      lower: limit(outer: -1, target: z), upper: limit(outer: 1, target: -z),
      confidenceLevel: confidenceLevel, method: .tango)
  }
}

extension IntervalMethod {
  public static let tango = IntervalMethod(rawValue: "Tango score")
  public static let newcombe10Unpaired = IntervalMethod(rawValue: "Newcombe method 10, unpaired")
}
