import Statistics
import Study

/// R21: do claims contradict each other or the cells?
///
/// Every contradiction follows from predicates, rows and counts; no text is interpreted here.
public struct ContradictionRule: AuditRule {
  public static let id = RuleID.contradiction
  public static let question = "Do claims contradict each other or the cells?"
  public static let needs =
    "Claims that rates are near zero, that outputs do not change, that configurations agree or "
    + "disagree, or that a result stands or does not stand in an edition."
  public static let method =
    "Wilson bounds (1927) against the margin of “near zero”; the smallest number of outcomes that "
    + "two margins force to differ. Configurations, benchmark by benchmark: exact tests of the levels "
    + "at the no-op dose; likelihood-ratio tests of configuration × dose for the dose curves; "
    + "qualitative interaction (Gail & Simon 1985) for the directions; concordance of dose pairs "
    + "and stratified trend (Mantel 1963) as description. Tests of one kind are Holm-adjusted "
    + "together."

  /// "Near zero", in percent, when the text gives no bound.
  static let nearZeroPercent = 5.0

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let findings =
      nearZero(context) + outputsUnchanged(context) + disagreements(context) + agreements(context)
      + editions(context)
    return findings.isEmpty
      ? [.notRun(Self.id, .notApplicable, "no pair of claims or rows can contradict each other")]
      : findings
  }

  // MARK: - Near zero

  private func nearZero(_ context: StudyContext) -> [Finding] {
    context.subjects(of: .nearZero).map { subject in
      let claim = subject.claim
      let bound = claim.values["bound"]?.roughProportion ?? Self.nearZeroPercent / 100
      let bounded = subject.rows.flatMap { row in
        row.points.compactMap {
          point -> (row: DoseRow, point: DoseRow.Point, interval: Interval)? in
          guard let rate = try? Proportion(successes: point.successes, trials: point.total) else {
            return nil
          }
          return (
            row, point, rate.wilsonInterval(confidenceLevel: context.settings.confidenceLevel)
          )
        }
      }
      guard let worst = bounded.max(by: { $0.interval.upper < $1.interval.upper }),
        let highest = bounded.max(by: { $0.point.rate < $1.point.rate })
      else {
        return .notRun(
          Self.id, subject: claim.id, .notReported, "no counts for the rows of the claim",
          assessments: [subject.assessed(.notTestable)], sources: [claim.source])
      }
      let above = bounded.filter { $0.interval.upper > bound }
      // Refuted where an interval lies wholly above, with the level shared out over the cells.
      let strict =
        1 - (1 - context.settings.confidenceLevel) / Double(max(1, bounded.count))
      let beyond = bounded.filter { item in
        (try? Proportion(successes: item.point.successes, trials: item.point.total))
          .map { $0.wilsonInterval(confidenceLevel: strict).lower > bound } ?? false
      }
      var evidence: [String: Evidence] = [
        "quote": .text(claim.quote, "claim", sources: [claim.source]),
        "bound": .number(bound, .percent, "margin of “near zero”"),
        "cells": .count(
          bounded.count, "cells of the claim", sources: bounded.map(\.point.cell.source)),
        "above": .count(
          above.count, "cells whose interval exceeds the margin",
          sources: above.map(\.point.cell.source)),
        "highest": .number(
          highest.point.rate, .percent, "highest rate", sources: [highest.point.cell.source]),
        "worst": .number(
          worst.interval.upper, .percent, "largest upper bound",
          method: worst.interval.method.rawValue, sources: [worst.point.cell.source]),
        "cell": .text(worst.point.cell.id, "cell with the largest upper bound"),
        "beyond": .count(
          beyond.count, "cells whose interval lies above the margin, Bonferroni over the cells",
          sources: beyond.map(\.point.cell.source)),
        "n": worst.row.countEvidence,
      ]
      guard !above.isEmpty else {
        return Finding(
          rule: Self.id, subject: claim.id, status: .passed, title: "The rates are near zero",
          sentence: "Every interval of the {cells} cells ends below {bound} (largest: {worst}).",
          evidence: evidence, assessments: [subject.assessed(.supported)])
      }
      var parts: [String] = []
      for (index, row) in StudyContext.ordered(above.map(\.row.id)).enumerated() {
        let cells = above.filter { $0.row.id == row }
        guard let top = cells.max(by: { $0.interval.upper < $1.interval.upper }) else { continue }
        let rates = bounded.filter { $0.row.id == row }.map(\.point.rate)
        evidence["row-\(index + 1)"] = .text(row, "row")
        evidence["from-\(index + 1)"] = .number(
          rates.min() ?? 0, .percent, "lowest rate, \(row)", sources: top.row.sources)
        evidence["to-\(index + 1)"] = .number(
          rates.max() ?? 0, .percent, "highest rate, \(row)", sources: top.row.sources)
        evidence["upper-\(index + 1)"] = .number(
          top.interval.upper, .percent, "largest upper bound, \(row)",
          method: top.interval.method.rawValue, sources: [top.point.cell.source])
        let span =
          rates.min() == rates.max()
          ? "{from-\(index + 1)}" : "{from-\(index + 1)} to {to-\(index + 1)}"
        parts.append("{row-\(index + 1)} prints \(span), interval up to {upper-\(index + 1)}")
      }
      return Finding(
        rule: Self.id, subject: claim.id, status: .fired(.minor),
        title: "“Near zero” is not what the cells show",
        sentence: Prose(
          """
          “{quote}”: the intervals of {above} of {cells} cells reach above {bound}: \
          \(parts.joined(separator: "; ")).
          """)
          + (beyond.isEmpty
            ? "" : "{beyond} lie wholly above it, with the level shared out over the cells."),
        remedy: "Give the rates with their intervals instead of “near zero”.",
        evidence: evidence,
        assessments: [subject.assessed(beyond.isEmpty ? .inconclusive : .refuted)])
    }
  }

  // MARK: - Unchanged outputs

  private func outputsUnchanged(_ context: StudyContext) -> [Finding] {
    context.subjects(of: .outputsUnchanged).map { subject in
      let claim = subject.claim
      let rows = subject.rows.filter { $0.commonTotal != nil && $0.points.count > 1 }
      let contrasts = rows.compactMap { row in
        DependenceUnknownRule.largestContrast(of: row).map { (row: row, from: $0.0, to: $0.1) }
      }
      guard
        let largest = contrasts.max(by: {
          abs($0.to.rate - $0.from.rate) < abs($1.to.rate - $1.from.rate)
        })
      else {
        return .notRun(
          Self.id, subject: claim.id, .notReported, "no row has counts at two doses",
          assessments: [subject.assessed(.notTestable)], sources: [claim.source])
      }
      // The claim is about outputs, so the row with the most forced changes of its n decides.
      let most =
        contrasts.max {
          abs($0.to.successes - $0.from.successes) < abs($1.to.successes - $1.from.successes)
        } ?? largest
      let changed = abs(most.to.successes - most.from.successes)
      let sources = [most.from.cell.source, most.to.cell.source]
      var evidence: [String: Evidence] = [
        "quote": .text(claim.quote, "claim", sources: [claim.source]),
        "row": .text(most.row.id, "row", sources: sources),
        "from": .text(
          PrintedNumber.text(of: most.from.dose), "dose", sources: [most.from.cell.source]),
        "to": .text(
          PrintedNumber.text(of: most.to.dose), "dose", sources: [most.to.cell.source]),
        "changed": .count(changed, "outcomes that must differ", sources: sources),
        "n": .count(most.from.total, "items", sources: sources),
      ]
      let same = context.study.design.sameItemsAtEveryDose
      guard changed > 0, same != false else {
        return Finding(
          rule: Self.id, subject: claim.id, status: .passed,
          title: "The margins do not force any output to change",
          sentence: "The rates force no outcome to differ between doses ({row}: {changed} of {n}).",
          evidence: evidence, assessments: [subject.assessed(.inconclusive)])
      }
      let liveness = liveness(context, &evidence)
      let condition: Prose =
        same == true
        ? "“{quote}”: every dose used the same items, so"
        : "“{quote}”: if the doses used the same items (not stated),"
      return Finding(
        rule: Self.id, subject: claim.id, status: .fired(.major),
        title: same == true
          ? "The outputs do change" : "On the same items the outputs do change",
        sentence: condition + """
          at least {changed} of {n} outcomes differ between doses {from} and {to} of {row}, and what \
          is generated differs with them.
          """ + liveness,
        remedy: "Report the share of tokens and of answers that change at every dose.",
        evidence: evidence, assessments: [subject.assessed(same == true ? .refuted : .inconclusive)]
      )
    }
  }

  /// A logit difference says nothing about which token is largest.
  private func liveness(
    _ context: StudyContext, _ evidence: inout [String: Evidence]
  ) -> Prose {
    let rows = context.study.liveness.filter { $0.fromDose != $0.toDose }
    guard let first = rows.first, let last = rows.last, rows.count > 1,
      let small = first.maximumLogitDifference.exactValue,
      let large = last.maximumLogitDifference.exactValue, small > 0, large > 0
    else { return "" }
    let sources = [first.source, last.source]
    evidence["logit-first"] = .text(
      first.maximumLogitDifference.text, "largest logit difference", sources: [first.source])
    evidence["logit-last"] = .text(
      last.maximumLogitDifference.text, "largest logit difference", sources: [last.source])
    evidence["logit-ratio"] = .number(
      large / small, .decimal(2), "ratio of the logit differences", sources: sources)
    evidence["dose-ratio"] = .number(
      abs(last.toDose - last.fromDose) / abs(first.toDose - first.fromDose), .decimal(2),
      "ratio of the dose steps", sources: sources)
    return """
      The largest logit differences ({logit-first} and {logit-last}, ratio {logit-ratio} where the \
      doses have {dose-ratio}) say nothing about which token is largest.
      """
  }

  // MARK: - Editions

  private func editions(_ context: StudyContext) -> [Finding] {
    let reported = context.subjects(of: .reportedIn)
    let denied = context.subjects(of: .notReportedIn)
    let contradictions = denied.flatMap { absent in
      reported.filter {
        $0.claim.terms["result"] == absent.claim.terms["result"]
          && $0.claim.version == absent.claim.version && absent.claim.terms["result"] != nil
      }.map { present in
        Finding(
          rule: Self.id, subject: "\(present.claim.id)/\(absent.claim.id)", status: .fired(.minor),
          title: "The text says that {result} is in {version}, and that it is not",
          sentence: """
            “{absent}” ({absent-place}) and “{present}” ({present-place}) contradict each other about \
            {result} in {version}.
            """,
          remedy: "Say which of the two holds.",
          evidence: [
            "result": .text(present.claim.terms["result"] ?? "", "result"),
            "version": .text(present.claim.version ?? "the text", "edition"),
            "present": .text(present.claim.quote, "claim", sources: [present.claim.source]),
            "absent": .text(absent.claim.quote, "claim", sources: [absent.claim.source]),
            "present-place": .text(present.claim.place, "place"),
            "absent-place": .text(absent.claim.place, "place"),
          ],
          assessments: [present.assessed(.inconclusive), absent.assessed(.inconclusive)])
      }
    }
    let stands = reported.map { cellsStand($0, context) }
    let absences = denied.map { cellsAbsent($0, context) }
    let decided = Set(contradictions.flatMap { $0.assessments.map(\.claim) })
    // A contradiction says enough about both of its claims, whatever tables there are.
    return contradictions
      + (stands + absences).filter { finding in
        if case .notRun = finding.status {
          return !finding.assessments.contains { decided.contains($0.claim) }
        }
        return true
      }
  }

  /// Only cells carry their edition, so only claims about cells can be followed up.
  private func editionUnknown(_ subject: ClaimSubject) -> Finding {
    .notRun(
      Self.id, subject: subject.claim.id, .notReported,
      "only the table of cells says in which edition a result stands, and the claim names no cell "
        + "of it",
      assessments: [subject.assessed(.notTestable)], sources: [subject.claim.source])
  }

  /// Cells that a claim says do not stand in its edition.
  private func cellsAbsent(_ subject: ClaimSubject, _ context: StudyContext) -> Finding {
    let claim = subject.claim
    let cells = context.study.cells(of: claim)
    guard let version = claim.version, !cells.isEmpty else { return editionUnknown(subject) }
    let present = cells.filter { twin(of: $0, in: version, context) != nil }
    let evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "version": .text(version, "edition"),
      "cells": .count(cells.count, "cells of the claim", sources: cells.map(\.source)),
      "present": .count(
        present.count, "cells that stand in the edition", sources: present.map(\.source)),
    ]
    let holds = present.isEmpty
    return Finding(
      rule: Self.id, subject: claim.id, status: holds ? .passed : .fired(.minor),
      title: holds ? "The cells do not stand in {version}" : "The cells do stand in {version}",
      sentence: "“{quote}”: of {cells} cells, {present} stand in {version}.",
      remedy: holds ? "" : "Correct the statement.", evidence: evidence,
      assessments: [subject.assessed(holds ? .supported : .refuted)])
  }

  /// The cell of another edition in the same place, printed with a value.
  private func twin(of cell: Cell, in version: String, _ context: StudyContext) -> Cell? {
    context.study.cells.first {
      $0.version == version && $0.benchmark == cell.benchmark
        && $0.configuration == cell.configuration && $0.dose == cell.dose
        && $0.printed.kind != .missing
    }
  }

  /// Cells of an older edition that a claim says stand in a newer one.
  private func cellsStand(_ subject: ClaimSubject, _ context: StudyContext) -> Finding {
    let claim = subject.claim
    let cells = context.study.cells(of: claim)
    guard let version = claim.version, cells.contains(where: { $0.version != version }) else {
      return editionUnknown(subject)
    }
    let printed = cells.filter { $0.printed.kind != .missing }
    let absent = printed.filter { twin(of: $0, in: version, context) == nil }
    // Another number of decimals is not a change, as in R05.
    let changed = printed.filter { cell in
      twin(of: cell, in: version, context).map {
        $0.printed.value != cell.printed.value || $0.printed.kind != cell.printed.kind
      } ?? false
    }
    var evidence: [String: Evidence] = [
      "quote": .text(claim.quote, "claim", sources: [claim.source]),
      "version": .text(version, "edition"),
      "cells": .count(printed.count, "cells of the claim", sources: printed.map(\.source)),
      "absent": .count(
        absent.count, "cells that are not in the edition", sources: absent.map(\.source)),
      "changed": .count(changed.count, "cells that differ", sources: changed.map(\.source)),
    ]
    guard !absent.isEmpty || !changed.isEmpty else {
      return Finding(
        rule: Self.id, subject: claim.id, status: .passed,
        title: "The cells stand in {version} as before",
        sentence: "All {cells} cells stand unchanged in {version}.", evidence: evidence,
        assessments: [subject.assessed(.supported)])
    }
    evidence["rows"] = .list(
      StudyContext.ordered((absent + changed).map { "\($0.benchmark)/\($0.configuration)" }), "rows"
    )
    return Finding(
      rule: Self.id, subject: claim.id, status: .fired(.minor),
      title: "Not all of the cells stand in {version}",
      sentence: """
        “{quote}”: of {cells} cells, {absent} are not in {version} and {changed} differ ({rows}).
        """,
      remedy: "Say which results were left out or changed, and why.", evidence: evidence,
      assessments: [subject.assessed(changed.isEmpty ? .inconclusive : .refuted)])
  }
}
