import Randomness

/// The bootstrap of AUROC at the cost of the draws alone: O(n) for a resample, no sorting.
///
/// The scores are sorted once. A resample draws positives and negatives; the negatives are counted
/// by distinct score, their running counts give each score's (2 · below + tied), and the drawn
/// positives sum these integers. So a replicate is an exact rational, the same bits whatever the
/// order of summation.
///
/// - Source: AUROC as P(pos > neg) + ½ P(pos = neg), Hanley & McNeil (1982). Oracle: the plain
///   ``Bootstrap/distribution(of:jackknife:_:)`` on the same resamples, bit for bit.
public struct AUROCResampler: Sendable {
  /// Rank of each positive among the distinct scores, [positives].
  private let positiveRanks: [UInt32]
  /// Rank of each negative among the distinct scores, [negatives].
  private let negativeRanks: [UInt32]
  private let distinctCount: Int

  /// - Throws: ``StatisticsError/notFinite(argument:index:)``, and
  ///   ``StatisticsError/argumentOutOfRange(argument:found:expected:)`` for an empty class.
  public init(positives: [Double], negatives: [Double]) throws(StatisticsError) {
    for (name, scores) in [("positives", positives), ("negatives", negatives)] {
      if let index = scores.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(argument: name, index: index)
      }
      guard !scores.isEmpty, scores.count <= 1 << 30 else {
        throw .argumentOutOfRange(
          argument: "the number of \(name)", found: "\(scores.count)", expected: "in 1...2^30")
      }
    }
    let distinct = (positives + negatives).sorted()
    var levels: [Double] = []
    for score in distinct where levels.last != score { levels.append(score) }
    func rank(_ score: Double) -> UInt32 {
      var low = 0
      var high = levels.count
      while low < high {
        let middle = (low + high) / 2
        if levels[middle] < score { low = middle + 1 } else { high = middle }
      }
      return UInt32(low)
    }
    positiveRanks = positives.map(rank)
    negativeRanks = negatives.map(rank)
    distinctCount = levels.count
  }

  /// Positives and negatives are resampled apart, positives first: class sizes stay fixed.
  public func distribution(_ bootstrap: Bootstrap, jackknife: Bool = true) -> BootstrapDistribution
  {
    let hash = RandomStream.hash(bootstrap.analysis)
    let replicates = IndexParallel.values(
      count: bootstrap.resampleCount, threadCount: bootstrap.threadCount
    ) { range, output in
      var scratch = Scratch(
        draws: max(positiveRanks.count, negativeRanks.count), levels: distinctCount)
      for (offset, resample) in range.enumerated() {
        var random = bootstrap.stream(resample, hash: hash)
        output[offset] = replicate(&random, &scratch)
      }
    }
    return BootstrapDistribution(
      estimate: estimate, replicates: replicates,
      jackknifeGroups: jackknife ? jackknifeValues : [])
  }

  /// AUROC of the sample.
  package var estimate: Double { Double(doubledWins) / denominator }

  private var denominator: Double {
    2 * Double(positiveRanks.count) * Double(negativeRanks.count)
  }

  /// 2 · #(pos > neg) + #(pos = neg).
  private var doubledWins: Int {
    let wins = winsByLevel
    return positiveRanks.reduce(0) { $0 + wins[Int($1)] }
  }

  /// For each distinct score: 2 · (negatives below) + negatives tied.
  private var winsByLevel: [Int] { Self.running(negativeRanks, levels: distinctCount) }

  /// For each distinct score: 2 · (of `ranks` below) + those tied.
  private static func running(_ ranks: [UInt32], levels: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: levels)
    for rank in ranks { counts[Int(rank)] += 1 }
    var below = 0
    return counts.map { count in
      defer { below += count }
      return 2 * below + count
    }
  }

  /// Delete-one AUROC for each positive and each negative.
  private var jackknifeValues: [[Double]] {
    let total = doubledWins
    let wins = winsByLevel
    let beaten = Self.running(positiveRanks, levels: distinctCount)
    let positives = positiveRanks.count
    let negatives = negativeRanks.count
    func value(_ removed: Int, _ m: Int, _ n: Int) -> Double {
      m * n == 0 ? .nan : Double(total - removed) / (2 * Double(m) * Double(n))
    }
    return [
      positiveRanks.map { value(wins[Int($0)], positives - 1, negatives) },
      negativeRanks.map { value(2 * positives - beaten[Int($0)], positives, negatives - 1) },
    ]
  }

  private struct Scratch {
    var draws: [UInt32]
    /// Negatives drawn at each level, then 2 · below + tied.
    var wins: [UInt32]

    init(draws: Int, levels: Int) {
      self.draws = [UInt32](repeating: 0, count: draws)
      wins = [UInt32](repeating: 0, count: levels)
    }
  }

  @inline(__always)
  private func replicate(_ random: inout RandomStream, _ scratch: inout Scratch) -> Double {
    var sum: UInt64 = 0
    let levels = distinctCount
    scratch.draws.withUnsafeMutableBufferPointer { draws in
      scratch.wins.withUnsafeMutableBufferPointer { wins in
        positiveRanks.withUnsafeBufferPointer { positives in
          negativeRanks.withUnsafeBufferPointer { negatives in
            let drawnPositives = UnsafeMutableBufferPointer(rebasing: draws[..<positives.count])
            random.fill(drawnPositives, below: positives.count)
            // The ranks replace the indices, because the buffer is needed for the negatives.
            sum = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: positives.count) {
              ranks in
              for index in 0..<positives.count {
                ranks[index] = positives[Int(drawnPositives[index])]
              }
              let drawnNegatives = UnsafeMutableBufferPointer(rebasing: draws[..<negatives.count])
              random.fill(drawnNegatives, below: negatives.count)
              wins.update(repeating: 0)
              for index in 0..<negatives.count {
                wins[Int(negatives[Int(drawnNegatives[index])])] &+= 1
              }
              var below: UInt32 = 0
              for level in 0..<levels {
                let count = wins[level]
                wins[level] = 2 &* below &+ count
                below &+= count
              }
              var sum: UInt64 = 0
              for index in 0..<positives.count { sum &+= UInt64(wins[Int(ranks[index])]) }
              return sum
            }
          }
        }
      }
    }
    return Double(sum) / denominator
  }
}
