/// The difference between two doses, `to` minus `from`, with a score interval.
public struct DoseContrast: Hashable, Sendable {
  public let from: Double
  public let to: Double
  /// rate(to) − rate(from).
  public let difference: Measured<Double>
  /// Tango for the same questions, Newcombe's method 10 for margins.
  public let interval: Interval
  /// McNemar mid-p for the same questions; undefined without discordance and for margins.
  public let pValue: Measured<Double>
  /// Holm over the contrasts of one family; equal to `pValue` outside a family.
  public let adjustedPValue: Measured<Double>

  /// Two doses of the same questions.
  package init(
    _ rows: DoseResponseRows, from: Int, to: Int, confidenceLevel: Double
  ) throws(StatisticsError) {
    let table = try PairedTable(
      first: rows.outcomes.map { $0[to] }, second: rows.outcomes.map { $0[from] })
    self.from = rows.doses[from]
    self.to = rows.doses[to]
    difference = table.difference
    interval = table.tangoInterval(confidenceLevel: confidenceLevel)
    if table.firstOnly + table.secondOnly > 0 {
      let test = try McNemarTest(firstOnly: table.firstOnly, secondOnly: table.secondOnly)
      pValue = .defined(test.midPValue)
    } else {
      pValue = .undefined(
        UndefinedReason(.noDiscordance, "no question differs between the doses"))
    }
    adjustedPValue = pValue
  }

  /// Two independent margins.
  package init(_ from: DoseArm, _ to: DoseArm, confidenceLevel: Double) {
    let difference = UnpairedDifference(to.outcomes, from.outcomes)
    self.from = from.score
    self.to = to.score
    self.difference = difference.estimate
    interval = difference.newcombeInterval(confidenceLevel: confidenceLevel)
    pValue = .undefined(UndefinedReason(.notApplicable, "margins carry no pairing"))
    adjustedPValue = pValue
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
}
