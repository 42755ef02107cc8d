/// What a certificate claims, reduced to what the checker needs.
public struct ClaimedFit: Sendable {
  public var cost: Double
  /// `[row]`, sᵢ.
  public var rowWeights: [Double]
  public var intercept: Double
  /// Column and weight, in the scale of the fit.
  public var weights: [(column: Int, weight: Double)]
  public var objective: Double
  public var dual: Double
  public var gap: Double
  public var maximumViolation: Double

  public init(
    cost: Double, rowWeights: [Double], intercept: Double,
    weights: [(column: Int, weight: Double)], objective: Double, dual: Double, gap: Double,
    maximumViolation: Double
  ) {
    self.cost = cost
    self.rowWeights = rowWeights
    self.intercept = intercept
    self.weights = weights
    self.objective = objective
    self.dual = dual
    self.gap = gap
    self.maximumViolation = maximumViolation
  }
}

/// What the checker finds for one fit.
public struct VerifiedFit: Sendable, Equatable {
  public var objective: Double
  public var dual: Double
  public var gap: Double
  public var maximumViolation: Double
  /// The column with the largest violation, `nil` for the intercept or without one.
  public var worstColumn: Int?
  /// Why the certificate is refused; empty when it stands.
  public var refusals: [String]

  public var isAccepted: Bool { refusals.isEmpty }
}

/// Recomputes certificates from the store and the coefficients alone.
///
/// It shares no arithmetic with the solver: no bound index, no working set, no f32, no C
/// kernels. Every stored column is visited once; its product with each residual is a plain f64 sum,
/// first over the rows of one label, then over those of the other. Primal, dual, gap and violation follow from the definitions in `docs/classifier.md`.
public struct CertificateVerifier {
  public let store: TileStore
  public let labels: [Double]
  public let intercept: InterceptRule
  public let scale: FeatureScale
  public var gapTolerance: Double
  public var violationTolerance: Double
  public var threads = 2

  public init(
    store: TileStore, labels: [Double], intercept: InterceptRule, scale: FeatureScale,
    gapTolerance: Double, violationTolerance: Double
  ) {
    self.store = store
    self.labels = labels
    self.intercept = intercept
    self.scale = scale
    self.gapTolerance = gapTolerance
    self.violationTolerance = violationTolerance
  }

  public func verify(_ claims: [ClaimedFit]) throws(ClassifierError) -> [VerifiedFit] {
    let n = store.rowCount
    guard labels.count == n else {
      throw .labels(message: "\(labels.count) labels for \(n) rows")
    }
    var slotOfColumn: [Int: Int] = [:]
    let wanted = Set(claims.flatMap { $0.weights.map(\.column) })
    for (column, slot) in store.slots(ofColumns: wanted) { slotOfColumn[column] = slot }
    var points: [Point] = []
    let visitor = ColumnVisitor(store: store, labels: labels, residuals: [])
    for (index, claim) in claims.enumerated() {
      points.append(
        try point(claim, index: index, slotOfColumn: slotOfColumn, visitor: visitor))
    }
    let partial = try scan(points)
    return points.indices.map { conclude(points[$0], claims[$0], partial[$0]) }
  }

  /// A claim turned into its residual.
  private struct Point {
    var residual: [Double]
    var balanced: [Double]
    var residualSum: Double
    var balancedSum: Double
    /// What balancing multiplies the residual of either label with.
    var positiveFactor: Double
    var negativeFactor: Double
    var weightOfSlot: [Int: Double]
    var primal: Double
    var refusals: [String]
  }

  private struct Extremes {
    /// Largest |xⱼᵀ r̃| of the balanced residual.
    var largest = 0.0
    var violation = 0.0
    var worstSlot: Int?
  }

