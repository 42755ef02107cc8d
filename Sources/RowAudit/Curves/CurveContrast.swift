import Statistics

extension CurveContrast {
  /// Index pairs 0 → 1, 1 → max and 0 → max, where 1 is the no-op dose and 0 the lowest.
  static func pairs(_ doses: [Double], noOp: Double) -> [(from: Int, to: Int)] {
    guard doses.count > 1 else { return [] }
    let last = doses.count - 1
    guard let anchor = doses.firstIndex(of: noOp), anchor != 0, anchor != last else {
      return [(0, last)]
    }
    return [(0, anchor), (anchor, last), (0, last)]
  }

  /// Two doses answered by the same questions once.
  init(
    _ rows: DoseResponseRows, from: Int, to: Int, settings: RowAuditSettings
  ) throws(StatisticsError) {
    let table = try PairedTable(
      first: rows.outcomes.map { $0[to] }, second: rows.outcomes.map { $0[from] })
    self.from = rows.doses[from]
    self.to = rows.doses[to]
    difference = table.difference
    interval = table.difference.map { _ in
      table.tangoInterval(confidenceLevel: settings.confidenceLevel)
    }
    equivalenceInterval = table.difference.map { _ in
      table.tangoInterval(confidenceLevel: 1 - 2 * settings.level)
    }
    gains = table.firstOnly
    losses = table.secondOnly
    if table.firstOnly + table.secondOnly > 0 {
      let test = try McNemarTest(firstOnly: table.firstOnly, secondOnly: table.secondOnly)
      pValue = .defined(test.midPValue)
    } else {
      pValue = .undefined(
        UndefinedReason(.noDiscordance, "no question differs between the doses"))
    }
    adjustedPValue = pValue
  }

  /// Two doses of question means.
  init(means: [[Double]], doses: [Double], from: Int, to: Int, settings: RowAuditSettings) {
    let changes = means.map { $0[to] - $0[from] }
    let estimate = ClusterMean(changes, confidenceLevel: settings.confidenceLevel)
    self.from = doses[from]
    self.to = doses[to]
    difference = estimate.mean
    interval = estimate.interval
    equivalenceInterval =
      ClusterMean(changes, confidenceLevel: 1 - 2 * settings.level).interval
    pValue = estimate.pValue
    adjustedPValue = pValue
    gains = nil
    losses = nil
  }

  /// Holm over the contrasts; an undefined p counts in the family as 1.
  static func holm(_ contrasts: [CurveContrast]) -> [CurveContrast] {
    let adjusted = MeasuredFamily.holm(contrasts.map(\.pValue))
    return zip(contrasts, adjusted).map { contrast, p in
      var copy = contrast
      copy.adjustedPValue = p
      return copy
    }
  }
}

/// Holm over p-values of which some do not exist: those count in the family as 1.
enum MeasuredFamily {
  static func holm(_ pValues: [Measured<Double>]) -> [Measured<Double>] {
    // Every value lies in 0...1, so the adjustment is defined.
    let adjusted =
      (try? PValueAdjustment.holm.adjusted(pValues.map { min(1, max(0, $0.value ?? 1)) }))
      ?? pValues.map { $0.value ?? 1 }
    return zip(pValues, adjusted).map { p, value in p.map { _ in value } }
  }
}
