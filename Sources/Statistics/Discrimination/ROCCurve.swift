import Randomness

/// The receiver operating characteristic of one score, one vertex per distinct score: ties between
/// the classes are slopes, everything else is a step.
public struct ROCCurve: Hashable, Sendable {
  public struct Vertex: Hashable, Sendable {
    /// Items with a score of at least this are called positive; infinite at (0, 0).
    public let threshold: Double
    public let falsePositiveRate: Double
    public let truePositiveRate: Double
  }

  /// From (0, 0) to (1, 1).
  public let vertices: [Vertex]
  public let positiveCount: Int
  public let negativeCount: Int
  /// Level of each positive and of each negative, 0 for the highest score.
  private let positiveLevels: [Int]
  private let negativeLevels: [Int]

  /// - Returns: Undefined without both classes.
  /// - Throws: ``StatisticsError`` for unequal lengths or a score that is not finite.
  public static func of(scores: [Double], labels: [Bool]) throws(StatisticsError) -> Measured<Self>
  {
    guard scores.count == labels.count else {
      throw .lengthMismatch(
        first: "scores", firstCount: scores.count, second: "labels", secondCount: labels.count)
    }
    if let index = scores.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "scores", index: index)
    }
    let positives = labels.count { $0 }
    guard positives > 0, positives < labels.count else {
      return .undefined(
        UndefinedReason(.singleClass, "\(positives) of \(labels.count) items are positive"))
    }
    return .defined(Self(scores: scores, labels: labels, positives: positives))
  }

  private init(scores: [Double], labels: [Bool], positives: Int) {
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    var levels: [Double] = []
    var positiveLevels: [Int] = []
    var negativeLevels: [Int] = []
    var vertices = [Vertex(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0)]
    let negatives = labels.count - positives
    for (rank, item) in order.enumerated() {
      if levels.last != scores[item] { levels.append(scores[item]) }
      if labels[item] {
        positiveLevels.append(levels.count - 1)
      } else {
        negativeLevels.append(levels.count - 1)
      }
      let isLast = rank + 1 == order.count || scores[order[rank + 1]] != scores[item]
      if isLast {
        vertices.append(
          Vertex(
            threshold: scores[item],
            falsePositiveRate: Double(negativeLevels.count) / Double(negatives),
            truePositiveRate: Double(positiveLevels.count) / Double(positives)))
      }
    }
    self.vertices = vertices
    self.positiveLevels = positiveLevels
    self.negativeLevels = negativeLevels
    positiveCount = positives
    negativeCount = negatives
  }

  /// The vertices at which the curve turns: the same curve with fewer points.
  public var corners: [Vertex] {
    vertices.indices.filter { index in
      guard index > 0, index + 1 < vertices.count else { return true }
      let (before, here, after) = (vertices[index - 1], vertices[index], vertices[index + 1])
      let left =
        (here.falsePositiveRate - before.falsePositiveRate)
        * (after.truePositiveRate - here.truePositiveRate)
      let right =
        (after.falsePositiveRate - here.falsePositiveRate)
        * (here.truePositiveRate - before.truePositiveRate)
      return abs(left - right) > 1e-15
    }.map { vertices[$0] }
  }

  /// Pointwise percentile intervals of the true positive rate at given false positive rates, from
  /// a bootstrap within the classes (vertical averaging).
  ///
  /// - Source: Macskassy & Provost (2004), vertical averaging.
  /// - Parameter rates: ascending, in 0...1.
  /// - Complexity: O(resampleCount · n).
  public func band(
    at rates: [Double], bootstrap: Bootstrap, confidenceLevel: Double = 0.95
  ) -> [Interval] {
    guard !rates.isEmpty, bootstrap.resampleCount > 0 else { return [] }
    let levelCount = vertices.count - 1
    let hash = RandomStream.hash(bootstrap.analysis)
    let draws = IndexParallel.rows(
      count: bootstrap.resampleCount, width: rates.count, threadCount: bootstrap.threadCount
    ) { range, output in
      var hits = [Int](repeating: 0, count: levelCount)
      var misses = hits
      for (offset, resample) in range.enumerated() {
        var random = bootstrap.stream(resample, hash: hash)
        for level in 0..<levelCount { (hits[level], misses[level]) = (0, 0) }
        for _ in positiveLevels {
          hits[positiveLevels[random.integer(below: positiveLevels.count)]] += 1
        }
        for _ in negativeLevels {
          misses[negativeLevels[random.integer(below: negativeLevels.count)]] += 1
        }
        fill(
          output, offset: offset * rates.count, rates: rates, hits: hits, misses: misses)
      }
    }
    let tail = (1 - confidenceLevel) / 2
    return rates.indices.map { column in
      let sorted = stride(from: column, to: draws.count, by: rates.count).map { draws[$0] }.sorted()
      return Interval(
        lower: BootstrapDistribution.quantile(tail, ofSorted: sorted),
        upper: BootstrapDistribution.quantile(1 - tail, ofSorted: sorted),
        confidenceLevel: confidenceLevel, method: .bootstrapPercentile)
    }
  }

  /// The resampled curve at each rate: the upper end of a vertical step, linear along a tie.
  private func fill(
    _ output: UnsafeMutableBufferPointer<Double>, offset: Int, rates: [Double], hits: [Int],
    misses: [Int]
  ) {
    var (false0, true0) = (0.0, 0.0)
    var level = 0
    for (column, rate) in rates.enumerated() {
      var value = true0
      while level < hits.count {
        let next = false0 + Double(misses[level]) / Double(negativeCount)
        let rise = Double(hits[level]) / Double(positiveCount)
        if next > rate + 1e-12 {
          value = true0 + rise * max(0, rate - false0) / (next - false0)
          break
        }
        false0 = next
        true0 += rise
        value = true0
        level += 1
      }
      output[offset + column] = min(1, value)
    }
  }
}