  private func point(
    _ claim: ClaimedFit, index: Int, slotOfColumn: [Int: Int], visitor: ColumnVisitor
  ) throws(ClassifierError) -> Point {
    let n = store.rowCount
    guard claim.rowWeights.count == n, claim.rowWeights.allSatisfy({ $0 >= 0 && $0.isFinite }),
      claim.cost > 0, claim.cost.isFinite, claim.intercept.isFinite,
      claim.weights.allSatisfy({ $0.weight.isFinite })
    else {
      throw .invalidArgument(
        name: "fit \(index)", message: "C, weights and row weights must be finite, one per row")
    }
    var refusals: [String] = []
    var margins = [Double](repeating: claim.intercept, count: n)
    var weightOfSlot: [Int: Double] = [:]
    var norm = intercept == .penalised ? abs(claim.intercept) : 0
    for (column, weight) in claim.weights {
      if weight == 0 { refusals.append("column \(column) is in the support with weight 0") }
      guard let slot = slotOfColumn[column] else {
        refusals.append("column \(column) has no non-zero value in the store")
        continue
      }
      if weightOfSlot.updateValue(weight, forKey: slot) != nil {
        refusals.append("column \(column) stands twice")
      }
      norm += abs(weight)
      let values = try columnValues(slot, visitor)
      for row in 0..<n { margins[row] += weight * values[row] }
    }
    var loss = 0.0
    var residual = [Double](repeating: 0, count: n)
    for row in 0..<n {
      let cost = claim.cost * claim.rowWeights[row]
      guard cost > 0 else { continue }
      let margin = labels[row] * margins[row]
      loss += cost * Self.softplus(-margin)
      residual[row] = cost * labels[row] * Self.sigmoid(-margin)
    }
    // A free intercept demands Σ r = 0 of a dual point: the larger side is scaled down to the other.
    var positive = 0.0
    var negative = 0.0
    for value in residual {
      if value > 0 { positive += value } else { negative -= value }
    }
    let smaller = min(positive, negative)
    let isBalanced = intercept == .free && smaller < max(positive, negative)
    let positiveFactor = isBalanced && positive > negative ? smaller / positive : 1
    let negativeFactor = isBalanced && negative > positive ? smaller / negative : 1
    let balanced = residual.map { $0 * ($0 > 0 ? positiveFactor : negativeFactor) }
    return Point(
      residual: residual, balanced: balanced, residualSum: residual.reduce(0, +),
      balancedSum: balanced.reduce(0, +), positiveFactor: positiveFactor,
      negativeFactor: negativeFactor, weightOfSlot: weightOfSlot, primal: loss + norm,
      refusals: refusals)
  }

  private func scan(_ points: [Point]) throws(ClassifierError) -> [Extremes] {
    let results = Buffer<Slice>(store.groups.count * points.count, repeating: Slice())
    let failure = ParallelFailure()
    Parallel.forEach(
      store.groups.count, threads: threads,
      context: { ColumnVisitor(store: store, labels: labels, residuals: points.map(\.residual)) }
    ) { visitor, index in
      let group = store.groups[index]
      do throws(ClassifierError) {
        try visitor.visit(group) { slot, k, sums in
          let cell = index * points.count + k
          let (plain, feasible) = products(sums, of: points[k], slot: slot)
          let violation: Double
          if let weight = points[k].weightOfSlot[slot], weight != 0 {
            violation = abs(plain - (weight > 0 ? 1 : -1))
          } else {
            violation = max(abs(plain) - 1, 0)
          }
          results[cell].largest = max(results[cell].largest, abs(feasible))
          // Written so that NaN counts as a violation.
          if !(violation <= results[cell].violation) {
            results[cell].violation = violation.isNaN ? .infinity : violation
            results[cell].worstSlot = slot
          }
        }
      } catch { failure.record(error, at: index) }
    }
    try failure.check()
    return points.indices.map { k in
      var result = Extremes()
      for index in store.groups.indices {
        let part = results[index * points.count + k]
        result.largest = max(result.largest, part.largest)
        if part.violation > result.violation {
          result.violation = part.violation
          result.worstSlot = part.worstSlot
        }
      }
      return result
    }
  }

