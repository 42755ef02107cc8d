import RawStore
import Statistics

extension LengthCheck {
  /// - Returns: `nil` when lengths were recorded for fewer than two thirds of the items, or do not
  ///   differ.
  init?(_ rows: DetectionScores, settings: RowAuditSettings) throws(StatisticsError) {
    let spans = rows.spanLengths.count { $0 != nil }
    let responses = rows.responseLengths.count { $0 != nil }
    let lengths = spans >= responses ? rows.spanLengths : rows.responseLengths
    let recorded = lengths.indices.filter { lengths[$0] != nil && rows.labels.indices.contains($0) }
    guard recorded.count * 3 >= rows.items.count * 2, recorded.count > 1,
      Set(recorded.compactMap { lengths[$0] }).count > 1
    else { return nil }
    measure = spans >= responses ? "answer span" : "response"
    recordedCount = recorded.count
    let values = recorded.compactMap { lengths[$0] }
    let labels = recorded.map { rows.labels[$0] }
    let scores = recorded.map { rows.scores[$0] }
    let cuts = Self.tertiles(values)
    var strata: [Stratum] = []
    for (low, high) in cuts {
      let members = values.indices.filter { values[$0] >= low && values[$0] <= high }
      let area = try AUROC(
        positives: members.filter { labels[$0] }.map { scores[$0] },
        negatives: members.filter { !labels[$0] }.map { scores[$0] })
      strata.append(
        Stratum(
          shortest: low, longest: high, count: members.count,
          positiveCount: members.count { labels[$0] }, auroc: area.estimate,
          interval: area.interval(confidenceLevel: settings.confidenceLevel)))
    }
    self.strata = strata
    let plain = values.map(Double.init)
    let direction = try AUROC(
      positives: zip(plain, labels).filter(\.1).map(\.0),
      negatives: zip(plain, labels).filter { !$0.1 }.map(\.0))
    let isReversed = (direction.estimate.value ?? 1) < 0.5
    let turned = isReversed ? plain.map { -$0 } : plain
    let alone = try AUROC(
      positives: zip(turned, labels).filter(\.1).map(\.0),
      negatives: zip(turned, labels).filter { !$0.1 }.map(\.0))
    lengthAUROC = alone.estimate
    lengthInterval = alone.interval(confidenceLevel: settings.confidenceLevel)
    let pair = try PairedAUROC(labels: labels, firstScores: scores, secondScores: turned)
    difference = pair.difference
    differenceInterval = pair.interval(confidenceLevel: settings.confidenceLevel)
    pValue = pair.pValue
  }

  /// Three ranges of about equal size; equal lengths stay together, so there can be fewer.
  private static func tertiles(_ values: [Int]) -> [(Int, Int)] {
    let sorted = values.sorted()
    var cuts: [(Int, Int)] = []
    var start = 0
    for third in 1...3 {
      guard start < sorted.count else { break }
      var end = third == 3 ? sorted.count : max(start + 1, sorted.count * third / 3)
      while end < sorted.count, sorted[end] == sorted[end - 1] { end += 1 }
      cuts.append((sorted[start], sorted[end - 1]))
      start = end
    }
    return cuts
  }
}
