import Audit
import CanonicalJSON
import RawStore
import Statistics

/// Analyses of the judge of a run, and what endpoints said of themselves.
enum JudgeResults {
  static func results(
    _ validations: [JudgeValidation], table: RawTable, confidenceLevel: Double
  ) -> [HypothesisResult] {
    let hash = table.contentHash
    var results: [HypothesisResult] = []
    for validation in validations {
      results.append(result(validation, confidenceLevel, hash))
      results += validation.rates.indices.map { rate(validation, $0, hash) }
    }
    return results + unvalidated(validations, table) + endpoints(table)
  }

  private static func words(_ kind: JudgeValidation.Kind) -> [String] {
    switch kind {
    case .answers: ["right", "wrong", "unscored"]
    case .behaviours: ["comply", "refuse", "unscored"]
    }
  }

  private static func result(
    _ validation: JudgeValidation, _ level: Double, _ hash: String
  ) -> HypothesisResult {
    var set = EvidenceSet()
    let words = words(validation.kind)
    set.text("judge", RowText.literal(validation.judge), "judge")
    set.text("kind", validation.kind.rawValue, "what is judged")
    set.text("positive", words[0], "the positive class")
    set.text("negative", words[1], "the negative class")
    set.count("n", validation.count, "responses with gold labels")
    set.count(
      "unscored", validation.unscoredCount, "labelled responses that the judge left unscored")
    for (row, label) in words.enumerated() {
      for (column, verdict) in words.enumerated() {
        set.count(
          "counts-\(label)-\(verdict)", validation.counts[row][column],
          "\(label) by people, \(verdict) by the judge")
      }
    }
    set.estimate(
      "sensitivity", validation.sensitivity.estimate, wilson(validation.sensitivity, level),
      .percent, "sensitivity")
    set.estimate(
      "specificity", validation.specificity.estimate, wilson(validation.specificity, level),
      .percent, "specificity")
    InstrumentResults.addAgreement(validation.agreement, &set)
    return HypothesisResult(
      id: "judge-validation/" + validation.id, statement: "The judge agrees with people",
      registration: .exploratory, evidence: set.items,
      sentence: """
        {judge} on {n} {kind} that people labelled: observed agreement {observed}, kappa {kappa}, \
        AC1 {ac1}; of what people call {positive} it finds {sensitivity}, of what they call \
        {negative} {specificity}; {unscored} are left unscored.
        """, inputsHash: hash)
  }

  private static func wilson(_ proportion: Proportion, _ level: Double) -> Measured<Interval> {
    proportion.trials == 0
      ? .undefined(UndefinedReason(.emptyArm, "no gold label of this class"))
      : .defined(proportion.wilsonInterval(confidenceLevel: level))
  }

  private static func rate(
    _ validation: JudgeValidation, _ index: Int, _ hash: String
  ) -> HypothesisResult {
    let rate = validation.rates[index]
    var set = EvidenceSet()
    set.text("subject", RowText.literal(rate.subject), "rate")
    set.text("dose", rate.dose.map(RowText.dose) ?? "–", "dose")
    set.count("scored", rate.observed.trials, "scored responses")
    set.number("observed", rate.observed.estimate, .percent, "rate by the judge")
    set.estimate(
      "corrected", rate.corrected.estimate, rate.corrected.interval, .percent,
      "rate corrected for the judge's errors")
    return HypothesisResult(
      id: "judge-rate/\(validation.id)/\(index + 1)",
      statement: "The rate, corrected for the judge's errors", registration: .exploratory,
      evidence: set.items,
      sentence: """
        {subject}, dose {dose}: {observed} of {scored} by the judge, {corrected} corrected \
        (Rogan–Gladen estimate, Lang–Reiczigel interval).
        """, inputsHash: hash)
  }

  /// Judges of the rows that no gold label speaks for.
  private static func unvalidated(
    _ validations: [JudgeValidation], _ table: RawTable
  ) -> [HypothesisResult] {
    let known = Set(validations.map(\.judge))
    return documents(table, "referee/run-endpoint/v1").filter {
      $0["use"]?.stringValue == "judging"
    }.compactMap { $0["judge"]?.stringValue }.filter { !known.contains($0) }.map { judge in
      var set = EvidenceSet()
      set.text("judge", RowText.literal(judge), "judge")
      return HypothesisResult(
        id: "judge-unvalidated/" + judge, statement: "The judge is validated",
        registration: .exploratory, evidence: set.items,
        sentence: """
          {judge} judged the responses and is not validated: no gold label says how often it errs, \
          and every rate rests on its word.
          """, inputsHash: table.contentHash)
    }
  }

  private static func endpoints(_ table: RawTable) -> [HypothesisResult] {
    documents(table, "referee/run-endpoint/v1").filter { $0["endpoint"]?.isNull == false }.map {
      document in
      let endpoint = document["endpoint"]
      let use = document["use"]?.stringValue ?? ""
      var set = EvidenceSet()
      func text(_ key: String, _ value: JSONValue?, _ label: String) {
        set.text(key, RowText.literal(value?.stringValue ?? "not reported"), label)
      }
      set.text("use", RowText.literal(use), "use")
      text("endpoint", endpoint?["id"], "endpoint")
      text("kind", endpoint?["kind"], "kind of server")
      text("address", endpoint?["base_url"], "address")
      text("model", endpoint?["model"], "model that was asked for")
      let reported = document["reported"]?.arrayValue ?? []
      var parts: [String] = []
      for (index, row) in reported.enumerated() {
        let place = "\(index + 1)"
        text("reported-" + place, row["model"], "model that the server reports")
        text("fingerprint-" + place, row["fingerprint"], "fingerprint that the server reports")
        set.count("replies-" + place, row["replies"]?.intValue ?? 0, "replies")
        parts.append(
          "{replies-\(place)} by {reported-\(place)}, fingerprint {fingerprint-\(place)}")
      }
      return HypothesisResult(
        id: "endpoint/" + use, statement: "Which server answered", registration: .exploratory,
        evidence: set.items,
        sentence: Prose(
          "{use} asked {model} at {address} ({kind})"
            + (parts.isEmpty ? "." : "; replies: " + parts.joined(separator: "; ") + ".")),
        inputsHash: table.contentHash)
    }
  }

  private static func documents(_ table: RawTable, _ schema: String) -> [JSONValue] {
    table.runs.compactMap { try? JSONValue(parsing: $0.document) }
      .filter { $0["schema"]?.stringValue == schema }
  }
}
