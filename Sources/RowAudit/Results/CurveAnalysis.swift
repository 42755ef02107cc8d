import Audit
import RawStore
import Statistics

/// The analysis of one arm: rates by dose, trend with its sensitivity tests, contrasts and shape.
struct CurveAnalysis {
  let curve: DoseCurve
  let settings: RowAuditSettings
  /// Names of the family of trends.
  let family: [String]

  var result: HypothesisResult {
    let evidence = evidence.items
    return HypothesisResult(
      id: Self.id(curve), statement: RowText.literal(statement), registration: .exploratory,
      evidence: evidence, multiplicity: multiplicity, sentence: sentence,
      inputsHash: curve.contentHash)
  }

  static func id(_ curve: DoseCurve) -> String { "dose-response/" + curve.id }

  private var statement: String {
    curve.doses.isEmpty
      ? "Rate of \(curve.arm.endpoint) on \(curve.arm.benchmark) without intervention"
      : "\(curve.arm.endpoint) on \(curve.arm.benchmark) changes with the dose of "
        + "\(curve.arm.neuronSet) in \(curve.arm.configuration)"
  }

  private var multiplicity: HypothesisResult.Multiplicity? {
    curve.test.map {
      HypothesisResult.Multiplicity(
        family: family, method: "Holm", adjustedPValue: $0.adjustedPValue)
    }
  }

  private var evidence: EvidenceSet {
    var set = EvidenceSet()
    set.text("arm", curve.id, "arm")
    set.text("benchmark", curve.arm.benchmark, "benchmark")
    set.text("configuration", curve.arm.configuration, "configuration")
    set.text("neuron-set", curve.arm.neuronSet, "neuron set")
    set.text("kind", curve.arm.isControl ? "random control" : "target", "kind of neuron set")
    set.text("endpoint", curve.arm.endpoint, "endpoint")
    set.text("judge", curve.arm.judge.isEmpty ? "not recorded" : curve.arm.judge, "judge")
    set.count("items", curve.itemCount, "questions")
    set.count("replicates", curve.replicateCount, "responses to a question and dose, at most")
    addPoints(&set)
    if let test = curve.test {
      addTrend(test, &set)
      addShape(test, &set)
      addContrasts(test, &set)
    }
    return set
  }

  private func addPoints(_ set: inout EvidenceSet) {
    for (index, point) in curve.points.enumerated() {
      let place = "\(index + 1)"
      let at = point.dose.map { "at dose \(RowText.dose($0))" } ?? "without intervention"
      if let dose = point.dose { set.text("dose-" + place, RowText.dose(dose), "dose") }
      set.estimate("rate-" + place, point.rate, point.interval, .percent, "rate " + at)
      set.count("true-" + place, point.trueCount, "true " + at)
      set.count("scored-" + place, point.scoredCount, "scored " + at)
      set.count("unscored-" + place, point.unscoredCount, "unscored " + at)
      set.count("missing-" + place, point.missingCount, "missing rows " + at)
      for (name, count) in zip(curve.unscoredClasses, point.unscoredCounts) where count > 0 {
        set.count("unscored-\(place)-\(RowText.literal(name))", count, "\(name) \(at)")
      }
    }
    set.count("unscored", curve.unscoredCount, "unscored answers at all doses")
    set.count("missing", curve.missingCount, "missing rows at all doses")
    set.count("scored", curve.scoredCount, "scored answers at all doses")
  }

  private func addTrend(_ test: CurveTest, _ set: inout EvidenceSet) {
    set.count("complete", test.completeCount, "questions scored at every dose")
    set.count("incomplete", test.incompleteCount, "questions left out of paired statistics")
    set.count("swing", test.swingCount, "questions whose outcome changes between doses")
    set.estimate(
      "slope", test.slope, test.slopeInterval, .signed(2), "slope, pp per unit of dose",
      scale: 100)
    set.p(
      "p-trend", test.permutationPValue, "trend, primary test",
      method: "studentised within-question permutation, B = \(settings.permutationCount), "
        + "seed \(settings.seed)")
    set.p(
      "p-sign-flip", test.signFlipPValue, "trend, sensitivity",
      method: "exact sign-flip (dose reversal)"
    )
    set.p("p-robust", test.robustPValue, "trend, sensitivity", method: "cluster-robust t")
    set.p(
      "p-holm", test.adjustedPValue, "trend, adjusted over \(family.count) arms", method: "Holm")
    set.text(
      "stability",
      test.isFragile(level: settings.level)
        ? "fragile: a sensitivity test decides otherwise" : "the sensitivity tests decide alike",
      "stability of the decision at level \(settings.level)")
    set.number(
      "mde-slope", test.minimalDetectableSlope.map { $0 * 100 }, .decimal(2),
      "slope found with power 0.8, pp per unit of dose")
  }

  private func addShape(_ test: CurveTest, _ set: inout EvidenceSet) {
    let method = "Wolak, " + test.shapeCalibration.rawValue
    set.p("p01-inc", test.pForIncreasing, "T01, for an increase", method: method)
    set.p("p01-dec", test.pForDecreasing, "T01, for a decrease", method: method)
    set.p("p12-inc", test.pAgainstIncreasing, "T12, against an increase", method: method)
    set.p("p12-dec", test.pAgainstDecreasing, "T12, against a decrease", method: method)
    set.text("shape", test.shape?.rawValue ?? "not testable", "shape of the dose curve")
    set.number(
      "margin", .defined(settings.margin), .points, "equivalence margin, chosen by the auditor")
  }

  private func addContrasts(_ test: CurveTest, _ set: inout EvidenceSet) {
    for (index, contrast) in test.contrasts.enumerated() {
      let place = "\(index + 1)"
      let doses = RowText.doses(contrast.from, contrast.to)
      set.text("contrast-doses-" + place, doses, "doses")
      set.estimate(
        "contrast-" + place, contrast.difference, contrast.interval, .percentagePoints,
        "change, dose \(doses), same questions")
      set.p(
        "contrast-p-" + place, contrast.pValue, "change, dose \(doses)",
        method: contrast.gains == nil ? "t over questions" : "McNemar mid-p")
      set.p(
        "contrast-holm-" + place, contrast.adjustedPValue,
        "change, dose \(doses), over \(test.contrasts.count) contrasts", method: "Holm")
      if let gains = contrast.gains, let losses = contrast.losses {
        set.count("gains-" + place, gains, "questions that turn true, dose \(doses)")
        set.count("losses-" + place, losses, "questions that turn false, dose \(doses)")
      }
    }
  }

  private var sentence: Prose {
    guard let test = curve.test, let last = curve.points.indices.last else {
      return "{arm}: {rate-1} of {scored-1} scored answers."
    }
    var text = Prose(
      "{arm}: {rate-1} at dose {dose-1}, {rate-\(last + 1)} at dose {dose-\(last + 1)}; slope "
        + "{slope} pp per unit of dose on {complete} questions; trend {p-trend}, sign-flip "
        + "{p-sign-flip}, robust t {p-robust}, Holm {p-holm}; {stability}. Shape: {shape}.")
    if !test.contrasts.isEmpty {
      let parts = test.contrasts.indices.map {
        "{contrast-doses-\($0 + 1)} {contrast-\($0 + 1)}, {contrast-p-\($0 + 1)} (Holm "
          + "{contrast-holm-\($0 + 1)})"
      }
      text = Prose(text.template + " Changes: " + parts.joined(separator: "; ") + ".")
    }
    return Prose(
      text.template + " {swing} questions change their outcome between doses; {unscored} answers "
        + "are unscored and {missing} rows missing.")
  }
}