  /// x̃ᵀr and x̃ᵀ(balanced r) from the sums over rows of either label.
  private func products(
    _ sums: (positive: Double, negative: Double), of point: Point, slot: Int
  ) -> (plain: Double, feasible: Double) {
    let transform = ColumnScale(scale, store.slot(slot), rowCount: store.rowCount)
    let plain =
      transform.factor * (sums.positive + sums.negative - transform.centre * point.residualSum)
    let feasible =
      transform.factor
      * (point.positiveFactor * sums.positive + point.negativeFactor * sums.negative
        - transform.centre * point.balancedSum)
    return (plain, feasible)
  }

  private struct Slice: BitwiseCopyable {
    var largest = 0.0
    var violation = 0.0
    var worstSlot = -1
  }

  private func conclude(_ point: Point, _ claim: ClaimedFit, _ extremes: Extremes) -> VerifiedFit {
    let sum = point.residual.reduce(0, +)
    let interceptViolation =
      switch intercept {
      case .free: abs(sum)
      case .penalised:
        claim.intercept == 0
          ? max(abs(sum) - 1, 0) : abs(sum - (claim.intercept > 0 ? 1 : -1))
      }
    var largest = extremes.largest
    if intercept == .penalised { largest = max(largest, abs(sum)) }
    let scale = 1 / max(1, largest)
    var dual = 0.0
    for row in 0..<store.rowCount {
      let cost = claim.cost * claim.rowWeights[row]
      guard cost > 0 else { continue }
      let u = min(max(scale * labels[row] * point.balanced[row] / cost, 0), 1)
      dual -= cost * (Self.entropyTerm(u) + Self.entropyTerm(1 - u))
    }
    let gap = point.primal > 0 ? max((point.primal - dual) / point.primal, 0) : 0
    let violation = max(extremes.violation, interceptViolation)
    var refusals = point.refusals
    // Written so that NaN is refused.
    if !(gap <= gapTolerance) {
      refusals.append("the gap is \(gap), more than \(gapTolerance)")
    }
    if !(violation <= violationTolerance) {
      refusals.append("the largest violation is \(violation), more than \(violationTolerance)")
    }
    if !(abs(point.primal - claim.objective) <= 1e-9 * max(abs(point.primal), 1e-12)) {
      refusals.append("the objective is \(point.primal), the certificate says \(claim.objective)")
    }
    // The claimed dual must be one that can be reached: at most the optimum, so at most the primal,
    // and no further from the recomputed one than the two gaps allow.
    let allowance = (gapTolerance + 1e-9) * max(abs(point.primal), 1e-12)
    if !(abs(dual - claim.dual) <= allowance) {
      refusals.append("the dual is \(dual), the certificate says \(claim.dual)")
    }
    return VerifiedFit(
      objective: point.primal, dual: dual, gap: gap, maximumViolation: violation,
      worstColumn: violation > interceptViolation
        ? extremes.worstSlot.map { Int(store.slot($0).column) } : nil,
      refusals: refusals)
  }

  private func columnValues(
    _ slot: Int, _ visitor: ColumnVisitor
  ) throws(ClassifierError) -> [Double] {
    let transform = ColumnScale(scale, store.slot(slot), rowCount: store.rowCount)
    var result = [Double](
      repeating: -transform.centre * transform.factor, count: store.rowCount)
    for (row, value) in try visitor.entries(slot) {
      result[row] = (value - transform.centre) * transform.factor
    }
    return result
  }

  private static func sigmoid(_ value: Double) -> Double {
    value >= 0
      ? 1 / (1 + (-value).exponential) : value.exponential / (1 + value.exponential)
  }

  private static func softplus(_ value: Double) -> Double {
    max(value, 0) + (-abs(value)).exponential.logarithmOfOnePlus
  }

  private static func entropyTerm(_ u: Double) -> Double { u > 0 ? u * u.logarithm : 0 }
}
