import Audit
import RawStore
import Statistics
import Study

/// Makes the tests of a plan from the rows.
struct RegisteredTests {
  let plan: StudyPlan
  let context: RowContext

  var settings: RowAuditSettings { context.settings }

  /// Every test of every hypothesis, in the order of the plan.
  func all() throws(StatisticsError) -> [RegisteredTest] {
    var tests: [RegisteredTest] = []
    for hypothesis in plan.hypotheses {
      switch hypothesis.analysis {
      case .doseTrend, .monotoneDoseResponse: tests += try trends(hypothesis)
      case .doseContrast: tests += try contrasts(hypothesis)
      case .setDifference: tests += try setDifferences(hypothesis)
      case .configurationAgreement: tests += try agreements(hypothesis)
      case .detection: tests += try detections(hypothesis, suffix: "")
      case .origin: tests += try detections(hypothesis, suffix: "@base")
      case .detectionAboveRandom: tests += randomComparisons(hypothesis)
      case .layerConcentration: tests.append(try layerConcentration(hypothesis))
      }
    }
    return tests
  }

  /// Benchmarks × configurations of a hypothesis.
  private func cells(_ hypothesis: HypothesisPlan) -> [(benchmark: String, configuration: String)] {
    hypothesis.benchmarks.flatMap { benchmark in
      hypothesis.configurations.map { (benchmark, $0) }
    }
  }

  func matrix(_ benchmark: String, _ configuration: String, _ set: String) -> OutcomeMatrix? {
    context.table.outcomes.first {
      $0.arm.benchmark == benchmark && $0.arm.configuration == configuration
        && $0.arm.neuronSet == set && !$0.arm.isControl
        && $0.arm.endpoint == plan.design.benchmarks.first { $0.id == benchmark }?.endpoint
    }
  }

  /// What a matrix lacks of the registered design: doses, items.
  private func shortfall(_ matrix: OutcomeMatrix) -> String? {
    guard matrix.doses == plan.design.doses else {
      return "doses \(matrix.doses.map(RowText.dose).joined(separator: ", ")) were run, not "
        + plan.design.doses.map(RowText.dose).joined(separator: ", ")
    }
    let planned = plan.design.benchmarks.first { $0.id == matrix.arm.benchmark }?.itemCount
    guard let planned, matrix.items.count < planned else { return nil }
    return "\(matrix.items.count) of \(planned) registered items were run"
  }

  private func curve(_ matrix: OutcomeMatrix) -> DoseCurve? {
    context.curves.first { $0.arm == matrix.arm }
  }

  /// From the lowest to the highest dose.
  func span(_ doses: [Double]) -> Double { (doses.last ?? 0) - (doses.first ?? 0) }

  private func trends(
    _ hypothesis: HypothesisPlan
  ) throws(StatisticsError) -> [RegisteredTest] {
    var tests: [RegisteredTest] = []
    for (benchmark, configuration) in cells(hypothesis) {
      tests.append(try trend(hypothesis, benchmark, configuration))
    }
    return tests
  }

  private func trend(
    _ hypothesis: HypothesisPlan, _ benchmark: String, _ configuration: String
  ) throws(StatisticsError) -> RegisteredTest {
    let label = "\(benchmark) · \(configuration)"
    guard let matrix = matrix(benchmark, configuration, hypothesis.neuronSet.rawValue),
      let curve = curve(matrix), let test = curve.test
    else { return absent(hypothesis, label) }
    if let reason = shortfall(matrix) {
      return .untestable(hypothesis, label, reason, hash: curve.contentHash)
    }
    let span = span(curve.doses)
    return RegisteredTest(
      hypothesis: hypothesis, label: label, estimate: test.slope.map { $0 * span },
      interval: test.slopeInterval.map { $0.scaled(by: span) },
      equivalenceInterval: test.swingCount == 0
        ? unchanged(curve.doses, count: test.completeCount, arms: 1)
        : equivalence(test.slopeInterval, count: test.completeCount).map {
          $0.scaled(by: span)
        }, pValue: test.primaryPValue,
      method: "slope over the grid × \(RowText.dose(span)), studentised within-question "
        + "permutation",
      bootstrap: try BootstrapOfQuestions.interval(slopeOf: matrix, settings: settings).map {
        $0.scaled(by: span)
      }, shape: .init(test: test, rates: curve.points.compactMap(\.rate.value)),
      style: .percentagePoints,
      measure: "change from the lowest to the highest dose along the fitted line",
      count: test.completeCount, inputsHash: curve.contentHash)
  }

  /// The same interval at the confidence 1 − 2 · level; both are t intervals of question means.
  private func equivalence(
    _ interval: Measured<Interval>, count: Int
  ) -> Measured<Interval> {
    interval.map { interval in
      guard count > 1 else { return interval }
      let freedom = Double(count - 1)
      let confidence = 1 - 2 * settings.level
      let ratio =
        StudentT.criticalValue(confidenceLevel: confidence, degreesOfFreedom: freedom)
        / StudentT.criticalValue(
          confidenceLevel: interval.confidenceLevel, degreesOfFreedom: freedom)
      let middle = (interval.lower + interval.upper) / 2
      let half = interval.width / 2 * ratio
      return Interval(
        lower: middle - half, upper: middle + half, confidenceLevel: confidence,
        method: interval.method)
    }
  }

