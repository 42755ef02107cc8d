import Randomness

/// The studentised within-question permutation test of a dose trend: the default test.
///
/// Doses are permuted within each question and both the numerator and the spread are computed
/// anew, so that the test keeps its size (.037–.057 over 40 null scenarios) when answers at
/// neighbouring doses are more alike; the plain permutation reaches .11 there.
/// ```
/// T = |mean t| / (sd t / √n),   p = (1 + #{T* ≥ T − 1e-12}) / (B + 1)
/// ```
/// A question's permutations depend on its number s of positive answers only: one of C(K, s)
/// subsets is drawn for each question with 0 < s < K; the others have t = 0 always.
///
/// - Source: Chung & Romano (2013), doi:10.1214/13-AOS1090; Konietschke & Pauly (2014),
///   doi:10.1007/s11222-012-9370-4. Oracle: full enumeration, see `Oracles/extra/resampling_and_order.json`.
public struct WithinQuestionPermutation: Hashable, Sendable {
  /// T, or undefined when no question changes with the dose.
  public let statistic: Measured<Double>
  /// 1 when no question changes with the dose.
  public let pValue: Double
  public let permutationCount: Int
  public let seed: UInt64

  /// Subsets are tabulated: 2²⁰ entries at most.
  public static let maximumDoseCount = 20

  /// - Complexity: O(permutationCount · questions) and 2^K table entries.
  public static func test(
    _ rows: DoseResponseRows, permutationCount: Int = 9_999, seed: UInt64, analysis: String,
    threadCount: Int = 0
  ) throws(StatisticsError) -> WithinQuestionPermutation {
    let doses = rows.doses.count
    guard doses <= maximumDoseCount else {
      throw .tooLarge(what: "the number of doses", found: doses, limit: maximumDoseCount)
    }
    guard rows.questionCount <= 1 << 30 else {
      throw .tooLarge(what: "the number of questions", found: rows.questionCount, limit: 1 << 30)
    }
    let count = max(1, permutationCount)
    let tables = SubsetScores(centredDoses: rows.centredDoses)
    var groupSizes = [Int](repeating: 0, count: doses + 1)
    for row in rows.outcomes { groupSizes[row.count { $0 }] += 1 }
    let questions = Double(rows.questionCount)
    let noise = 1e-12 * max(rows.doseSumOfSquares, .leastNormalMagnitude)

    @Sendable func studentised(_ sum: Double, _ squares: Double) -> Double {
      let mean = sum / questions
      let spread = squares - questions * mean * mean
      // Every question moved alike: no spread, so any trend at all is infinitely extreme.
      if spread <= noise { return abs(mean) * abs(mean) <= noise ? 0 : .infinity }
      return abs(mean) / (spread / (questions - 1) / questions).squareRoot()
    }
    let scores = rows.trendScores
    let squares = scores.reduce(0) { $0 + $1 * $1 }
    guard rows.questionCount > 1, squares > noise else {
      return WithinQuestionPermutation(
        statistic: .undefined(
          UndefinedReason(
            .noDiscordance, "none of \(rows.questionCount) questions changes with the dose")),
        pValue: 1, permutationCount: count, seed: seed)
    }
    let observed = studentised(scores.reduce(0, +), squares)
    let threshold =
      observed.isFinite ? observed - 1e-12 * max(1, observed) : .greatestFiniteMagnitude
    let groups = (0...doses).filter { $0 > 0 && $0 < doses && groupSizes[$0] > 0 }
      .map { (size: groupSizes[$0], scores: tables.scores[$0]) }
    let largest = groups.map(\.size).max() ?? 0
    let hash = RandomStream.hash(analysis)
    let extreme = IndexParallel.values(count: count, threadCount: threadCount) { range, output in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: largest) { draws in
        for (offset, index) in range.enumerated() {
          var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(index))
          var sum = 0.0
          var squares = 0.0
          for group in groups {
            let subset = UnsafeMutableBufferPointer(rebasing: draws[..<group.size])
            random.fill(subset, below: group.scores.count)
            let (first, second) = group.scores.withUnsafeBufferPointer { Self.sums($0, subset) }
            sum += first
            squares += second
          }
          output[offset] = studentised(sum, squares) >= threshold ? 1 : 0
        }
      }
    }
    let hits = extreme.reduce(0, +)
    return WithinQuestionPermutation(
      statistic: .defined(observed), pValue: (1 + hits) / Double(count + 1),
      permutationCount: count, seed: seed)
  }

  /// Σ t and Σ t² of the drawn subsets, two running sums each.
  @inline(__always)
  private static func sums(
    _ scores: UnsafeBufferPointer<Double>, _ draws: UnsafeMutableBufferPointer<UInt32>
  ) -> (Double, Double) {
    var sum = SIMD2<Double>.zero
    var squares = SIMD2<Double>.zero
    var index = 0
    while index + 2 <= draws.count {
      let pair = SIMD2(scores[Int(draws[index])], scores[Int(draws[index + 1])])
      sum += pair
      squares += pair * pair
      index += 2
    }
    if index < draws.count {
      let last = scores[Int(draws[index])]
      sum[0] += last
      squares[0] += last * last
    }
    return (sum[0] + sum[1], squares[0] + squares[1])
  }
}

/// Σ of centred doses over every subset of the doses, by subset size.
private struct SubsetScores {
  /// [size][subset].
  let scores: [[Double]]

  init(centredDoses: [Double]) {
    var scores = [[Double]](repeating: [], count: centredDoses.count + 1)
    for mask in 0..<(1 << centredDoses.count) {
      var sum = 0.0
      for dose in centredDoses.indices where mask >> dose & 1 == 1 { sum += centredDoses[dose] }
      scores[mask.nonzeroBitCount].append(sum)
    }
    self.scores = scores
  }
}
