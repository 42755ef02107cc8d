import Audit
import RawStore
import Statistics

/// R38: a judge that contradicts itself on identical responses.
struct JudgeRetestRule: RowRule {
  static let id = RuleID.judgeRetest
  static let question = "Does the judge judge identical responses alike?"
  static let needs = "Responses or their hashes, with judgements."
  static let method =
    "Groups of byte-identical responses to one question; share of groups with different "
    + "judgements, Wilson."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.retests.isEmpty else {
      return [
        .absent(
          Self.id, "No identical responses", "no response occurs twice, or responses are not kept")
      ]
    }
    return context.retests.map { retest in
      let result = InstrumentResults.result(retest, inputsHash: context.table.contentHash)
      let fires = retest.conflictCount > 0
      return Finding(
        rule: Self.id, subject: retest.id,
        status: fires
          ? .fired((retest.conflictShare.value ?? 0) > 0.01 ? .major : .minor) : .passed,
        title: fires
          ? "{benchmark}: {conflicts} of {groups} identical responses are judged differently"
          : "{benchmark}: {groups} groups of identical responses are judged alike",
        sentence: result.sentence,
        remedy: fires
          ? "Judge each distinct response once, or make the judge deterministic, and report the "
            + "share of conflicts as noise of the endpoint." : "",
        evidence: result.evidence)
    }
  }
}

/// R39: questions in two splits.
struct SplitLeakageRule: RowRule {
  static let id = RuleID.splitLeakage
  static let question = "Do splits share questions?"
  static let needs = "Lists of the questions of two splits."
  static let method = "Set intersection of ids."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.overlaps.isEmpty else {
      return [.absent(Self.id, "No splits", "no lists of questions were recorded")]
    }
    return context.overlaps.map { overlap in
      let result = InstrumentResults.result(overlap, inputsHash: context.table.contentHash)
      let isTraining = isTraining(overlap.first) != isTraining(overlap.second)
      let leaks = overlap.sharedCount > 0 && isTraining
      return Finding(
        rule: Self.id, subject: overlap.id,
        status: leaks
          ? .fired(.major)
          : overlap.sharedCount > 0 && !overlap.isOfEvaluation ? .fired(.info) : .passed,
        title: overlap.sharedCount > 0
          ? "{first} and {second} share {shared} questions, {share} of {second}"
          : "{first} and {second} share no question",
        sentence: result.sentence
          + (leaks ? "What was learned on a question is judged on the same question." : ""),
        remedy: leaks ? "Split by question and report the result on disjoint questions." : "",
        evidence: result.evidence)
    }
  }

  private func isTraining(_ name: String) -> Bool { name.lowercased().contains("train") }
}

/// R48: what the rows of a classifier hold.
struct RowLedgerRule: RowRule {
  static let id = RuleID.rowLedger
  static let question = "What is the majority share of the rows that a classifier was fitted on?"
  static let needs = "Row counts by split."
  static let method =
    "Counts; the share of the larger class is the baseline of an accuracy on rows."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.table.classifierRows.isEmpty else {
      return [.absent(Self.id, "No row ledger", "the rows of the classifier were not recorded")]
    }
    return context.table.classifierRows.map { row in
      let result = InstrumentResults.result(row, inputsHash: context.table.contentHash)
      let majority = result.evidence["majority"]?.number ?? 0
      return Finding(
        rule: Self.id, subject: "\(row.detector)/\(row.split)",
        status: majority >= 0.6 ? .fired(.info) : .passed,
        title: majority >= 0.6
          ? "{detector}, {split}: an accuracy on these rows starts at {majority}"
          : "{detector}, {split}: classes are of similar size",
        sentence: result.sentence, evidence: result.evidence)
    }
  }
}

/// R50: what a consistency filter does.
struct ConsistencyFilterRule: RowRule {
  static let id = RuleID.consistencyFilter
  static let question = "What does the consistency filter certify, and what does it drop?"
  static let needs = "Repeated responses to each question, judged."
  static let method = "Counts; lower Clopper–Pearson bound of r right of r."

  init() {}

  func evaluate(_ context: RowContext) -> [Finding] {
    guard !context.funnels.isEmpty else {
      return [.absent(Self.id, "No repeated responses", "questions were not sampled repeatedly")]
    }
    return context.funnels.map { funnel in
      let result = InstrumentResults.result(funnel, inputsHash: context.table.contentHash)
      return Finding(
        rule: Self.id, subject: funnel.id, status: funnel.mixedCount > 0 ? .fired(.info) : .passed,
        title: funnel.mixedCount > 0
          ? "The filter drops {mixed} of {seen} questions that are answered both ways"
          : "Every question is answered one way",
        sentence: result.sentence,
        remedy: funnel.mixedCount > 0
          ? "Evaluate on unfiltered questions too: those between the extremes are the hard ones."
          : "",
        evidence: result.evidence)
    }
  }
}