  /// When no question changes at all: how large the mean change may still be.
  ///
  /// A question that changes has at most M = span Σ|c − c̄| / Σ(c − c̄)² (half of it in one arm), and
  /// with 0 of n questions changing at most a share of 1 − α^(1/n) of all do, so that the mean lies
  /// within ± M (1 − α^(1/n)) with the confidence 1 − 2α.
  private func unchanged(_ doses: [Double], count: Int, arms: Int) -> Measured<Interval> {
    let center = doses.reduce(0, +) / Double(max(1, doses.count))
    let squares = doses.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    guard count > 0, squares > 0 else {
      return .undefined(UndefinedReason(.tooFew, "no question is complete"))
    }
    let sum = doses.reduce(0) { $0 + abs($1 - center) }
    let largest = span(doses) * sum / squares * (arms == 1 ? 0.5 : 1)
    // Clopper–Pearson's upper end for none of n.
    guard let none = try? Proportion(successes: 0, trials: count) else {
      return .undefined(UndefinedReason(.tooFew, "no question is complete"))
    }
    let share = none.clopperPearsonInterval(confidenceLevel: 1 - 2 * settings.level).upper
    return .defined(
      Interval(
        lower: -largest * share, upper: largest * share, confidenceLevel: 1 - 2 * settings.level,
        method: IntervalMethod(rawValue: "no question changes: share below 1 − α^(1/n)")))
  }

  private func contrasts(_ hypothesis: HypothesisPlan) throws(StatisticsError) -> [RegisteredTest] {
    var tests: [RegisteredTest] = []
    for (benchmark, configuration) in cells(hypothesis) {
      let label = "\(benchmark) · \(configuration)"
      guard let matrix = matrix(benchmark, configuration, hypothesis.neuronSet.rawValue),
        matrix.replicateCount == 1, let from = hypothesis.fromDose, let to = hypothesis.toDose,
        let first = matrix.doses.firstIndex(of: from), let last = matrix.doses.firstIndex(of: to)
      else {
        tests.append(absent(hypothesis, label))
        continue
      }
      let rows = try DoseResponseRows(
        doses: matrix.doses,
        outcomes: matrix.items.indices.map { item in
          matrix.doses.indices.map { matrix.outcome(item: item, column: $0) }
        })
      let contrast = try CurveContrast(rows, from: first, to: last, settings: settings)
      tests.append(
        RegisteredTest(
          hypothesis: hypothesis, label: label, estimate: contrast.difference,
          interval: contrast.interval, equivalenceInterval: contrast.equivalenceInterval,
          pValue: contrast.pValue, method: "Tango, McNemar mid-p",
          style: .percentagePoints, measure: "change, dose \(RowText.doses(from, to))",
          count: rows.questionCount, inputsHash: matrix.contentHash))
    }
    return tests
  }

  private func setDifferences(
    _ hypothesis: HypothesisPlan
  ) throws(StatisticsError) -> [RegisteredTest] {
    var tests: [RegisteredTest] = []
    let other = hypothesis.comparedWith ?? .routed
    for (benchmark, configuration) in cells(hypothesis) {
      let label =
        "\(benchmark) · \(configuration) · \(hypothesis.neuronSet.rawValue) − \(other.rawValue)"
      guard let left = matrix(benchmark, configuration, hypothesis.neuronSet.rawValue),
        let right = matrix(benchmark, configuration, other.rawValue)
      else {
        tests.append(absent(hypothesis, label))
        continue
      }
      tests.append(try comparison(hypothesis, label, left, right))
    }
    return tests
  }

  private func agreements(
    _ hypothesis: HypothesisPlan
  ) throws(StatisticsError) -> [RegisteredTest] {
    var tests: [RegisteredTest] = []
    let names = hypothesis.configurations
    for benchmark in hypothesis.benchmarks {
      for first in names.indices {
        for second in names.indices where second > first {
          let label = "\(benchmark) · \(names[first]) − \(names[second])"
          guard
            let left = matrix(benchmark, names[first], hypothesis.neuronSet.rawValue),
            let right = matrix(benchmark, names[second], hypothesis.neuronSet.rawValue)
          else {
            tests.append(absent(hypothesis, label))
            continue
          }
          tests.append(try comparison(hypothesis, label, left, right))
        }
      }
    }
    return tests
  }

  private func comparison(
    _ hypothesis: HypothesisPlan, _ label: String, _ left: OutcomeMatrix, _ right: OutcomeMatrix
  ) throws(StatisticsError) -> RegisteredTest {
    for matrix in [left, right] {
      if let reason = shortfall(matrix) {
        return .untestable(hypothesis, label, reason, hash: context.table.contentHash)
      }
    }
    let comparison = try SlopeComparison(
      left, named: left.arm.neuronSet, right, named: right.arm.neuronSet, settings: settings)
    let span = span(comparison.doses)
    return RegisteredTest(
      hypothesis: hypothesis, label: label, estimate: comparison.difference.map { $0 * span },
      interval: comparison.interval.map { $0.scaled(by: span) },
      equivalenceInterval: comparison.difference.value == 0
        && comparison.equivalenceInterval.value == nil
        ? unchanged(comparison.doses, count: comparison.commonCount, arms: 2)
        : comparison.equivalenceInterval.map { $0.scaled(by: span) },
      pValue: comparison.primaryPValue,
      method: "difference of slopes × \(RowText.dose(span)) on common questions, exact sign-flip",
      bootstrap: comparison.bootstrapInterval.map { $0.scaled(by: span) },
      style: .percentagePoints, measure: "difference of the changes over the grid",
      count: comparison.commonCount, inputsHash: context.table.contentHash)
  }

  func absent(_ hypothesis: HypothesisPlan, _ label: String) -> RegisteredTest {
    .untestable(
      hypothesis, label, "the registered rows are not in the store",
      hash: context.table.contentHash)
  }
}
