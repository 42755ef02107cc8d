import Glibc
import Randomness

/// A study of how well a score detects, before it is run: AUROC at the smallest value of interest
/// and the share of positives.
///
/// ```
/// power = Φ((|A − A₀| − z · se(A₀)) / se(A)),   half-width = z · se(A)
/// ```
/// - Source: Hanley & McNeil (1982), doi:10.1148/radiology.143.1.7063747, equations 1 and 3;
///   Obuchowski (1997), doi:10.1016/S1076-6332(97)80012-8.
public struct DetectionDesign: Hashable, Sendable {
  /// The true area, in (0, 1).
  public let auroc: Double
  /// Share of positive items, in (0, 1).
  public let positiveShare: Double

  public static let itemLimit = 100_000_000

  public init(auroc: Double, positiveShare: Double = 0.5) throws(StatisticsError) {
    for (name, value) in [("auroc", auroc), ("positiveShare", positiveShare)]
    where !(value > 0 && value < 1) {
      throw .argumentOutOfRange(
        argument: name, found: "\(value)", expected: "between 0 and 1, both excluded")
    }
    self.auroc = auroc
    self.positiveShare = positiveShare
  }

  /// Positives (rounded up) and negatives among `items`, at least one of each from 2 items on.
  public func split(items: Int) -> (positives: Int, negatives: Int) {
    let positives = min(max(1, Int((positiveShare * Double(items)).rounded(.up))), items - 1)
    return (max(0, positives), max(0, items - max(0, positives)))
  }

  /// Standard error at an area `value`, by Hanley and McNeil.
  public func standardError(items: Int, at value: Double) -> Measured<Double> {
    let (positives, negatives) = split(items: items)
    guard
      let summary = try? HanleyMcNeil(
        auroc: value, positiveCount: positives, negativeCount: negatives)
    else {
      return .undefined(UndefinedReason(.outOfDomain, "AUROC \(value) with \(items) items"))
    }
    return summary.standardError
  }

  /// Half the width of the Wald interval at the true area.
  public func halfWidth(items: Int, confidenceLevel: Double = 0.95) -> Measured<Double> {
    standardError(items: items, at: auroc).map {
      NormalDistribution.criticalValue(confidenceLevel: confidenceLevel) * $0
    }
  }

  /// Power of the two-sided test of AUROC = `reference` (0.5 or a margin), counting rejections on
  /// the true side.
  public func power(items: Int, reference: Double = 0.5, level: Double = 0.05) -> Measured<Double> {
    let z = NormalDistribution.upperQuantile(level / 2)
    return standardError(items: items, at: reference).flatMap { null in
      standardError(items: items, at: auroc).flatMap { error in
        guard error > 0, z.isFinite else {
          return .undefined(UndefinedReason(.noVariance, "the area has no variance"))
        }
        return .defined(NormalDistribution.cdf((abs(auroc - reference) - z * null) / error))
      }
    }
  }

  /// Items for `power` against `reference`.
  public func itemsNeeded(
    power target: Double, reference: Double = 0.5, level: Double = 0.05
  ) -> Measured<Int> {
    first("AUROC \(auroc) against \(reference) with power \(target)") {
      (power(items: $0, reference: reference, level: level).value ?? 0) >= target
    }
  }

  /// Items for an interval of at most ±`halfWidth`.
  public func itemsNeeded(halfWidth target: Double, confidenceLevel: Double = 0.95) -> Measured<Int>
  {
    first("a half-width of \(target)") {
      (halfWidth(items: $0, confidenceLevel: confidenceLevel).value ?? .infinity) <= target
    }
  }

  /// Rounding of the class sizes makes the criterion almost, not strictly, monotone in the items:
  /// the answer meets it, and so do all larger numbers up to that rounding.
  private func first(_ what: String, where holds: (Int) -> Bool) -> Measured<Int> {
    guard let items = RootFinding.firstInteger(in: 2...Self.itemLimit, where: holds) else {
      return .undefined(
        UndefinedReason(.tooLarge, "\(what) needs more than \(Self.itemLimit) items, or never is"))
    }
    return .defined(items)
  }

  /// Simulated power of DeLong's interval on the logit scale, Newcombe's where it does not exist,
  /// with equal-variance binormal scores.
  ///
  /// - Complexity: O(runCount · items log items).
  public func simulated(
    items: Int, reference: Double = 0.5, level: Double = 0.05, runCount: Int = 1_000, seed: UInt64,
    threadCount: Int = 0
  ) throws(StatisticsError) -> SimulatedPower {
    guard items > 1, items * max(1, runCount) <= 2_000_000_000, items <= 1_000_000 else {
      throw .tooLarge(what: "the items of the simulation", found: items, limit: 1_000_000)
    }
    let (positives, negatives) = split(items: items)
    let shift = NormalDistribution.quantile(auroc) * 2.0.squareRoot()
    let hash = RandomStream.hash("power/detection")
    let flags = IndexParallel.values(count: runCount, threadCount: threadCount, chunkLength: 16) {
      range, output in
      for (offset, run) in range.enumerated() {
        var random = RandomStream(
          seed: seed, analysisHash: hash, index: UInt64(run), substream: UInt64(items))
        let first = (0..<positives).map { _ in shift + random.normal() }
        let second = (0..<negatives).map { _ in random.normal() }
        guard let sample = try? AUROC(positives: first, negatives: second),
          let interval = sample.interval(confidenceLevel: confidence(leaving: level)).value
        else { continue }
        let isBeyond =
          auroc >= reference ? interval.lower > reference : interval.upper < reference
        output[offset] = isBeyond ? 1 : 0
      }
    }
    return SimulatedPower(rejections: flags.reduce(0) { $0 + Int($1) }, runCount: runCount)
  }
}
