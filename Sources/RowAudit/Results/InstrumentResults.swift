import Audit
import RawStore
import Statistics

/// Analyses of the instruments: judge, filter, splits, rows of the classifier.
enum InstrumentResults {
  static func result(_ retest: JudgeRetest, inputsHash: String) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("benchmark", retest.benchmark, "benchmark")
    set.text("judge", retest.judge.isEmpty ? "not recorded" : retest.judge, "judge")
    set.count("groups", retest.groupCount, "groups of identical responses to one question")
    set.count("responses", retest.responseCount, "responses in these groups")
    set.count("conflicts", retest.conflictCount, "groups with different judgements")
    set.estimate(
      "share", retest.conflictShare, retest.conflictInterval, .percent,
      "share of groups with different judgements")
    for row in JudgeRetest.Judgement.allCases {
      for column in JudgeRetest.Judgement.allCases {
        set.count(
          "pairs-\(row.word)-\(column.word)", retest.pairs[row.rawValue][column.rawValue],
          "ordered pairs judged \(row.word) and \(column.word)")
      }
    }
    addAgreement(retest.agreement, &set)
    return HypothesisResult(
      id: "judge-retest/" + retest.id,
      statement: "The judge gives identical responses one judgement", registration: .exploratory,
      evidence: set.items,
      sentence: """
        {benchmark}, judge {judge}: of {groups} groups of byte-identical responses to one question \
        ({responses} responses) {conflicts} have different judgements: {share}.
        """, inputsHash: inputsHash)
  }

  static func result(_ judges: JudgeComparison, inputsHash: String) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("first", judges.first, "judge")
    set.text("second", judges.second, "judge")
    set.count("n", judges.count, "answers judged by both")
    for row in JudgeRetest.Judgement.allCases {
      for column in JudgeRetest.Judgement.allCases {
        set.count(
          "counts-\(row.word)-\(column.word)", judges.counts[row.rawValue][column.rawValue],
          "\(row.word) by the first, \(column.word) by the second")
      }
    }
    addAgreement(judges.agreement, &set)
    return HypothesisResult(
      id: "judges/" + judges.id, statement: "Two judges agree", registration: .exploratory,
      evidence: set.items,
      sentence: """
        {first} and {second} on {n} answers: observed agreement {observed}, kappa {kappa}, AC1 \
        {ac1}.
        """, inputsHash: inputsHash)
  }

  static func addAgreement(
    _ agreement: Measured<RaterAgreement>, _ set: inout EvidenceSet
  ) {
    set.number("observed", agreement.map(\.observedAgreement), .percent, "observed agreement")
    let kappa = agreement.map { $0.kappa() }
    set.estimate(
      "kappa", kappa.flatMap(\.estimate),
      kappa.flatMap { $0.interval(confidenceLevel: 0.95) }, .decimal(2), "Cohen's kappa")
    let ac1 = agreement.map(\.ac1)
    set.estimate(
      "ac1", ac1.flatMap(\.estimate), ac1.flatMap { $0.interval(confidenceLevel: 0.95) },
      .decimal(2), "Gwet's AC1")
  }

  static func result(_ funnel: ConsistencyFunnel, inputsHash: String) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("benchmark", funnel.id, "sampled questions")
    set.count("seen", funnel.seenCount, "questions")
    set.count("responses", funnel.responseCount, "responses a question")
    set.count("always-true", funnel.alwaysTrueCount, "right in all responses")
    set.count("always-false", funnel.alwaysFalseCount, "wrong in all responses")
    set.count("mixed", funnel.mixedCount, "neither")
    set.count("unscored", funnel.unscoredCount, "with an unscored response")
    set.count("kept", funnel.keptCount, "kept by the filter")
    set.number(
      "certified", funnel.certifiedProbability, .percent,
      "success probability that right in all responses certifies",
      method: "lower Clopper–Pearson bound")
    set.number(
      "kept-wrong", funnel.keptWrongShare, .percent, "share of kept questions that are wrong")
    return HypothesisResult(
      id: "consistency/" + funnel.id, statement: "Questions are answered alike in every response",
      registration: .exploratory, evidence: set.items,
      sentence: """
        {benchmark}: of {seen} questions with {responses} responses each {always-true} are right in all, \
        {always-false} wrong in all, {mixed} mixed and {unscored} with an unscored response. Right \
        in all certifies a success probability above {certified} and no more; detection on kept \
        questions is of extremes.
        """, inputsHash: inputsHash)
  }

  static func result(_ overlap: SplitOverlap, inputsHash: String) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("first", overlap.first, "split")
    set.text("second", overlap.second, "split or question set")
    set.count("first-count", overlap.firstCount, "questions of the first")
    set.count("second-count", overlap.secondCount, "questions of the second")
    set.count("shared", overlap.sharedCount, "questions in both")
    set.number("share", overlap.sharedShare, .percent, "share of the second that is in the first")
    return HypothesisResult(
      id: "overlap/" + overlap.id, statement: "The splits share no question",
      registration: .exploratory, evidence: set.items,
      sentence: """
        {first} ({first-count} questions) and {second} ({second-count}) share {shared}: {share} of \
        {second}.
        """, inputsHash: inputsHash)
  }

  static func result(_ row: ClassifierRowCount, inputsHash: String) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("detector", row.detector, "detector")
    set.text("split", row.split, "split")
    set.count("rows", row.rowCount, "rows")
    set.count("positives", row.positiveCount, "positive rows")
    let share = try? Proportion(successes: row.positiveCount, trials: row.rowCount)
    let positive =
      share?.estimate
      ?? .undefined(UndefinedReason(.outOfDomain, "more positives than rows"))
    set.number("positive-share", positive, .percent, "share of positive rows")
    set.number(
      "majority", positive.map { max($0, 1 - $0) }, .percent,
      "accuracy of always giving the larger class")
    return HypothesisResult(
      id: "row-ledger/\(row.detector)/\(row.split)",
      statement: "Rows that the detector was fitted or judged on", registration: .exploratory,
      evidence: set.items,
      sentence: """
        {detector}, {split}: {rows} rows, {positives} positive ({positive-share}); always giving \
        the larger class is right in {majority}.
        """, inputsHash: inputsHash)
  }

  static func result(_ profile: LayerProfile, inputsHash: String) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("detector", profile.detector, "detector")
    set.count("neurons", profile.total, "selected neurons")
    set.count("layers", profile.counts.count, "layers")
    set.count("layers-hit", profile.counts.count { $0 > 0 }, "layers with a selected neuron")
    if let eligible = profile.eligibleCount { set.count("eligible", eligible, "eligible neurons") }
    if profile.hasExperts { set.count("shared", profile.sharedCount, "in shared experts") }
    for (layer, count) in profile.counts.enumerated() {
      set.count("layer-\(layer)", count, "selected neurons of layer \(layer)")
    }
    set.number(
      "overdispersion", profile.overdispersion, .decimal(2),
      "overdispersion of the counts by layer, 1 under independence")
    let hotspot = profile.hotspots.flatMap { hotspots -> Measured<Int> in
      hotspots.adjustedPValues.indices.min {
        (hotspots.adjustedPValues[$0], $0) < (hotspots.adjustedPValues[$1], $1)
      }.map { .defined($0) } ?? .undefined(UndefinedReason(.emptyInput, "there are no layers"))
    }
    set.number("hotspot", hotspot.map(Double.init), .count, "layer with the smallest p")
    set.p(
      "p-hotspot",
      hotspot.flatMap { layer in profile.hotspots.map { $0.adjustedPValues[layer] } },
      "a layer with more than its share", method: "maximum over layers, multinomial")
    for (index, third) in profile.thirds.enumerated() {
      let place = "\(index + 1)"
      let range = "\(third.firstLayer)–\(third.lastLayer)"
      set.text("third-" + place, third.name + ", layers " + range, "third of the layers")
      set.count("third-count-" + place, third.test.count, "selected neurons in layers \(range)")
      set.number(
        "third-expected-" + place, .defined(third.test.exposureShare), .percent,
        "share of the eligible neurons in layers \(range)")
      set.p(
        "third-p-" + place, third.test.permutationPValue, "more than its share",
        method: "permuted layers, one-sided")
      set.p("third-holm-" + place, third.adjustedPValue, "over the three thirds", method: "Holm")
    }
    let thirds = profile.thirds.indices.map {
      "{third-\($0 + 1)}: {third-count-\($0 + 1)} (expected share {third-expected-\($0 + 1)}), "
        + "{third-p-\($0 + 1)}, Holm {third-holm-\($0 + 1)}"
    }
    return HypothesisResult(
      id: "layers/" + profile.id, statement: "Selected neurons are spread over the layers",
      registration: .exploratory, evidence: set.items,
      sentence: Prose(
        "{detector}: {neurons} neurons in {layers-hit} of {layers} layers; overdispersion "
          + "{overdispersion}; layer {hotspot} stands out most, {p-hotspot}."
          + (thirds.isEmpty ? "" : " " + thirds.joined(separator: "; ") + ".")),
      inputsHash: inputsHash)
  }

  static func result(_ comparison: InvarianceComparison, inputsHash: String) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("detector", comparison.detector, "detector")
    set.text("source", comparison.source, "question set")
    set.text("target", comparison.target, "question set")
    set.text("outcome", outcome(comparison.gate.outcome), "prior shift as the explanation")
    set.count("shared", comparison.sharedItemCount, "questions in both sets")
    for (key, words, interval) in [
      ("source-tpr", "true positive rate, first set", comparison.gate.sourceTruePositiveRate),
      ("target-tpr", "true positive rate, second set", comparison.gate.targetTruePositiveRate),
      ("source-tnr", "true negative rate, first set", comparison.gate.sourceTrueNegativeRate),
      ("target-tnr", "true negative rate, second set", comparison.gate.targetTrueNegativeRate),
    ] {
      set.text(
        key, interval.value.map { NumberStyle.percent.text($0) } ?? "–", words + ", 95% Wilson")
    }
    set.number(
      "observed", comparison.observedPrevalence, .percent, "positive share of the second set")
    set.number(
      "implied", comparison.impliedPrevalence, .percent,
      "positive share that a prior shift alone implies", method: "maximum likelihood (Saerens)")
    return HypothesisResult(
      id: "prior-shift/" + comparison.id,
      statement: "A change of prevalence explains how the detector behaves on another set",
      registration: .exploratory, evidence: set.items,
      sentence: """
        {detector}, {source} and {target}: true positive rates {source-tpr} and {target-tpr}, true \
        negative rates {source-tnr} and {target-tnr}: prior shift is {outcome}. Observed positive \
        share {observed}, implied {implied}; {shared} questions are in both sets.
        """, inputsHash: inputsHash)
  }

  private static func outcome(_ outcome: InvarianceGate.Outcome) -> String {
    switch outcome {
    case .compatible: "not contradicted"
    case .refuted: "refuted as the explanation"
    case .notTestable: "not testable"
    }
  }
}
