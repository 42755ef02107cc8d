import Audit
import RawStore
import Statistics
import Study

extension RegisteredTests {
  /// AUROC minus one half of the frozen detector.
  func detections(
    _ hypothesis: HypothesisPlan, suffix: String
  ) throws(StatisticsError) -> [RegisteredTest] {
    var tests: [RegisteredTest] = []
    for set in hypothesis.detectionSets {
      guard let analysis = analysis(set + suffix, isRefitted: false) else {
        tests.append(absent(hypothesis, set + suffix))
        continue
      }
      let rows = context.table.detection.first {
        $0.set == analysis.set && $0.detector == analysis.detector
      }
      let none = UndefinedReason(.notApplicable, "the scores are not in the store")
      let bootstrap: Measured<Interval> =
        if let rows { try BootstrapOfQuestions.interval(aurocOf: rows, settings: settings) } else {
          .undefined(none)
        }
      tests.append(
        RegisteredTest(
          hypothesis: hypothesis, label: set + suffix, estimate: analysis.auroc.map { $0 - 0.5 },
          interval: analysis.aurocInterval.map { Self.shifted($0) },
          equivalenceInterval: Self.narrowed(
            analysis.auroc, analysis.aurocInterval, confidence: 1 - 2 * settings.level
          ).map { Self.shifted($0) },
          pValue: Self.pValue(analysis), method: "AUROC − 0.5, rank-sum test, normal approximation",
          bootstrap: bootstrap.map { Self.shifted($0) }, style: .signed(3),
          measure: "AUROC minus one half, frozen detector", count: analysis.count,
          inputsHash: analysis.contentHash))
    }
    return tests
  }

  /// AUROC of the refitted H-neurons against the random sets, fitted alike.
  func randomComparisons(_ hypothesis: HypothesisPlan) -> [RegisteredTest] {
    hypothesis.detectionSets.map { set in
      guard let analysis = analysis(set, isRefitted: true), analysis.randomCount > 0,
        let area = analysis.auroc.value
      else { return absent(hypothesis, set) }
      let random = context.detection.filter { $0.isControl && $0.set == set }
        .compactMap(\.auroc.value).sorted()
      let mean = random.reduce(0, +) / Double(random.count)
      let isAbove = area >= mean
      let beyond = random.count { isAbove ? $0 >= area - 1e-12 : $0 <= area + 1e-12 }
      let tail = Double(1 + beyond) / Double(1 + random.count)
      let none = UndefinedReason(
        .notApplicable, "a permutation p over \(random.count) sets has no interval")
      return RegisteredTest(
        hypothesis: hypothesis, label: set, estimate: .defined(area - mean),
        interval: .undefined(none), equivalenceInterval: .undefined(none),
        pValue: .defined(min(1, 2 * tail)),
        method: "2 (1 + random sets at least as far on this side) / (1 + \(random.count))",
        style: .signed(3), measure: "AUROC minus the mean of the random sets",
        count: analysis.count, inputsHash: analysis.contentHash)
    }
  }

  private func analysis(_ set: String, isRefitted: Bool) -> DetectionAnalysis? {
    context.detection.first {
      $0.set == set && !$0.isControl
        && $0.detector == (isRefitted ? "h-neurons-refitted" : "h-neurons")
    }
  }

  private static func shifted(_ interval: Interval) -> Interval {
    Interval(
      lower: interval.lower - 0.5, upper: interval.upper - 0.5,
      confidenceLevel: interval.confidenceLevel, method: interval.method)
  }

  /// The standard error on the logit scale that the interval states; undefined at 0 and 1.
  private static func logitError(_ interval: Interval) -> Double? {
    guard interval.lower > 0, interval.upper < 1, interval.width > 0 else { return nil }
    let z = NormalDistribution.quantile(0.5 + interval.confidenceLevel / 2)
    return (LogOdds.of(interval.upper) - LogOdds.of(interval.lower)) / (2 * z)
  }

