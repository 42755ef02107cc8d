package import RawStore
public import Statistics

/// Whether two arms respond differently to the dose: the difference of their slopes on the same
/// questions, first minus second.
///
/// That one slope differs from 0 and the other does not says nothing about their difference
/// (Gelman & Stern 2006, doi:10.1198/000313006X152649); this tests it.
public struct SlopeComparison: Hashable, Sendable {
  /// Names of the arms.
  public let first: String
  public let second: String
  /// Questions with an outcome at every common dose in both arms.
  public let commonCount: Int
  /// The doses that both have.
  public let doses: [Double]
  /// Probability per unit of dose.
  public let difference: Measured<Double>
  public let interval: Measured<Interval>
  /// At 1 − 2 · level.
  public let equivalenceInterval: Measured<Interval>
  /// Percentile bootstrap of the questions' differences.
  public let bootstrapInterval: Measured<Interval>
  /// Exact sign-flip of the questions' differences.
  public let signFlipPValue: Measured<Double>
  public let robustPValue: Measured<Double>
  /// Of the sign-flip p, else of the robust p, over the family of comparisons.
  public var adjustedPValue: Measured<Double>

  public var primaryPValue: Measured<Double> {
    signFlipPValue.value == nil ? robustPValue : signFlipPValue
  }
}

extension SlopeComparison {
  /// - Throws: ``StatisticsError`` for doses that are out of bounds.
  package init(
    _ left: OutcomeMatrix, named first: String, _ right: OutcomeMatrix, named second: String,
    settings: RowAuditSettings
  ) throws(StatisticsError) {
    let common = CommonItems(left, right)
    self.first = first
    self.second = second
    doses = common.doses
    let center = doses.reduce(0, +) / Double(max(1, doses.count))
    let squares = doses.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    guard doses.count > 1, squares > 0 else {
      let reason = UndefinedReason(.tooFew, "the arms share \(doses.count) doses; two are needed")
      commonCount = 0
      difference = .undefined(reason)
      interval = .undefined(reason)
      equivalenceInterval = .undefined(reason)
      bootstrapInterval = .undefined(reason)
      signFlipPValue = .undefined(reason)
      robustPValue = .undefined(reason)
      adjustedPValue = .undefined(reason)
      return
    }
    var slopes: [Double] = []
    var rows: [[Bool]] = []
    let isSingle = left.replicateCount == 1 && right.replicateCount == 1
    for item in common.items {
      var sum = 0.0
      var isComplete = true
      for (index, column) in common.columns.enumerated() {
        guard let a = left.value(item: item.left, column: column.left),
          let b = right.value(item: item.right, column: column.right)
        else {
          isComplete = false
          break
        }
        sum += (doses[index] - center) * (a - b)
      }
      guard isComplete else { continue }
      slopes.append(sum / squares)
      if isSingle, sum != 0 || Self.differs(left, right, item, common) {
        rows.append(
          common.columns.map { left.outcome(item: item.left, column: $0.left) == true }
            + common.columns.map { right.outcome(item: item.right, column: $0.right) == true })
      }
    }
    commonCount = slopes.count
    let estimate = ClusterMean(slopes, confidenceLevel: settings.confidenceLevel)
    difference = estimate.mean
    interval = estimate.interval
    equivalenceInterval =
      ClusterMean(slopes, confidenceLevel: 1 - 2 * settings.level).interval
    bootstrapInterval = try BootstrapOfQuestions.interval(
      slopes,
      analysis: "difference/\(left.arm.benchmark)/\(left.arm.configuration)/\(first)/"
        + "\(right.arm.configuration)/\(second)", settings: settings)
    robustPValue = estimate.pValue
    if isSingle {
      // The other arm's columns get the negated scores, so that Σ score · outcome is the
      // difference; questions that answer alike everywhere contribute 0 to every sum of signs.
      let scores = doses.map { $0 - center } + doses.map { center - $0 }
      signFlipPValue =
        slopes.isEmpty
        ? .undefined(UndefinedReason(.emptyInput, "no question is complete in both arms"))
        : WithinQuestionTrend(
          try QuestionMatrix(rows, scores: scores), computesPermutation: false
        ).signFlipPValue
    } else {
      signFlipPValue = .undefined(
        UndefinedReason(.notApplicable, "questions have several responses at a dose"))
    }
    adjustedPValue = signFlipPValue.value == nil ? robustPValue : signFlipPValue
  }

  private static func differs(
    _ left: OutcomeMatrix, _ right: OutcomeMatrix, _ item: (left: Int, right: Int),
    _ common: CommonItems
  ) -> Bool {
    common.columns.contains {
      left.outcome(item: item.left, column: $0.left)
        != right.outcome(item: item.right, column: $0.right)
    }
  }

  /// Holm over a family.
  static func holm(_ comparisons: [SlopeComparison]) -> [SlopeComparison] {
    let adjusted = MeasuredFamily.holm(comparisons.map(\.primaryPValue))
    return zip(comparisons, adjusted).map { comparison, p in
      var copy = comparison
      copy.adjustedPValue = p
      return copy
    }
  }
}
