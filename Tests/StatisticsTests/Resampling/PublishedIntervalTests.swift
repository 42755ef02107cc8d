import CanonicalJSON
import Foundation
import Statistics
import Testing

/// Intervals that the authors of a public replication printed, from their own rows: 10,000 paired
/// percentile resamples of `numpy.random.default_rng(42)`, ids sorted. The rows are not part of this
/// repository; without them the tests pass over.
@Suite struct PublishedIntervalTests {
  private static let doses = ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0"]

  private static var folder: URL? {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let candidates = [
      ProcessInfo.processInfo.environment["REFEREE_EXTERNAL_DATA"]
        .map { URL(fileURLWithPath: $0) },
      root.appendingPathComponent("../shared/data").standardized,
    ]
    return candidates.compactMap { $0?.appendingPathComponent("gemma3-4b") }
      .first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("README.md").path) }
  }

  static var isPresent: Bool { folder != nil }

  /// [item][dose] of 0 and 1, items by ascending id.
  private static func rows(_ path: String) throws -> [[Double]] {
    let folder = try #require(folder)
    var items: [String: [Double]] = [:]
    for dose in doses {
      let file = folder.appendingPathComponent("faitheval/\(path)/alpha_\(dose).jsonl")
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let row = try JSONValue(parsing: String(line))
        let id = try #require(row["id"]?.stringValue)
        items[id, default: []].append(row["compliance"]?.boolValue == true ? 1 : 0)
      }
    }
    return items.keys.sorted {
      Array($0.unicodeScalars).lexicographicallyPrecedes(Array($1.unicodeScalars))
    }
    .compactMap { items[$0] }.filter { $0.count == doses.count }
  }

  private static func slopes(_ rows: [[Double]]) -> [Double] {
    let doses = [0, 0.5, 1, 1.5, 2, 2.5, 3]
    let centred = doses.map { $0 - 1.5 }
    let squares = centred.reduce(0) { $0 + $1 * $1 }
    return rows.map { row in
      100 * zip(centred, row).reduce(0) { $0 + $1.0 * $1.1 } / squares
    }
  }

  private static func rounded(_ value: Double, _ digits: Double) -> Double {
    (value * digits).rounded() / digits
  }

  private func expect(
    _ values: [Double], estimate: Double, lower: Double, upper: Double, digits: Double
  ) throws {
    let distribution = NumPyBootstrap(seed: 42, resampleCount: 10_000).mean(of: values)
    let interval = try #require(distribution.percentileInterval(confidenceLevel: 0.95).value)
    #expect(Self.rounded(try #require(distribution.estimate.value), digits) == estimate)
    #expect(Self.rounded(interval.lower, digits) == lower)
    #expect(Self.rounded(interval.upper, digits) == upper)
  }

  @Test(.enabled(if: PublishedIntervalTests.isPresent))
  func `FaithEval slope and differences`() throws {
    let rows = try Self.rows("h-neurons")
    #expect(rows.count == 1_000)
    try expect(Self.slopes(rows), estimate: 2.09, lower: 1.38, upper: 2.83, digits: 100)
    try expect(
      rows.map { 100 * ($0[6] - $0[2]) }, estimate: 4.5, lower: 2.9, upper: 6.1, digits: 10)
    try expect(
      rows.map { 100 * ($0[6] - $0[0]) }, estimate: 6.3, lower: 4.2, upper: 8.5, digits: 10)
  }

  @Test(
    .enabled(if: PublishedIntervalTests.isPresent),
    arguments: [
      ("control/seed_0_unconstrained", 0.17), ("control/seed_1_unconstrained", 0.0),
      ("control/seed_0_layer_matched", 0.21),
    ])
  func `control slopes`(path: String, slope: Double) throws {
    let slopes = Self.slopes(try Self.rows(path))
    let mean = slopes.reduce(0, +) / Double(slopes.count)
    #expect(abs(Self.rounded(mean, 100) - slope) < 1e-9)
  }

  @Test(.enabled(if: PublishedIntervalTests.isPresent))
  func `detection intervals resample within label, positives first`() throws {
    let folder = try #require(Self.folder)
    let file = folder.appendingPathComponent("detection/classifier_disjoint_summary.json")
    let summary = try JSONValue(parsing: Data(contentsOf: file))
    let examples = summary["evaluation"]?["examples"]?.arrayValue ?? []
    #expect(examples.count == 780)
    let labels = examples.map { $0["label"]?.intValue == 1 }
    let scores = examples.compactMap { $0["probability"]?.doubleValue }
    let correct = examples.map { $0["correct"]?.boolValue == true ? 1.0 : 0.0 }
    let positives = labels.indices.filter { labels[$0] }
    let negatives = labels.indices.filter { !labels[$0] }
    let bootstrap = NumPyBootstrap(seed: 42, resampleCount: 10_000)
    let strata = [positives.count, negatives.count]
    let accuracy = bootstrap.distribution(strata: strata) { draws in
      let hits =
        draws[0].reduce(0) { $0 + correct[positives[$1]] }
        + draws[1].reduce(0) { $0 + correct[negatives[$1]] }
      return hits / 780
    }
    let interval = try #require(accuracy.percentileInterval(confidenceLevel: 0.95).value)
    #expect(Self.rounded(try #require(accuracy.estimate.value), 1_000) == 0.765)
    #expect(Self.rounded(interval.lower, 1_000) == 0.736)
    #expect(Self.rounded(interval.upper, 1_000) == 0.795)

    let positiveScores = positives.map { scores[$0] }
    let negativeScores = negatives.map { scores[$0] }
    let replay = try AUROCReplay(positives: positiveScores, negatives: negativeScores)
    let auroc = bootstrap.distribution(strata: strata) { replay.value($0[0], $0[1]) }
    let area = try #require(auroc.percentileInterval(confidenceLevel: 0.95).value)
    #expect(Self.rounded(try #require(auroc.estimate.value), 1_000) == 0.843)
    #expect(Self.rounded(area.lower, 1_000) == 0.815)
    #expect(Self.rounded(area.upper, 1_000) == 0.870)
  }
}

/// AUROC of drawn indices by counting over sorted scores, so that 10,000 resamples take a second.
private struct AUROCReplay {
  let positiveRanks: [Int]
  let negativeRanks: [Int]
  let levels: Int

  init(positives: [Double], negatives: [Double]) throws {
    let distinct = Set(positives + negatives).sorted()
    let ranks = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
    positiveRanks = positives.compactMap { ranks[$0] }
    negativeRanks = negatives.compactMap { ranks[$0] }
    levels = distinct.count
  }

  func value(_ positives: [Int], _ negatives: [Int]) -> Double {
    var wins = [Int](repeating: 0, count: levels)
    for index in negatives { wins[negativeRanks[index]] += 1 }
    var below = 0
    for level in 0..<levels {
      let count = wins[level]
      wins[level] = 2 * below + count
      below += count
    }
    let sum = positives.reduce(0) { $0 + wins[positiveRanks[$1]] }
    return Double(sum) / Double(2 * positives.count * negatives.count)
  }
}
