import RawStore
import Statistics
import Study

/// What the rows give for one figure: an estimate, other ways to compute it, and its interval by any
/// method that applies.
struct FigureComputation {
  let estimate: Measured<Double>
  /// A count has no rounding: it is equal or it is another.
  private(set) var isCount = false
  /// Other estimators that people use, by name.
  var variants: [(name: String, value: Double)] = []
  /// Methods that apply, likely ones first.
  var methods: [FigureMethodName] = []
  var interval: (FigureMethod) -> Measured<Interval> = { _ in
    .undefined(UndefinedReason(.notApplicable, "the method does not apply to this statistic"))
  }

  init(_ estimate: Measured<Double>) { self.estimate = estimate }

  static func count(_ value: Int) -> FigureComputation {
    var computation = FigureComputation(.defined(Double(value)))
    computation.isCount = true
    return computation
  }

  static func missing(_ reason: String) -> FigureComputation {
    FigureComputation(.undefined(UndefinedReason(.notReported, reason)))
  }

  static let notApplicable = UndefinedReason(
    .notApplicable, "the method does not apply to this statistic")

  /// Estimate ± z · standard error.
  static func wald(
    _ estimate: Double, _ error: Double, _ confidenceLevel: Double
  ) -> Measured<Interval> {
    guard error.isFinite else {
      return .undefined(UndefinedReason(.emptyInput, "there are no items"))
    }
    let half = error * NormalDistribution.criticalValue(confidenceLevel: confidenceLevel)
    return .defined(
      Interval(
        lower: estimate - half, upper: estimate + half, confidenceLevel: confidenceLevel,
        method: IntervalMethod(rawValue: "normal")))
  }
}

/// Finds the rows of a figure.
struct FigureRows {
  let table: RawTable

  enum Lookup<Value> {
    case found(Value)
    case failed(String)
  }

  func matrix(
    _ rows: PublishedFigure.Rows, neuronSet: String?
  ) -> Lookup<OutcomeMatrix> {
    let candidates = table.outcomes.filter { matrix in
      let arm = matrix.arm
      return arm.benchmark == rows.benchmark && arm.neuronSet == neuronSet
        && (rows.configuration == nil || arm.configuration == rows.configuration)
        && (rows.endpoint == nil || arm.endpoint == rows.endpoint)
        && (rows.judge == nil || arm.judge == rows.judge)
    }
    if candidates.count == 1 { return .found(candidates[0]) }
    return .failed(
      candidates.isEmpty
        ? "there are no rows of this benchmark and neuron set"
        : "\(candidates.count) arms fit; the figure must name configuration, endpoint or judge")
  }

  func scores(_ rows: PublishedFigure.Rows) -> Lookup<DetectionScores> {
    let candidates = table.detection.filter {
      $0.set == rows.set && (rows.detector == nil ? !$0.isControl : $0.detector == rows.detector)
    }
    if candidates.count == 1 { return .found(candidates[0]) }
    return .failed(
      candidates.isEmpty
        ? "there are no scores on this question set"
        : "\(candidates.count) detectors fit; the figure must name one")
  }

  func neurons(_ rows: PublishedFigure.Rows) -> Lookup<[NeuronRow]> {
    let names = Set(table.neurons.map(\.detector))
    if let detector = rows.detector ?? (names.count == 1 ? names.first : nil) {
      let found = table.neurons.filter { $0.detector == detector }
      if !found.isEmpty { return .found(found) }
      return .failed("there are no neurons of this detector")
    }
    return .failed(
      names.isEmpty
        ? "there are no neurons"
        : "\(names.count) detectors have neurons; the figure must name one")
  }
}
