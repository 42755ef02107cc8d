import Statistics
import Study

/// R20: are metrics of different units compared?
public struct UnitMismatchRule: AuditRule {
  public static let id = RuleID.unitMismatch
  public static let question = "Are metrics of different units compared?"
  public static let needs =
    "A regularisation grid and detection sets with AUROC, and the sizes of the training classes."
  public static let method =
    "The unit of the grid follows from its majority accuracy (items, or rows with the other tokens "
    + "of every response); Hanley–McNeil intervals (1982) of both AUROCs."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let study = context.study
    let claims = context.subjects(of: .comparable)
    guard let split = GridSplit(study) else {
      return [
        .notRun(
          Self.id, .notReported, "the unit of the grid's rows is neither stated nor recoverable",
          assessments: claims.map { $0.assessed(.notTestable) })
      ]
    }
    let selected =
      study.grid.first { $0.inversePenalty == study.classifier?.selectedC }
      ?? study.grid.filter { $0.auroc?.exactValue != nil }
      .max { ($0.auroc?.exactValue ?? 0) < ($1.auroc?.exactValue ?? 0) }
    let fresh =
      study.detection.first { $0.role == "in-domain" && $0.auroc?.exactValue != nil }
      ?? study.detection.first { $0.auroc?.exactValue != nil }
    guard let selected, let gridAUROC = selected.auroc?.exactValue, let fresh,
      let freshAUROC = fresh.auroc?.exactValue
    else {
      return [
        .notRun(
          Self.id, .notReported, "grid and detection AUROC are not both printed",
          assessments: claims.map { $0.assessed(.notTestable) })
      ]
    }
    var evidence: [String: Evidence] = [
      "unit": .text(split.unit.rawValue, "unit of the grid"),
      "set": .text(fresh.dataset, "detection set", sources: [fresh.source]),
      "grid-auroc": aurocEvidence(
        gridAUROC, "AUROC of the grid", positives: split.positives,
        negatives: split.total - split.positives, source: selected.source, context),
      "set-auroc": aurocEvidence(
        freshAUROC, "AUROC of \(fresh.dataset)", counts: DetectionCounts(fresh),
        source: fresh.source, context),
      "n": .text(split.totalNote, "evaluated \(split.unit.rawValue)s of the grid"),
      "whole": .count(split.wholeTotal, "\(split.unit.rawValue)s of the whole data set"),
      "share": .number(split.positiveShare, .percent, "share of positives among them"),
    ]
    if let majority = split.majority {
      evidence["majority"] = .text(
        majority.text, "majority accuracy, as printed", sources: [selected.source])
    }
    let compared = claims.filter { !$0.grid.isEmpty && !$0.detection.isEmpty }
    let isMixed = split.unit == .row && (!split.isUnitStated || !compared.isEmpty)
    guard isMixed else {
      return [
        Finding(
          rule: Self.id, subject: "", status: .passed,
          title: "No metrics of different units are mixed",
          sentence:
            "The grid is evaluated by {unit}; its AUROC is {grid-auroc}, that of {set} {set-auroc}.",
          evidence: evidence,
          assessments: claims.map { $0.assessed(split.unit == .item ? .supported : .inconclusive) })
      ]
    }
    var sentence: Prose = """
      The grid's AUROC {grid-auroc} is by {unit}, the AUROC {set-auroc} of {set} by item
      """
    if !split.isUnitStated, evidence["majority"] != nil {
      sentence = Prose(
        sentence.template
          + ": the text does not say so, but the majority accuracy {majority} is that of {whole} rows with {share} positives, which hold the other tokens of every response too (n = {n})."
      )
    } else {
      sentence = Prose(sentence.template + " (n = {n}).")
    }
    sentence = sentence + "The two intervals do not speak about the same thing"
    let apart = areApart(evidence["grid-auroc"], evidence["set-auroc"])
    sentence = Prose(
      sentence.template + (apart ? ", and they do not overlap." : "."))
    if let features = study.classifier?.featuresPerNeuron, features > 1, !split.isUnitStated {
      evidence["features"] = .count(features, "features a neuron, as stated")
      sentence =
        sentence
        + "{features} features a neuron, as the text says, would give one row an item, not {whole} rows."
    }
    return [
      Finding(
        rule: Self.id, subject: "", status: .fired(.major),
        title: "The grid's AUROC is by row, the test AUROC by item", sentence: sentence,
        remedy: "State the unit beside every metric, and evaluate the grid by item.",
        evidence: evidence, assessments: compared.map { $0.assessed(.notTestable) })
    ]
  }

  private func aurocEvidence(
    _ auroc: Double, _ label: String, positives: Int, negatives: Int, source: SourceReference,
    _ context: StudyContext
  ) -> Evidence {
    let summary = try? HanleyMcNeil(
      auroc: auroc, positiveCount: positives, negativeCount: negatives)
    guard
      let interval = summary?.waldInterval(
        confidenceLevel: context.settings.confidenceLevel
      ).value
    else {
      return .number(auroc, .decimal(3), label, sources: [source])
    }
    return .estimate(auroc, interval, .decimal(3), label, sources: [source])
  }

  private func aurocEvidence(
    _ auroc: Double, _ label: String, counts: DetectionCounts?, source: SourceReference,
    _ context: StudyContext
  ) -> Evidence {
    guard let counts else { return .number(auroc, .decimal(3), label, sources: [source]) }
    return aurocEvidence(
      auroc, label, positives: counts.positives, negatives: counts.negatives, source: source,
      context)
  }

  private func areApart(_ first: Evidence?, _ second: Evidence?) -> Bool {
    guard case .estimate(_, let a, _) = first?.value, case .estimate(_, let b, _) = second?.value
    else { return false }
    return a.lower > b.upper || b.lower > a.upper
  }
}
