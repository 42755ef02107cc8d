import RawStore
public import Statistics

/// The consistency filter: which questions are answered alike in all responses, and what that
/// certifies.
public struct ConsistencyFunnel: Hashable, Sendable, Identifiable {
  /// Benchmark, and the judge where there are several.
  public let id: String
  public let seenCount: Int
  /// Responses a question, the most common number.
  public let responseCount: Int
  public let alwaysTrueCount: Int
  public let alwaysFalseCount: Int
  public let mixedCount: Int
  /// Questions with an unscored response: in none of the other classes.
  public let unscoredCount: Int
  /// The success probability that all-right certifies: the lower 95 % Clopper–Pearson bound of r
  /// of r.
  public let certifiedProbability: Measured<Double>
  /// Share of the kept questions that are wrong in all responses.
  public let keptWrongShare: Measured<Double>

  public var keptCount: Int { alwaysTrueCount + alwaysFalseCount }

  /// - Returns: `nil` without sampled responses.
  init?(
    _ samples: [SampledItem], id: String, confidenceLevel: Double
  ) throws(StatisticsError) {
    guard !samples.isEmpty else { return nil }
    self.id = id
    var (right, wrong, mixed, unscored) = (0, 0, 0, 0)
    var sizes: [Int: Int] = [:]
    for sample in samples {
      sizes[sample.judgements.count, default: 0] += 1
      let judged = sample.judgements.compactMap { $0 }
      if judged.count < sample.judgements.count || judged.isEmpty {
        unscored += 1
      } else if judged.allSatisfy({ $0 }) {
        right += 1
      } else if judged.allSatisfy({ !$0 }) {
        wrong += 1
      } else {
        mixed += 1
      }
    }
    seenCount = samples.count
    responseCount = sizes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    alwaysTrueCount = right
    alwaysFalseCount = wrong
    mixedCount = mixed
    unscoredCount = unscored
    certifiedProbability =
      responseCount > 0
      ? .defined(
        try Proportion(successes: responseCount, trials: responseCount)
          .clopperPearsonInterval(confidenceLevel: confidenceLevel).lower)
      : .undefined(UndefinedReason(.emptyInput, "there are no responses"))
    keptWrongShare = try Proportion(successes: wrong, trials: right + wrong).estimate
  }

  /// One a benchmark and judge.
  static func all(
    _ samples: [SampledItem], confidenceLevel: Double
  ) throws(StatisticsError) -> [ConsistencyFunnel] {
    var groups: [[String]: [SampledItem]] = [:]
    for sample in samples { groups[[sample.benchmark, sample.judge], default: []].append(sample) }
    var funnels: [ConsistencyFunnel] = []
    for key in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let isAlone = groups.keys.count { $0[0] == key[0] } == 1
      let name = key[0].isEmpty ? "sampling" : key[0]
      let funnel = try ConsistencyFunnel(
        groups[key] ?? [], id: isAlone ? name : name + "/" + key[1],
        confidenceLevel: confidenceLevel)
      if let funnel { funnels.append(funnel) }
    }
    return funnels
  }
}
