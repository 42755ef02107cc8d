import Statistics
import Study

/// R15: are clustered units treated as independent?
public struct UnitOfAnalysisRule: AuditRule {
  public static let id = RuleID.unitOfAnalysis
  public static let question = "Are clustered units treated as independent?"
  public static let needs =
    "A reported test whose units share clusters, such as neurons of a layer."
  public static let method =
    "Score test with design effects (Kish 1965); the largest published layer cluster counted as one "
    + "unit; size of the exact test under gamma-distributed layer rates (beta-binomial sum)."

  /// Units that are independent of one another by design, and units that share layers or items.
  static let independentUnits: Set<String> = ["item", "question", "prompt", "layer", "model"]
  static let clusteredUnits: Set<String> = [
    "neuron", "feature", "unit", "expert", "head", "token", "row", "response", "answer",
    "completion", "generation",
  ]
  static let designEffects = [1.2, 1.5, 2.0]
  static let rateVariances = [0.5, 1.0, 2.0]
  /// Above this many units the size of the test is not summed up.
  static let largestSizeSum = 100_000

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let tests = context.study.tests
    guard !tests.isEmpty else {
      return [.notRun(Self.id, .notReported, "the study reports no test of a share")]
    }
    return tests.map { finding($0, context) }
  }

  private func finding(_ test: ReportedTest, _ context: StudyContext) -> Finding {
    let sources = [test.source]
    let level = context.settings.level
    var evidence: [String: Evidence] = [
      "test": .text(test.id, "test", sources: sources),
      "unit": .text(test.unit, "unit of the test", sources: sources),
    ]
    let unit = Self.singular(test.unit)
    guard Self.independentUnits.contains(unit) || Self.clusteredUnits.contains(unit) else {
      return .notRun(
        Self.id, subject: test.id, .notReported,
        "whether units called “\(test.unit)” share clusters is not known", sources: sources)
    }
    guard !Self.independentUnits.contains(unit) else {
      return Finding(
        rule: Self.id, subject: test.id, status: .passed, title: "{test} counts independent units",
        sentence: "The unit of {test} is {unit}.", evidence: evidence)
    }
    guard let binomial = test.binomial else {
      return .notRun(
        Self.id, subject: test.id, .outOfDomain, "the counts of the test are not a valid test",
        sources: sources)
    }
    evidence["successes"] = .count(test.successes, "\(test.unit)s inside", sources: sources)
    evidence["trials"] = .count(test.trials, "\(test.unit)s", sources: sources)
    let p = binomial.pValueMinimumLikelihood
    evidence["p"] = .number(
      p, .pStatement, "p-value with independent units", method: ReportedTest.methodName,
      sources: sources)
    var adverse: [Double] = []
    var scenarios: [String] = []
    for (index, effect) in Self.designEffects.enumerated() {
      let inflated = binomial.designEffectPValue(effect)
      evidence["effect-\(index + 1)"] = .number(effect, .decimal(1), "design effect, assumed")
      evidence["effect-p-\(index + 1)"] = .measured(
        inflated, .pValue, "p-value with design effect \(effect)",
        method: "score test with design effect", sources: sources)
      scenarios.append("{effect-\(index + 1)} gives {effect-p-\(index + 1)}")
      if let inflated = inflated.value { adverse.append(inflated) }
    }
    var sentence = Prose(
      """
      {successes} of {trials} gives {p} if {unit}s are independent. With a design effect \
      \(scenarios.joined(separator: ", ")) (p-values).
      """)
    if let collapsed = collapse(test, context) {
      evidence["cluster"] = .count(
        collapsed.largest.count, "largest published layer cluster",
        sources: [collapsed.largest.source])
      evidence["layer"] = .text(
        "\(collapsed.largest.layer ?? 0)", "its layer", sources: [collapsed.largest.source])
      evidence["collapsed-successes"] = .count(
        collapsed.successes, "inside, with the cluster as one unit", sources: sources)
      evidence["collapsed-trials"] = .count(
        collapsed.trials, "units, with the cluster as one", sources: sources)
      evidence["collapsed-p"] = .number(
        collapsed.pValue, .pStatement, "p-value with the cluster as one unit",
        method: ReportedTest.methodName, sources: sources + [collapsed.largest.source])
      adverse.append(collapsed.pValue)
      sentence =
        sentence
          + """
          With the {cluster} {unit}s of layer {layer} counted as one, {collapsed-successes} of \
          {collapsed-trials} gives {collapsed-p}.
          """
    }
    sentence = sentence + size(of: test, context, &evidence)
    let isFragile = p <= level && adverse.contains { $0 > level }
    return Finding(
      rule: Self.id, subject: test.id, status: isFragile ? .fired(.major) : .passed,
      title: isFragile
        ? "{test} treats clustered {unit}s as independent"
        : "Clustering would not change {test}",
      sentence: sentence,
      remedy: isFragile ? "Permute layers, not {unit}s, and report the counts of all layers." : "",
      evidence: evidence,
      assessments: isFragile
        ? context.subjects(of: .concentratedIn).filter { $0.tests.contains(test) }
          .map { $0.assessed(.inconclusive) } : [])
  }

  /// "Neurons" and "neuron" are the same unit.
  private static func singular(_ unit: String) -> String {
    let word = unit.lowercased()
    return word.hasSuffix("s") ? String(word.dropLast()) : word
  }

  private struct Collapsed {
    let largest: NeuronCount
    let successes: Int
    let trials: Int
    let pValue: Double
  }

  /// The test with the largest published layer cluster counted as one unit.
  private func collapse(_ test: ReportedTest, _ context: StudyContext) -> Collapsed? {
    let neurons = context.study.neurons
    guard let inside = insideLayers(of: test, context),
      let whole = neurons.first(where: {
        $0.layer == nil && $0.attention == nil && $0.count == test.trials
      }),
      let largest = neurons.filter({
        $0.layer != nil && $0.attention == nil && $0.set == whole.set && $0.kind == whole.kind
      }).max(by: { $0.count < $1.count }),
      let layer = largest.layer, largest.count > 1
    else { return nil }
    let surplus = largest.count - 1
    let successes = test.successes - (inside.contains(layer) ? surplus : 0)
    let trials = test.trials - surplus
    guard successes >= 0, successes <= trials,
      let p = test.pValue(successes: successes, trials: trials)
    else { return nil }
    return Collapsed(largest: largest, successes: successes, trials: trials, pValue: p)
  }

  /// The layers that count as success: those of the kind whose share is the null share.
  private func insideLayers(of test: ReportedTest, _ context: StudyContext) -> Set<Int>? {
    guard let model = context.study.model, model.layerCount > 0,
      let full = model.fullAttentionLayers, let linear = model.linearAttentionLayers
    else { return nil }
    let kind = context.study.neurons.first {
      $0.layer == nil && $0.attention != nil && $0.count == test.successes
    }?.attention
    let layers = kind == .full ? full : kind == .linear ? linear : nil
    guard let layers,
      abs(Double(layers.count) / Double(model.layerCount) - test.nullShare) < 1e-9
    else { return nil }
    return Set(layers)
  }

  /// The size of the nominal test when layers differ in their rate.
  private func size(
    of test: ReportedTest, _ context: StudyContext, _ evidence: inout [String: Evidence]
  ) -> Prose {
    guard let inside = insideLayers(of: test, context), let model = context.study.model,
      test.trials <= Self.largestSizeSum
    else { return "" }
    let level = context.settings.level
    let rejected = (0...max(0, test.trials)).map { count in
      (test.pValue(successes: count, trials: test.trials) ?? 1) <= level
    }
    var parts: [String] = []
    for (index, variance) in Self.rateVariances.enumerated() {
      evidence["variance-\(index + 1)"] = .number(
        variance, .decimal(1), "variance of the layer rates, assumed")
      evidence["size-\(index + 1)"] = .measured(
        ClusteredShare.sizeUnderVaryingRates(
          trials: test.trials, inside: inside.count, outside: model.layerCount - inside.count,
          rateVariance: variance, rejects: { rejected[$0] }),
        .percent, "true size of the test at rate variance \(variance)",
        method: "beta-binomial sum", sources: [test.source])
      parts.append("{size-\(index + 1)} at variance {variance-\(index + 1)}")
    }
    evidence["level"] = .number(level, .percent, "nominal size")
    return Prose(
      """
      If layers differ in their rate, the nominal {level} test rejects a true null in \
      \(parts.joined(separator: ", ")).
      """)
  }
}
