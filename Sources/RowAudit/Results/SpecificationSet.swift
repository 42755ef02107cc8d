import RawStore
public import Statistics

/// Every defensible estimate of one target's slope: which doses, how unscored answers count, and
/// whether a random set is subtracted.
public struct SpecificationSet: Hashable, Sendable, Identifiable {
  public struct Specification: Hashable, Sendable {
    public let doses: String
    public let unscored: String
    public let control: String
    /// Probability per unit of dose.
    public let slope: Double
    public let interval: Interval
  }

  /// Name of the target arm.
  public let id: String
  public let doseOptions: [String]
  public let unscoredOptions: [String]
  public let controlOptions: [String]
  public let specifications: [Specification]

  static let allDoses = "all doses"
  static let noControl = "none"
  static let completeCases = "complete questions"

  /// - Returns: `nil` when there is one way only, or questions repeat.
  init?(
    _ target: OutcomeMatrix, named id: String, controls: [(name: String, matrix: OutcomeMatrix)],
    settings: RowAuditSettings
  ) {
    guard target.replicateCount == 1, target.doses.count > 1 else { return nil }
    let noOp = settings.noOpDose
    var doses: [(String, (Double) -> Bool)] = [(Self.allDoses, { _ in true })]
    if target.doses.contains(noOp) {
      let dose = RowText.dose(noOp)
      if target.doses.count(where: { $0 <= noOp }) > 1, target.doses.contains(where: { $0 > noOp })
      {
        doses.append(("up to \(dose)", { $0 <= noOp }))
      }
      if target.doses.count(where: { $0 >= noOp }) > 1, target.doses.contains(where: { $0 < noOp })
      {
        doses.append(("from \(dose)", { $0 >= noOp }))
      }
      if target.doses.count > 2 { doses.append(("without \(dose)", { $0 != noOp })) }
    }
    let hasUnscored = ([target] + controls.map(\.matrix)).contains { matrix in
      matrix.columnCounts().contains { $0.unscoredTotal > 0 }
    }
    let unscored: [(String, Bool?)] =
      [(Self.completeCases, nil)]
      + (hasUnscored ? [("unscored are false", false), ("unscored are true", true)] : [])
    let random: [(String, OutcomeMatrix?)] =
      [(Self.noControl, nil)] + controls.map { ($0.name, $0.matrix) }
    var specifications: [Specification] = []
    for (doseName, isUsed) in doses {
      for (unscoredName, value) in unscored {
        for (controlName, control) in random {
          let slopes = Self.slopes(target, minus: control, unscored: value, isUsed: isUsed)
          let estimate = ClusterMean(slopes, confidenceLevel: settings.confidenceLevel)
          guard let slope = estimate.mean.value, let interval = estimate.interval.value else {
            continue
          }
          specifications.append(
            Specification(
              doses: doseName, unscored: unscoredName, control: controlName, slope: slope,
              interval: interval))
        }
      }
    }
    guard specifications.count > 1 else { return nil }
    self.id = id
    doseOptions = doses.map(\.0)
    unscoredOptions = unscored.map(\.0)
    controlOptions = random.map(\.0)
    self.specifications = specifications
  }

  private static func slopes(
    _ target: OutcomeMatrix, minus control: OutcomeMatrix?, unscored: Bool?,
    isUsed: (Double) -> Bool
  ) -> [Double] {
    let common = CommonItems(target, control ?? target)
    let columns = common.columns.indices.filter { isUsed(common.doses[$0]) }
    guard columns.count > 1 else { return [] }
    let doses = columns.map { common.doses[$0] }
    let center = doses.reduce(0, +) / Double(doses.count)
    let squares = doses.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    func value(_ matrix: OutcomeMatrix, _ item: Int, _ column: Int) -> Double? {
      if let outcome = matrix.outcome(item: item, column: column) { return outcome ? 1 : 0 }
      guard let unscored, matrix.code(item: item, column: column) != OutcomeMatrix.Code.missing
      else { return nil }
      return unscored ? 1 : 0
    }
    return common.items.compactMap { item in
      var sum = 0.0
      for (place, column) in columns.enumerated() {
        guard let own = value(target, item.left, common.columns[column].left) else { return nil }
        var change = own
        if let control {
          guard let other = value(control, item.right, common.columns[column].right) else {
            return nil
          }
          change -= other
        }
        sum += (doses[place] - center) * change
      }
      return sum / squares
    }
  }

  /// One a target arm with a trend.
  static func all(_ context: RowContext) -> [SpecificationSet] {
    let matrices = context.table.outcomes
    return context.curves.indices.compactMap { index in
      let curve = context.curves[index]
      guard !curve.arm.isControl, curve.test != nil else { return nil }
      let controls = context.curves.indices.filter { other in
        let arm = context.curves[other].arm
        return arm.isControl && arm.benchmark == curve.arm.benchmark
          && arm.configuration == curve.arm.configuration && arm.endpoint == curve.arm.endpoint
          && arm.judge == curve.arm.judge
      }
      // More than a few controls make the matrix unreadable; the envelope shows them all.
      return SpecificationSet(
        matrices[index], named: curve.id,
        controls: controls.prefix(4).map {
          (context.curves[$0].arm.neuronSet, matrices[$0])
        }, settings: context.settings)
    }
  }
}
