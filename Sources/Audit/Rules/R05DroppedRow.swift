import Statistics
import Study

/// R05: what an edition printed and the next one no longer prints, or prints differently.
///
/// A number is changed when its value differs; another number of decimals is not a change.
public struct DroppedRowRule: AuditRule {
  public static let id = RuleID.droppedRow
  public static let question = "Do cells vanish or change between editions?"
  public static let needs = "Two editions that report cells."
  public static let method = "Comparison cell by cell of each edition with the one it supersedes."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let study = context.study
    let pairs = study.versions.enumerated().compactMap { index, edition -> (String, String)? in
      let earlier = edition.supersedes ?? (index > 0 ? study.versions[index - 1].id : nil)
      return earlier.map { ($0, edition.id) }
    }.filter { earlier, later in
      [earlier, later].allSatisfy { edition in study.cells.contains { $0.version == edition } }
    }
    guard !pairs.isEmpty else {
      return [
        .notRun(
          Self.id,
          reason: UndefinedReason(.notApplicable, "only one edition of the study reports cells"),
          title: "No earlier edition to compare")
      ]
    }
    return pairs.flatMap { earlier, later in
      StudyContext.subjects(of: study).compactMap { benchmark, configuration in
        let cells = study.cells.filter {
          $0.benchmark == benchmark && $0.configuration == configuration
        }
        return compare(
          cells.filter { $0.version == earlier }.sorted { $0.dose < $1.dose },
          with: cells.filter { $0.version == later }, earlier: earlier, later: later,
          context: context)
      }
    }
  }

  private func compare(
    _ old: [Cell], with new: [Cell], earlier: String, later: String, context: StudyContext
  ) -> Finding? {
    guard let first = old.first else { return nil }
    let gone = old.filter { cell in
      cell.printed.kind != .missing
        && !new.contains { $0.dose == cell.dose && $0.printed.kind != .missing }
    }
    let changed = old.filter { cell in
      new.contains {
        $0.dose == cell.dose && $0.printed.kind != .missing && cell.printed.kind != .missing
          && ($0.printed.value != cell.printed.value || $0.printed.kind != cell.printed.kind)
      }
    }
    let sources = (old + new).map(\.source)
    let row = context.editionRows.first {
      $0.version == earlier && $0.benchmark == first.benchmark
        && $0.configuration == first.configuration
    }
    var evidence: [String: Evidence] = [
      "row": .text("\(first.benchmark)/\(first.configuration)", "row", sources: sources),
      "earlier": .text(earlier, "earlier edition"), "later": .text(later, "later edition"),
      "rates": .list(old.map(\.printed.text), "rates in the earlier edition", sources: sources),
      "cell-count": .count(old.count, "cells in the earlier edition"),
      "gone": .list(gone.map { PrintedNumber.text(of: $0.dose) }, "doses no longer reported"),
      "changed": .list(
        changed.map { PrintedNumber.text(of: $0.dose) }, "doses with another rate"),
    ]
    if let row, !row.points.isEmpty {
      evidence["counts"] = .list(
        row.successes.map(String.init), "counts in the earlier edition", sources: row.sources)
      evidence["n"] = row.countEvidence
    }
    let subject = "\(earlier)-\(later)/\(first.benchmark)/\(first.configuration)"
    guard !gone.isEmpty || !changed.isEmpty else {
      return Finding(
        rule: Self.id, subject: subject, status: .passed,
        title: "{row} stands unchanged in {later}",
        sentence: "All {cell-count} rates of {row} in {earlier} stand unchanged in {later}.",
        evidence: evidence)
    }
    let isWhole = gone.count == old.count
    var sentence: Prose = ""
    if isWhole {
      sentence = "{row} ({rates}) stands in {earlier} and is absent from {later}."
    } else if !gone.isEmpty {
      sentence = "{row} reports dose {gone} in {earlier} and no longer in {later}."
    }
    if !changed.isEmpty {
      sentence = sentence + "{row} prints another rate at dose {changed} in {later}."
    }
    if evidence["counts"] != nil, isWhole {
      sentence = sentence + "As counts these are {counts}; n = {n}."
    }
    return Finding(
      rule: Self.id, subject: subject, status: .fired(.major),
      title: isWhole ? "{row} was dropped in {later}" : "{row} changed in {later}",
      sentence: sentence,
      remedy: "Report the row in the newest edition, or say there why it was left out or changed.",
      evidence: evidence)
  }
}
