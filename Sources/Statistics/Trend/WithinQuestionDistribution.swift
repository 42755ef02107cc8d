/// Exact null distributions of the within-question trend by integer convolution.
struct WithinQuestionDistribution {
  static let workLimit = 600_000_000.0
  /// Above this number of doses the subsets of a question are not tabulated.
  static let doseLimit = 24

  let steps: [Int]?
  let totals: [Int]
  let doses: Int
  /// K · tᵢ in lattice units: integers.
  let scaled: [Int]
  let observed: Int

  init(_ matrix: QuestionMatrix, totals: [Int]) {
    self.totals = totals
    doses = matrix.doses
    guard let lattice = ScoreLattice(matrix.scores) else {
      steps = nil
      scaled = []
      observed = 0
      return
    }
    let steps = lattice.steps
    self.steps = steps
    let sum = steps.reduce(0, +)
    var (scaled, observed) = ([Int](), 0)
    scaled.reserveCapacity(matrix.questions)
    for question in 0..<matrix.questions {
      var own = 0
      for dose in 0..<matrix.doses where matrix.outcomes[question * matrix.doses + dose] == 1 {
        own += steps[dose]
      }
      scaled.append(own * matrix.doses - totals[question] * sum)
      observed += own
    }
    self.scaled = scaled
    self.observed = observed
  }

  private var noLattice: UndefinedReason {
    UndefinedReason(.notApplicable, "the doses have no common unit down to 1/1000")
  }

  private func tooLarge(_ work: Double) -> UndefinedReason {
    UndefinedReason(
      .tooLarge,
      "the exact distribution needs \(Int(min(work, 1e18))) steps, above the limit of "
        + "\(Int(Self.workLimit))")
  }

  /// T = Σ c y with the outcomes of each question permuted among its doses.
  func permutation() -> Measured<WithinQuestionTrend.Permutation> {
    guard let steps else { return .undefined(noLattice) }
    guard doses <= Self.doseLimit else {
      return .undefined(
        UndefinedReason(.tooLarge, "\(doses) doses are above the limit of \(Self.doseLimit)"))
    }
    let range = steps.reduce(0, +)
    let work =
      Double(totals.count) * Double(totals.count) * Double(range + 1) * Double(range + 1) / 2
      + Double(doses * doses) * Double(range + 1)
    guard work <= Self.workLimit else { return .undefined(tooLarge(work)) }
    let subsets = Self.subsetSums(steps, range: range)
    var sum = LatticeDistribution(masses: [1])
    for total in totals { sum = sum.convolved(with: subsets[total]) }
    let mean = totals.reduce(0.0) { $0 + Double($1) } * Double(range) / Double(max(1, doses))
    guard sum.masses.count > 1 || observed == 0 else { return .undefined(tooLarge(work)) }
    return .defined(
      WithinQuestionTrend.Permutation(
        pValueTwoSided: sum.distanceTail(observed, mean: mean),
        pValueGreater: sum.upperTail(observed), pValueLess: sum.lowerTail(observed)))
  }

  /// For each subset size the distribution of the sum of its scores.
  static func subsetSums(_ steps: [Int], range: Int) -> [[Double]] {
    var sums = [[Double]](
      repeating: [Double](repeating: 0, count: range + 1), count: steps.count + 1)
    sums[0][0] = 1
    for (index, step) in steps.enumerated() {
      for size in stride(from: index, through: 0, by: -1) {
        for value in 0...(range - step) where sums[size][value] > 0 {
          sums[size + 1][value + step] += sums[size][value]
        }
      }
    }
    return sums.map { masses in
      let total = masses.reduce(0, +)
      let trimmed = masses.lastIndex { $0 > 0 }.map { Array(masses[...$0]) } ?? [0]
      return trimmed.map { $0 / max(1, total) }
    }
  }

  /// P(|Σ ±tᵢ| ≥ |Σ tᵢ|) over all signs: the doses of each question reversed or not.
  func signFlip() -> Measured<Double> {
    guard steps != nil else { return .undefined(noLattice) }
    let sizes = scaled.map { abs($0) }.filter { $0 > 0 }
    guard let first = sizes.first else { return .defined(1) }
    let divisor = sizes.reduce(first) { a, b in
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }
    let units = sizes.map { $0 / divisor }
    let total = units.reduce(0.0) { $0 + Double($1) }
    let work = total * Double(units.count)
    guard work <= Self.workLimit else { return .undefined(tooLarge(work)) }
    // Σ eᵢtᵢ = total − 2 · (sum of the flipped), so the subset sums suffice.
    let width = Int(total)
    var masses = [Double](repeating: 0, count: width + 1)
    masses[0] = 1
    var reached = 0
    for unit in units {
      for value in stride(from: reached, through: 0, by: -1) {
        let half = masses[value] / 2
        masses[value] = half
        masses[value + unit] += half
      }
      reached += unit
    }
    let observed = abs(scaled.reduce(0, +) / divisor)
    // |total − 2s| ≥ observed, that is s ≤ (total − observed)/2 or its mirror.
    if observed == 0 { return .defined(1) }
    let low = (width - observed) / 2
    let tail = masses[0...low].reduce(0, +)
    return .defined(min(1, 2 * tail))
  }
}
