import RawStore
import Statistics

/// Everything about arms: each alone, against its controls, and against its like in other
/// configurations.
struct ArmAnalyses {
  private(set) var curves: [DoseCurve] = []
  private(set) var unscored: [UnscoredCurve] = []
  private(set) var envelopes: [ControlEnvelope] = []
  private(set) var noOpChecks: [NoOpCurveCheck] = []
  private(set) var noOpPairs: [NoOpPair] = []
  private(set) var replications: [Replication] = []
  private(set) var judges: [JudgeComparison] = []

  private let matrices: [OutcomeMatrix]
  private let settings: RowAuditSettings

  init(
    _ matrices: [OutcomeMatrix], names: ArmNames, settings: RowAuditSettings
  ) throws(StatisticsError) {
    self.matrices = matrices
    self.settings = settings
    for matrix in matrices {
      let id = names[matrix.arm]
      let test = try CurveTest.of(matrix, settings: settings, analysis: "curve/" + id)
      let curve = try DoseCurve(
        matrix, id: id, test: test, confidenceLevel: settings.confidenceLevel)
      curves.append(curve)
      if let trend = try UnscoredCurve(matrix, curve: curve, settings: settings) {
        unscored.append(trend)
      }
      if let check = NoOpCurveCheck(matrix, named: id, settings: settings) {
        noOpChecks.append(check)
      }
    }
    adjustTrends()
    let unscoredFamily = MeasuredFamily.holm(unscored.map(\.pValue))
    for index in unscored.indices { unscored[index].adjustedPValue = unscoredFamily[index] }
    let noOpFamily = MeasuredFamily.holm(noOpChecks.map(\.pValue))
    for index in noOpChecks.indices { noOpChecks[index].adjustedPValue = noOpFamily[index] }
    try compareWithControls()
    try compareAtNoOp()
    try compareConfigurations()
    try compareJudges()
  }

  /// Targets are one family of trends, controls another.
  private mutating func adjustTrends() {
    for isControl in [false, true] {
      let members = curves.indices.filter {
        curves[$0].arm.isControl == isControl && curves[$0].test != nil
      }
      let adjusted = MeasuredFamily.holm(
        members.map { curves[$0].test?.primaryPValue ?? Self.noTest })
      for (index, p) in zip(members, adjusted) {
        let rates = curves[index].points.compactMap(\.rate.value)
        curves[index].decide(adjusted: p, settings: settings, rates: rates)
      }
    }
  }

  private static let noTest = Measured<Double>.undefined(
    UndefinedReason(.tooFew, "the arm has one dose"))

  /// Whether two arms differ in nothing but what `ignoring` names.
  private func isAlike(_ left: Arm, _ right: Arm) -> Bool {
    left.benchmark == right.benchmark && left.endpoint == right.endpoint
      && left.judge == right.judge
  }

  private mutating func compareWithControls() throws(StatisticsError) {
    for target in curves.indices where !curves[target].arm.isControl && curves[target].test != nil {
      let controls = curves.indices.filter {
        curves[$0].arm.isControl && curves[$0].test != nil
          && isAlike(curves[$0].arm, curves[target].arm)
          && curves[$0].arm.configuration == curves[target].arm.configuration
      }
      guard !controls.isEmpty else { continue }
      var comparisons: [SlopeComparison] = []
      for control in controls {
        comparisons.append(try compare(target, control))
      }
      envelopes.append(
        ControlEnvelope(
          target: curves[target], controls: controls.map { curves[$0] },
          comparisons: SlopeComparison.holm(comparisons)))
    }
  }

  private func compare(_ left: Int, _ right: Int) throws(StatisticsError) -> SlopeComparison {
    try SlopeComparison(
      matrices[left], named: curves[left].id, matrices[right], named: curves[right].id,
      settings: settings)
  }

  /// Every arm against one reference of its configuration (an arm without intervention if there is
  /// one), and the references of all configurations against the first.
  private mutating func compareAtNoOp() throws(StatisticsError) {
    var done: Set<Int> = []
    var references: [Int] = []
    for start in curves.indices where !done.contains(start) {
      let group = curves.indices.filter {
        isAlike(curves[$0].arm, curves[start].arm)
          && curves[$0].arm.configuration == curves[start].arm.configuration
      }
      done.formUnion(group)
      let reference = group.first { matrices[$0].doses.isEmpty } ?? group[0]
      references.append(reference)
      for other in group where other != reference {
        try addPair(reference, other, .sameConfiguration)
      }
    }
    for (place, reference) in references.enumerated() {
      let first = references[..<place].first { isAlike(curves[$0].arm, curves[reference].arm) }
      guard let first else { continue }
      let formats = [first, reference].map {
        settings.weightFormats[curves[$0].arm.configuration]
      }
      let weights: NoOpPair.Weights =
        formats[0] == nil || formats[1] == nil
        ? .unknown : formats[0] == formats[1] ? .sameFormat : .otherFormat
      try addPair(first, reference, weights)
    }
    let adjusted = MeasuredFamily.holm(noOpPairs.map(\.pValue))
    for index in noOpPairs.indices { noOpPairs[index].adjustedPValue = adjusted[index] }
  }

  private mutating func addPair(
    _ left: Int, _ right: Int, _ weights: NoOpPair.Weights
  ) throws(StatisticsError) {
    let pair = try NoOpPair(
      matrices[left], named: curves[left].id, matrices[right], named: curves[right].id,
      weights: weights, settings: settings)
    if let pair { noOpPairs.append(pair) }
  }

  private mutating func compareConfigurations() throws(StatisticsError) {
    var done: Set<Int> = []
    for start in curves.indices
    where !done.contains(start) && !curves[start].arm.isControl && curves[start].test != nil {
      let group = curves.indices.filter {
        isAlike(curves[$0].arm, curves[start].arm) && !curves[$0].arm.isControl
          && curves[$0].arm.neuronSet == curves[start].arm.neuronSet && curves[$0].test != nil
      }
      done.formUnion(group)
      guard group.count > 1 else { continue }
      var pairs: [SlopeComparison] = []
      for (place, left) in group.enumerated() {
        for right in group.dropFirst(place + 1) { pairs.append(try compare(left, right)) }
      }
      let arm = curves[start].arm
      let isAlone =
        curves.count {
          $0.arm.benchmark == arm.benchmark && $0.arm.neuronSet == arm.neuronSet
            && $0.arm.configuration == arm.configuration
        } == 1
      replications.append(
        Replication(
          id: [arm.benchmark, arm.neuronSet].joined(separator: "/")
            + (isAlone ? "" : "/\(arm.endpoint)/\(arm.judge)"),
          curves: group.map { curves[$0] }, pairs: SlopeComparison.holm(pairs),
          confidenceLevel: settings.confidenceLevel))
    }
  }

  private mutating func compareJudges() throws(StatisticsError) {
    for left in curves.indices {
      for right in curves.indices where right > left {
        let (a, b) = (curves[left].arm, curves[right].arm)
        guard a.judge != b.judge, a.benchmark == b.benchmark, a.endpoint == b.endpoint,
          a.configuration == b.configuration, a.neuronSet == b.neuronSet,
          a.isControl == b.isControl, matrices[left].replicateCount == 1,
          matrices[right].replicateCount == 1
        else { continue }
        judges.append(
          try JudgeComparison(
            matrices[left], matrices[right], id: "\(curves[left].id) and \(curves[right].id)"))
      }
    }
  }
}
