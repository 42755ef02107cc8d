import RawStore
import Statistics

/// Everything that is computed once from a table; rules and analyses read it.
struct RowContext: Sendable {
  let table: RawTable
  let settings: RowAuditSettings
  /// In the order of the arms.
  let curves: [DoseCurve]
  let unscored: [UnscoredCurve]
  let envelopes: [ControlEnvelope]
  let noOpChecks: [NoOpCurveCheck]
  let noOpPairs: [NoOpPair]
  let replications: [Replication]
  let retests: [JudgeRetest]
  let judges: [JudgeComparison]
  let validations: [JudgeValidation]
  let funnels: [ConsistencyFunnel]
  let overlaps: [SplitOverlap]
  let layers: [LayerProfile]
  let detection: [DetectionAnalysis]
  let invariance: [InvarianceComparison]

  /// - Throws: ``StatisticsError`` for rows that no statistic can be computed from.
  init(_ table: RawTable, settings: RowAuditSettings) throws(StatisticsError) {
    self.table = table
    self.settings = settings
    let names = ArmNames(table.outcomes.map(\.arm))
    let arms = try ArmAnalyses(table.outcomes, names: names, settings: settings)
    curves = arms.curves
    unscored = arms.unscored
    envelopes = arms.envelopes
    noOpChecks = arms.noOpChecks
    noOpPairs = arms.noOpPairs
    replications = arms.replications
    judges = arms.judges
    validations = try JudgeValidation.all(
      table, curves: arms.curves, confidenceLevel: settings.confidenceLevel)
    retests = try JudgeRetest.all(table, confidenceLevel: settings.confidenceLevel)
    funnels = try ConsistencyFunnel.all(
      table.samples, confidenceLevel: settings.confidenceLevel)
    overlaps = try Self.overlaps(table)
    let detectors = Set(table.neurons.map(\.detector)).sorted()
    var layers: [LayerProfile] = []
    for detector in detectors {
      let rows = table.neurons.filter { $0.detector == detector }
      if let profile = try LayerProfile(detector: detector, rows: rows, settings: settings) {
        layers.append(profile)
      }
    }
    self.layers = layers
    let detection = try Self.detection(table, settings: settings)
    self.detection = detection
    invariance = try Self.invariance(table, detection, settings: settings)
  }

  func curve(_ id: String) -> DoseCurve? { curves.first { $0.id == id } }

  /// Holm over the calibration slopes of the target detectors: is any different from 1?
  var calibrationPValues: [Measured<Double>] {
    MeasuredFamily.holm(
      targetDetection.map { analysis in
        analysis.forecast.calibration.flatMap { fit in
          fit.slopeError > 0
            ? .defined(NormalDistribution.twoSidedTail((fit.slope - 1) / fit.slopeError))
            : .undefined(UndefinedReason(.noVariance, "the calibration slope has no error"))
        }
      })
  }

  var targetDetection: [DetectionAnalysis] { detection.filter { !$0.isControl } }

  // MARK: - Parts

  private static func overlaps(_ table: RawTable) throws(StatisticsError) -> [SplitOverlap] {
    var sets = table.splits.keys.sorted().map { ($0, Set(table.splits[$0] ?? [])) }
    for set in Set(table.detection.map(\.set)).sorted() {
      let items = table.detection.filter { $0.set == set }.flatMap(\.items)
      sets.append(("detection " + set, Set(items)))
    }
    var overlaps: [SplitOverlap] = []
    for first in sets.indices {
      for second in sets.indices where second > first {
        // Two question sets of the evaluation may overlap; a split and anything else is a question.
        guard table.splits[sets[first].0] != nil else { continue }
        overlaps.append(
          try SplitOverlap(
            sets[first].0, sets[first].1, sets[second].0, sets[second].1,
            isOfEvaluation: table.splits[sets[second].0] == nil))
      }
    }
    return overlaps
  }

  private static func detection(
    _ table: RawTable, settings: RowAuditSettings
  ) throws(StatisticsError) -> [DetectionAnalysis] {
    var analyses: [DetectionAnalysis] = []
    for rows in table.detection {
      analyses.append(
        try DetectionAnalysis(rows, isDetailed: !rows.isControl, settings: settings))
    }
    for index in analyses.indices where !analyses[index].isControl {
      let random = analyses.filter { $0.isControl && $0.set == analyses[index].set }
        .compactMap(\.auroc.value)
      guard !random.isEmpty else { continue }
      analyses[index].randomCount = random.count
      analyses[index].randomPValue = analyses[index].auroc.map { area in
        Double(1 + random.count { $0 >= area - 1e-12 }) / Double(1 + random.count)
      }
    }
    return analyses
  }

  private static func invariance(
    _ table: RawTable, _ detection: [DetectionAnalysis], settings: RowAuditSettings
  ) throws(StatisticsError) -> [InvarianceComparison] {
    var comparisons: [InvarianceComparison] = []
    let targets = table.detection.indices.filter { !table.detection[$0].isControl }
    for first in targets {
      for second in targets
      where second > first && table.detection[first].detector == table.detection[second].detector {
        let comparison = try InvarianceComparison(
          table.detection[first], detection[first], table.detection[second], detection[second],
          settings: settings)
        if let comparison { comparisons.append(comparison) }
      }
    }
    return comparisons
  }
}
