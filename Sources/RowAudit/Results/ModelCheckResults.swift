import Audit
import Statistics
import Study

/// Analyses of the checks on the model: one a configuration, one a weight format, one for threads.
enum ModelCheckResults {
  static func results(_ checks: ModelChecks, inputsHash: String) -> [HypothesisResult] {
    checks.configurations.map { result($0, inputsHash: inputsHash) }
      + checks.formats.map { result($0, inputsHash: inputsHash) }
      + (checks.isThreadIndependent.map { [threads($0, inputsHash: inputsHash)] } ?? [])
  }

  private static func result(
    _ configuration: ModelChecks.Configuration, inputsHash: String
  ) -> HypothesisResult {
    var set = EvidenceSet()
    let isExperts = configuration.neuronSet == .experts
    set.text("configuration", RowText.literal(configuration.id), "configuration")
    set.text(
      "target", isExperts ? "experts" : "neurons", "what the dose is given to")
    set.text("anchor", configuration.anchorIsExact ? "exact" : "not exact", "dose 1, every bit")
    set.count("prompts", configuration.promptCount, "prompts")
    var parts: [String] = []
    for (index, dose) in configuration.doses.enumerated() {
      let place = "\(index + 1)"
      set.text("dose-" + place, RowText.dose(dose.alpha), "dose")
      set.number(
        "logit-" + place, .defined(dose.largestLogitDifference), .decimal(2),
        "largest logit difference from dose 1")
      set.number(
        "tokens-" + place, share(dose.changedTokenShare), .percent,
        "positions whose most probable token changes")
      set.number(
        "responses-" + place, share(dose.changedResponseShare), .percent,
        "greedy responses that change")
      parts.append(
        "dose {dose-\(place)} moves a logit by up to {logit-\(place)}, changes {tokens-\(place)} of "
          + "the most probable tokens and {responses-\(place)} of the greedy responses")
    }
    return HypothesisResult(
      id: "model-checks/" + configuration.id + (isExperts ? "/experts" : ""),
      statement: "The anchor changes nothing, and the extreme doses change something",
      registration: .exploratory, evidence: set.items,
      sentence: Prose(
        "{configuration}, {target}, {prompts} prompts: dose 1 is {anchor}"
          + (parts.isEmpty ? "." : "; " + parts.joined(separator: "; ") + ".")),
      inputsHash: inputsHash)
  }

  private static func result(
    _ format: ModelChecks.WeightFormat, inputsHash: String
  ) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("format", RowText.literal(format.id), "weight format")
    set.count("prompts", format.promptCount, "prompts")
    set.number(
      "agreement", .defined(format.largestRelativeDifference), .significant(2),
      "largest difference between implementations, as a share of the largest logit")
    set.number(
      "stored", .defined(format.largestDifferenceFromStored), .decimal(2),
      "largest logit difference from the checkpoint as stored")
    set.number(
      "tokens", .defined(format.changedTokenShareFromStored), .percent,
      "positions whose most probable token differs from the checkpoint as stored")
    return HypothesisResult(
      id: "model-formats/" + format.id,
      statement: "The implementations agree on the same weights", registration: .exploratory,
      evidence: set.items,
      sentence: """
        {format}, {prompts} prompts: the three implementations differ by at most {agreement} of the \
        largest logit. The format alone moves a logit by up to {stored} and changes {tokens} of the \
        most probable tokens.
        """, inputsHash: inputsHash)
  }

  private static func threads(_ isEqual: Bool, inputsHash: String) -> HypothesisResult {
    var set = EvidenceSet()
    set.text("threads", isEqual ? "the same bits" : "other bits", "another number of threads")
    return HypothesisResult(
      id: "model-threads", statement: "Results do not depend on the number of threads",
      registration: .exploratory, evidence: set.items,
      sentence: "Another number of threads gives {threads}.", inputsHash: inputsHash)
  }

  private static func share(_ value: Double?) -> Measured<Double> {
    value.map { .defined($0) } ?? .undefined(UndefinedReason(.emptyInput, "there is no position"))
  }
}
