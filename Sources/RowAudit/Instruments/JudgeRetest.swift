import RawStore
public import Statistics

/// A judge against itself: byte-identical responses to one question must get one judgement.
public struct JudgeRetest: Hashable, Sendable, Identifiable {
  public enum Judgement: Int, Hashable, Sendable, CaseIterable {
    case isTrue, isFalse, unscored

    public var word: String {
      switch self {
      case .isTrue: "true"
      case .isFalse: "false"
      case .unscored: "unscored"
      }
    }
  }

  /// Benchmark and judge.
  public let id: String
  public let benchmark: String
  public let judge: String
  /// Groups of two or more identical responses to one question.
  public let groupCount: Int
  public let responseCount: Int
  public let conflictCount: Int
  public let conflictShare: Measured<Double>
  /// Wilson over groups.
  public let conflictInterval: Measured<Interval>
  /// Ordered pairs of judgements within groups, `[first][second]` in the order of
  /// ``Judgement``; symmetric.
  public let pairs: [[Int]]
  public let agreement: Measured<RaterAgreement>

  init(
    benchmark: String, judge: String, groups: [[Int]], confidenceLevel: Double
  ) throws(StatisticsError) {
    id = benchmark + "/" + (judge.isEmpty ? "unnamed judge" : judge)
    self.benchmark = benchmark
    self.judge = judge
    groupCount = groups.count
    responseCount = groups.reduce(0) { $0 + $1.reduce(0, +) }
    conflictCount = groups.count { $0.count { $0 > 0 } > 1 }
    let share = try Proportion(successes: conflictCount, trials: groupCount)
    conflictShare = share.estimate
    conflictInterval = share.estimate.map { _ in
      share.wilsonInterval(confidenceLevel: confidenceLevel)
    }
    var pairs = [[Int]](repeating: [0, 0, 0], count: 3)
    for group in groups {
      for row in 0..<3 {
        for column in 0..<3 {
          let (one, two) = (group[row], group[column] - (row == column ? 1 : 0))
          let product = one.multipliedReportingOverflow(by: max(0, two))
          let sum = pairs[row][column].addingReportingOverflow(product.partialValue)
          if !product.overflow, !sum.overflow { pairs[row][column] = sum.partialValue }
        }
      }
    }
    self.pairs = pairs
    let used = (0..<3).filter { pairs[$0].contains { $0 > 0 } }
    let total = pairs.reduce(0) { $0 + $1.reduce(0, +) }
    agreement =
      used.count > 1 && total <= 1_000_000_000
      ? try RaterAgreement.of(table: used.map { row in used.map { pairs[row][$0] } })
      : .undefined(UndefinedReason(.tooFew, "the judge used one category"))
  }

  /// One retest a benchmark and judge, and one of the sampled responses.
  static func all(
    _ table: RawTable, confidenceLevel: Double
  ) throws(StatisticsError) -> [JudgeRetest] {
    var groups: [[String]: [[Int]]] = [:]
    for group in table.identicalResponses {
      groups[[group.benchmark, group.judge], default: []].append(
        [group.trueCount, group.falseCount, group.unscoredCount].map { max(0, $0) })
    }
    var retests: [JudgeRetest] = []
    for key in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      retests.append(
        try JudgeRetest(
          benchmark: key[0], judge: key[1], groups: groups[key] ?? [],
          confidenceLevel: confidenceLevel))
    }
    // Samples that the store has already grouped are not counted twice.
    let known = Set(retests.map { [$0.benchmark, $0.judge] })
    var sampled: [[String]: [[Int]]] = [:]
    for item in table.samples where !known.contains([item.benchmark, item.judge]) {
      sampled[[item.benchmark, item.judge], default: []] += item.identicalGroups
    }
    for key in sampled.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard let groups = sampled[key], !groups.isEmpty else { continue }
      retests.append(
        try JudgeRetest(
          benchmark: key[0].isEmpty ? "sampling" : key[0], judge: key[1], groups: groups,
          confidenceLevel: confidenceLevel))
    }
    return retests
  }
}

extension SampledItem {
  /// Counts of judgements of each response that occurs twice or more.
  fileprivate var identicalGroups: [[Int]] {
    var groups: [String: [Int]] = [:]
    for (hash, judgement) in zip(responseHashes, judgements) {
      let place = judgement.map { $0 ? 0 : 1 } ?? 2
      groups[hash, default: [0, 0, 0]][place] += 1
    }
    return groups.keys.sorted().compactMap { groups[$0] }.filter { $0.reduce(0, +) > 1 }
  }
}
