import Randomness

/// Distance tests of an order on dependent doses: every question answered at every dose.
///
/// ```
/// p = column means, S = cov(Y)/n, D = first differences, V = D S D', x = ±D p
/// T12 = min over θ ≥ 0 of (x − θ)' V⁻¹ (x − θ)    evidence against the order
/// T01 = x' V⁻¹ x − T12                             evidence for the order against flat
/// ```
/// T01 alone does not show monotonicity: an inverted U rejects it in 81 % of runs at n = 300.
/// Below 100 questions, or with a dose of fewer than 10 events, use ``permutationPValues``.
///
/// - Source: Kodde & Palm (1986), doi:10.2307/1912331; Wolak (1987), doi:10.2307/2289471. Oracle:
///   `wolak_paired.json`.
public struct PairedOrderTest: Hashable, Sendable {
  public struct Direction: Hashable, Sendable {
    public let forOrder: Double
    public let pForOrder: Double
    public let againstOrder: Double
    public let pAgainstOrder: Double
  }

  /// Column means, [dose].
  public let means: [Double]
  /// Covariance of the adjacent differences, [step × step].
  package let covariance: SmallMatrix
  public let mixture: ChiBarSquare
  public let increasing: Direction
  public let decreasing: Direction

  /// Covariance of the adjacent differences as rows.
  public var differenceCovariance: [[Double]] { covariance.rows }

  /// - Parameter rows: [question][dose], any numbers; usually 0 and 1.
  /// - Returns: Undefined for fewer than two questions or doses, a singular covariance (identical
  ///   dose columns, no discordance) and more than thirteen doses.
  public static func test(
    rows: [[Double]], seed: UInt64 = 20_260_101
  ) throws(StatisticsError) -> Measured<PairedOrderTest> {
    let doses = try checkedDoseCount(rows)
    guard rows.count > 1, doses > 1 else {
      return .undefined(
        UndefinedReason(.tooFew, "\(rows.count) questions at \(doses) doses; two are needed"))
    }
    let (means, covariance) = moments(rows, doses: doses)
    return ChiBarSquare.orthant(covariance: covariance, seed: seed).flatMap { mixture in
      guard let statistics = Statistics(means: means, covariance: covariance) else {
        return .undefined(
          UndefinedReason(.singularCovariance, "the covariance of the differences is singular"))
      }
      func direction(_ forOrder: Double, _ against: Double) -> Direction {
        Direction(
          forOrder: forOrder, pForOrder: min(1, mixture.upperTail(forOrder: forOrder)),
          againstOrder: against, pAgainstOrder: min(1, mixture.upperTail(againstOrder: against)))
      }
      return .defined(
        PairedOrderTest(
          means: means, covariance: covariance, mixture: mixture,
          increasing: direction(statistics.values[0], statistics.values[1]),
          decreasing: direction(statistics.values[2], statistics.values[3])))
    }
  }

  static func checkedDoseCount(_ rows: [[Double]]) throws(StatisticsError) -> Int {
    let doses = rows.first?.count ?? 0
    for (index, row) in rows.enumerated() {
      guard row.count == doses else {
        throw .lengthMismatch(
          first: "rows[0]", firstCount: doses, second: "rows[\(index)]", secondCount: row.count)
      }
      if row.contains(where: { !$0.isFinite }) { throw .notFinite(argument: "rows", index: index) }
    }
    return doses
  }

  /// Column means and V = D S D' from the differences of each row.
  static func moments(
    _ rows: [[Double]], doses: Int
  ) -> (means: [Double], covariance: SmallMatrix) {
    let count = Double(rows.count)
    var means = [Double](repeating: 0, count: doses)
    for row in rows { for dose in 0..<doses { means[dose] += row[dose] } }
    for dose in 0..<doses { means[dose] /= count }
    let steps = doses - 1
    var covariance = SmallMatrix.zero(steps)
    for row in rows {
      for i in 0..<steps {
        let left = row[i + 1] - row[i] - (means[i + 1] - means[i])
        for j in 0...i {
          covariance[i, j] += left * (row[j + 1] - row[j] - (means[j + 1] - means[j]))
        }
      }
    }
    for i in 0..<steps {
      for j in 0...i {
        let value = covariance[i, j] / ((count - 1) * count)
        covariance[i, j] = value
        covariance[j, i] = value
      }
    }
    return (means, covariance)
  }

  /// The four statistics: for and against increasing, for and against decreasing.
  private struct Statistics {
    let values: [Double]

    init?(means: [Double], covariance: SmallMatrix) {
      guard let projection = OrthantProjection(covariance), let inverse = covariance.inverse
      else { return nil }
      let steps = (1..<means.count).map { means[$0] - means[$0 - 1] }
      let total = zip(steps, inverse.times(steps)).reduce(0) { $0 + $1.0 * $1.1 }
      let noise = 1e-12 * max(1, total)
      func clean(_ value: Double) -> Double { value <= noise ? 0 : value }
      let up = projection.project(steps).distance
      let down = projection.project(steps.map { -$0 }).distance
      values = [clean(total - up), clean(up), clean(total - down), clean(down)]
    }
  }

  /// P values of the four statistics when doses are permuted within each question.
  public struct PermutationPValues: Hashable, Sendable {
    public let forIncreasing: Double
    public let againstIncreasing: Double
    public let forDecreasing: Double
    public let againstDecreasing: Double
    public let permutationCount: Int
  }

  /// Calibrates by permutation: p = (1 + #{T* ≥ T}) / (B + 1). A permuted sample without a
  /// statistic (singular) counts as at least as extreme.
  public static func permutationPValues(
    rows: [[Double]], permutationCount: Int = 1_999, seed: UInt64, analysis: String,
    threadCount: Int = 0
  ) throws(StatisticsError) -> Measured<PermutationPValues> {
    let doses = try checkedDoseCount(rows)
    guard rows.count > 1, doses > 1, doses <= OrthantProjection.maximumDimension + 1 else {
      return .undefined(UndefinedReason(.tooFew, "\(rows.count) questions at \(doses) doses"))
    }
    let observedMoments = moments(rows, doses: doses)
    guard
      let observed = Statistics(
        means: observedMoments.means, covariance: observedMoments.covariance)
    else {
      return .undefined(
        UndefinedReason(.singularCovariance, "the covariance of the differences is singular"))
    }
    let hash = RandomStream.hash(analysis)
    let count = max(1, permutationCount)
    // Four flags of one permutation packed in a small integer.
    let flags = IndexParallel.values(count: count, threadCount: threadCount, chunkLength: 16) {
      range, output in
      var permuted = rows
      for (offset, index) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(index))
        for row in rows.indices {
          permuted[row] = rows[row]
          random.shuffle(&permuted[row])
        }
        let sample = moments(permuted, doses: doses)
        let drawn = Statistics(means: sample.means, covariance: sample.covariance)
        var flag = 0
        for k in 0..<4 {
          let value = drawn?.values[k] ?? .infinity
          if value >= observed.values[k] - 1e-12 * max(1, observed.values[k]) { flag |= 1 << k }
        }
        output[offset] = Double(flag)
      }
    }
    func pValue(_ k: Int) -> Double {
      let extreme = flags.reduce(0) { $0 + (Int($1) >> k & 1) }
      return Double(1 + extreme) / Double(count + 1)
    }
    return .defined(
      PermutationPValues(
        forIncreasing: pValue(0), againstIncreasing: pValue(1), forDecreasing: pValue(2),
        againstDecreasing: pValue(3), permutationCount: count))
  }
}
