import Randomness

/// Dose trends of several benchmarks on shared items, adjusted together by one permutation.
///
/// Items carry the dependence between benchmarks: the same permutation of doses is applied to an
/// item on every benchmark, and the maximum studentised trend over the benchmarks is compared.
/// Step-down, so it rejects at least as much as the single-step rule.
///
/// - Source: Westfall & Young (1993), algorithm 4.1; Ge, Dudoit & Speed (2003),
///   doi:10.1007/BF02595811. Oracle: full enumeration, see `Oracles/extra/resampling_and_order.json`.
public struct PermutationMaxT: Hashable, Sendable {
  /// |mean t| / (sd t / √n), [benchmark]; 0 where nothing changes with the dose.
  public let statistics: [Double]
  /// Unadjusted p of the same permutations, [benchmark].
  public let pValues: [Double]
  /// Step-down adjusted p values, [benchmark].
  public let adjustedPValues: [Double]

  /// - Parameters:
  ///   - doses: [dose].
  ///   - benchmarks: [benchmark][item][dose], `nil` for an item that a benchmark lacks or did not
  ///     score; items share their index over the benchmarks.
  /// - Throws: ``StatisticsError`` for ragged input.
  public static func test(
    doses: [Double], benchmarks: [[[Bool]?]], permutationCount: Int = 9_999, seed: UInt64,
    analysis: String, threadCount: Int = 0
  ) throws(StatisticsError) -> PermutationMaxT {
    if let index = doses.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: "doses", index: index)
    }
    let itemCount = benchmarks.first?.count ?? 0
    for (index, benchmark) in benchmarks.enumerated() {
      guard benchmark.count == itemCount else {
        throw .lengthMismatch(
          first: "benchmarks[0]", firstCount: itemCount, second: "benchmarks[\(index)]",
          secondCount: benchmark.count)
      }
      for case .some(let row) in benchmark where row.count != doses.count {
        throw .lengthMismatch(
          first: "doses", firstCount: doses.count, second: "benchmarks[\(index)]",
          secondCount: row.count)
      }
    }
    let mean = doses.reduce(0, +) / Double(max(1, doses.count))
    let centred = doses.map { $0 - mean }
    let squares = centred.reduce(0) { $0 + $1 * $1 }
    let noise = 1e-12 * max(squares, .leastNormalMagnitude)
    let identity = Array(doses.indices)

    @Sendable func statistics(_ permutations: [[Int]]) -> [Double] {
      benchmarks.map { benchmark in
        var count = 0.0
        var sum = 0.0
        var sumOfSquares = 0.0
        for (item, row) in benchmark.enumerated() {
          guard let row else { continue }
          let order = permutations[item]
          var score = 0.0
          for dose in centred.indices where row[order[dose]] { score += centred[dose] }
          count += 1
          sum += score
          sumOfSquares += score * score
        }
        guard count > 1 else { return 0 }
        let average = sum / count
        let spread = sumOfSquares - count * average * average
        if spread <= noise { return average * average <= noise ? 0 : .infinity }
        return abs(average) / (spread / (count - 1) / count).squareRoot()
      }
    }
    let fixed = [[Int]](repeating: identity, count: itemCount)
    let observed = statistics(fixed)
    // Most significant first; the running maximum from the end makes the step-down comparison.
    let order = observed.indices.sorted { (observed[$1], $0) < (observed[$0], $1) }
    let hash = RandomStream.hash(analysis)
    let count = max(1, permutationCount)
    let width = observed.count
    let drawn = IndexParallel.rows(
      count: count, width: width, threadCount: threadCount, chunkLength: 16
    ) { range, output in
      var permutations = fixed
      for (offset, index) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(index))
        for item in permutations.indices {
          permutations[item] = identity
          random.shuffle(&permutations[item])
        }
        for (benchmark, value) in statistics(permutations).enumerated() {
          output[offset * width + benchmark] = value
        }
      }
    }
    var raw = [Int](repeating: 0, count: width)
    var stepDown = raw
    for draw in 0..<count {
      var largest = -Double.infinity
      for position in order.indices.reversed() {
        let benchmark = order[position]
        let value = drawn[draw * width + benchmark]
        let threshold = observed[benchmark] - 1e-12 * max(1, observed[benchmark])
        largest = max(largest, value)
        if value >= threshold { raw[benchmark] += 1 }
        if largest >= threshold { stepDown[benchmark] += 1 }
      }
    }
    var adjusted = [Double](repeating: 1, count: width)
    var running = 0.0
    for benchmark in order {
      running = max(running, Double(1 + stepDown[benchmark]) / Double(count + 1))
      adjusted[benchmark] = running
    }
    return PermutationMaxT(
      statistics: observed, pValues: raw.map { Double(1 + $0) / Double(count + 1) },
      adjustedPValues: adjusted)
  }
}