  /// Under the null of the rank statistic, which is defined at 0 and 1 too. Ties make it
  /// conservative.
  private static func pValue(_ analysis: DetectionAnalysis) -> Measured<Double> {
    let (m, n) = (Double(analysis.positiveCount), Double(analysis.negativeCount))
    return analysis.auroc.map { area in
      NormalDistribution.twoSidedTail((area - 0.5) / ((m + n + 1) / (12 * m * n)).squareRoot())
    }
  }

  private static func narrowed(
    _ area: Measured<Double>, _ interval: Measured<Interval>, confidence: Double
  ) -> Measured<Interval> {
    guard let area = area.value, let interval = interval.value, area > 0, area < 1,
      let error = logitError(interval)
    else {
      return .undefined(UndefinedReason(.noVariance, "the AUROC has no interval inside (0, 1)"))
    }
    let z = NormalDistribution.quantile(0.5 + confidence / 2)
    return .defined(
      Interval(
        lower: LogOdds.probability(LogOdds.of(area) - z * error),
        upper: LogOdds.probability(LogOdds.of(area) + z * error), confidenceLevel: confidence,
        method: interval.method))
  }

  /// Share of the H-neurons in one kind of layer, minus the share of those layers.
  func layerConcentration(
    _ hypothesis: HypothesisPlan
  ) throws(StatisticsError) -> RegisteredTest {
    let kind = hypothesis.layers ?? .linearAttention
    guard let full = plan.design.checkpoint.fullAttentionLayers,
      let layers = plan.design.checkpoint.layerCount, layers > 0
    else { return absent(hypothesis, kind.rawValue) }
    let neurons = context.table.neurons.filter {
      $0.detector == "h-neurons" && ($0.weight ?? 0) > 0 && (0..<layers).contains($0.layer)
    }
    guard !neurons.isEmpty else { return absent(hypothesis, kind.rawValue) }
    var counts = [Int](repeating: 0, count: layers)
    for neuron in neurons { counts[neuron.layer] += neuron.count }
    let members = (0..<layers).filter { full.contains($0) == (kind == .fullAttention) }
    // Two-sided by doubling: no labelling can give a smaller p than this.
    let labellings = (0..<members.count).reduce(1.0) {
      $0 * Double(layers - $1) / Double(members.count - $1)
    }
    guard 2 / labellings < settings.level else {
      return .untestable(
        hypothesis, kind.rawValue,
        "\(members.count) of \(layers) layers can be chosen in \(Int(labellings)) ways, so that no "
          + "p below \(2 / labellings) exists", hash: context.table.contentHash)
    }
    let layerCounts = try LayerCounts(
      counts: counts, exposures: [Double](repeating: 1, count: layers))
    func tail(_ set: [Int], _ name: String) throws(StatisticsError) -> LayerConcentration {
      try LayerConcentration.test(
        layerCounts, set: set, permutationCount: settings.permutationCount, seed: settings.seed,
        analysis: "registered/\(hypothesis.id)/\(name)")
    }
    let test = try tail(members, "upper")
    // With equal exposures few in the set are many in its complement.
    let lower = try tail((0..<layers).filter { !members.contains($0) }, "lower")
    let share = try Proportion(successes: test.count, trials: test.total)
    func shifted(_ level: Double) -> Measured<Interval> {
      share.estimate.map { _ in
        let interval = share.wilsonInterval(confidenceLevel: level)
        return Interval(
          lower: interval.lower - test.exposureShare, upper: interval.upper - test.exposureShare,
          confidenceLevel: level, method: interval.method)
      }
    }
    return RegisteredTest(
      hypothesis: hypothesis, label: kind.rawValue,
      estimate: share.estimate.map { $0 - test.exposureShare },
      interval: shifted(settings.confidenceLevel),
      equivalenceInterval: shifted(1 - 2 * settings.level),
      pValue: test.permutationPValue.flatMap { upper in
        lower.permutationPValue.map { min(1, 2 * min(upper, $0)) }
      },
      method: "permutation of layer labels, two-sided by doubling",
      style: .percentagePoints,
      measure: "share of the H-neurons in these layers minus the layers' share",
      count: test.total, inputsHash: context.table.contentHash)
  }
}
