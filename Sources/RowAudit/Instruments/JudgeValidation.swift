import CanonicalJSON
public import RawStore
public import Statistics

/// The judge of a run beside people's labels, and rates corrected for its errors.
///
/// Read from the run's record in the store, one a kind of label. Sensitivity and specificity are of
/// responses that both scored; what the judge could not score is counted beside them.
public struct JudgeValidation: Hashable, Sendable, Identifiable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Right or wrong; right is positive.
    case answers
    /// Goes along or objects; going along is positive.
    case behaviours
  }

  /// A rate that the judge observed.
  public struct Rate: Hashable, Sendable {
    /// What the rate is of, for example `training` or the name of a curve.
    public let subject: String
    public let dose: Double?
    public let observed: Proportion
    public let corrected: JudgeCorrectedProportion
  }

  public static let schema = "referee/run-judge/v1"

  public let kind: Kind
  public let judge: String
  /// Positive, negative and unscored, `[people][judge]`.
  public let counts: [[Int]]
  public let agreement: Measured<RaterAgreement>
  /// Positive by the judge among what people call positive.
  public let sensitivity: Proportion
  /// Negative by the judge among what people call negative.
  public let specificity: Proportion
  /// Empty unless the plan asks for corrected rates.
  public private(set) var rates: [Rate] = []

  public var id: String { kind.rawValue }
  public var count: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }
  public var unscoredCount: Int { counts[0][2] + counts[1][2] }

  private init?(
    _ kind: Kind, judge: String, rows: [JSONValue]
  ) throws(StatisticsError) {
    var counts = [[Int]](repeating: [0, 0, 0], count: 3)
    for row in rows {
      guard let label = row["label"]?.stringValue, let verdict = row["verdict"]?.stringValue,
        Self.kind(label, verdict) == kind
      else { continue }
      counts[Self.place(label)][Self.place(verdict)] += 1
    }
    guard counts.contains(where: { $0.contains { $0 > 0 } }) else { return nil }
    self.kind = kind
    self.judge = judge
    self.counts = counts
    let used = (0..<3).filter { place in
      counts[place].contains { $0 > 0 } || counts.contains { $0[place] > 0 }
    }
    agreement =
      used.count > 1
      ? try RaterAgreement.of(table: used.map { row in used.map { counts[row][$0] } })
      : .undefined(UndefinedReason(.tooFew, "people and judge used one category"))
    sensitivity = try Proportion(successes: counts[0][0], trials: counts[0][0] + counts[0][1])
    specificity = try Proportion(successes: counts[1][1], trials: counts[1][0] + counts[1][1])
  }

  private static func kind(_ label: String, _ verdict: String) -> Kind {
    let words: Set<String> = ["comply", "refuse", "unparsable"]
    return words.contains(label) || words.contains(verdict) ? .behaviours : .answers
  }

  private static func place(_ word: String) -> Int {
    switch word {
    case "right", "comply": 0
    case "wrong", "refuse": 1
    default: 2
    }
  }

  // MARK: - All of a store

  /// - Throws: ``StatisticsError``; damaged records are no validation.
  static func all(
    _ table: RawTable, curves: [DoseCurve], confidenceLevel: Double
  ) throws(StatisticsError) -> [JudgeValidation] {
    var validations: [JudgeValidation] = []
    for run in table.runs {
      guard let document = try? JSONValue(parsing: run.document),
        document["schema"]?.stringValue == schema, let judge = document["judge"]?.stringValue
      else { continue }
      let rows = document["rows"]?.arrayValue ?? []
      for kind in Kind.allCases {
        guard var validation = try JudgeValidation(kind, judge: judge, rows: rows) else { continue }
        if document["correctRates"]?.boolValue == true {
          try validation.correct(
            table, curves, rows, benchmarks: document["benchmarks"]?.arrayValue ?? [],
            confidenceLevel)
        }
        validations.append(validation)
      }
    }
    return validations
  }

  private mutating func correct(
    _ table: RawTable, _ curves: [DoseCurve], _ rows: [JSONValue], benchmarks: [JSONValue],
    _ level: Double
  ) throws(StatisticsError) {
    if kind == .answers {
      // The first response of each question: responses to one question are not independent.
      let first = table.samples.filter { $0.judge == judge }.compactMap {
        $0.judgements.first ?? nil
      }
      if !first.isEmpty {
        try add(
          "training, first response", nil, first.count { $0 }, first.count,
          (sensitivity, specificity), level)
      }
    }
    for benchmark in benchmarks {
      guard let id = benchmark["id"]?.stringValue, benchmark["kind"]?.stringValue == kind.rawValue,
        let isInverted = benchmark["inverted"]?.boolValue
      else { continue }
      let accuracy = try self.accuracy(rows, isInverted: isInverted)
      for curve in curves
      where curve.arm.benchmark == id && curve.arm.judge == judge && !curve.arm.isControl {
        for point in curve.points where point.scoredCount > 0 {
          try add(curve.id, point.dose, point.trueCount, point.scoredCount, accuracy, level)
        }
      }
    }
  }

  /// Sensitivity and specificity for the outcomes of a benchmark. An answer that abstains is scored
  /// there, as one that is not what is counted.
  ///
  /// - Parameter isInverted: whether the negative class is counted, for example wrong answers.
  private func accuracy(
    _ rows: [JSONValue], isInverted: Bool
  ) throws(StatisticsError) -> (Proportion, Proportion) {
    guard kind == .answers else {
      return isInverted ? (specificity, sensitivity) : (sensitivity, specificity)
    }
    let counted = isInverted ? "wrong" : "right"
    let scored: Set<String> = ["right", "wrong", "abstains"]
    var (hits, positives, rejections, negatives) = (0, 0, 0, 0)
    for row in rows {
      guard let label = row["label"]?.stringValue, let verdict = row["verdict"]?.stringValue,
        scored.contains(label), scored.contains(verdict)
      else { continue }
      if label == counted {
        positives += 1
        if verdict == counted { hits += 1 }
      } else {
        negatives += 1
        if verdict != counted { rejections += 1 }
      }
    }
    return (
      try Proportion(successes: hits, trials: positives),
      try Proportion(successes: rejections, trials: negatives)
    )
  }

  private mutating func add(
    _ subject: String, _ dose: Double?, _ count: Int, _ total: Int,
    _ accuracy: (sensitivity: Proportion, specificity: Proportion), _ level: Double
  ) throws(StatisticsError) {
    let observed = try Proportion(successes: count, trials: total)
    rates.append(
      Rate(
        subject: subject, dose: dose, observed: observed,
        corrected: JudgeCorrectedProportion(
          observed: observed, sensitivity: accuracy.sensitivity,
          specificity: accuracy.specificity, confidenceLevel: level)))
  }
}
