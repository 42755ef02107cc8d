import Statistics
import Study

/// R04: every benchmark × configuration × dose of the declared design is reported, or missing.
///
/// A dose that was printed without a usable number (`~0%`, a dash) is missing here too. A row that
/// only an older edition reports is left to R05; whether a dose was measured anywhere in the newest
/// edition is said, because a claim about the whole range rests on it. Whether a rate was printed
/// decides; that its n is unstated is R24's concern. A claim about the range is judged on the doses
/// that it names and in its own edition.
public struct MissingCellRule: AuditRule {
  public static let id = RuleID.missingCell
  public static let question = "Is every cell of the declared design reported?"
  public static let needs = "A design with doses, benchmarks and configurations."
  public static let method = "Comparison of the cells with the declared grid."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let design = context.study.design
    guard !design.doses.isEmpty, !design.configurations.isEmpty else {
      return [
        .notRun(
          Self.id, reason: UndefinedReason(.notReported, "the study declares no grid of doses"),
          title: "No declared grid")
      ]
    }
    let claims = context.claims(.fullDoseRange)
    return design.benchmarks.filter(\.isPlanned).flatMap { benchmark -> [Finding] in
      let rows = context.rows(benchmark: benchmark.id)
      guard !rows.isEmpty else { return [unmeasured(benchmark, design: design, claims: claims)] }
      return design.configurations.compactMap { configuration in
        let row = rows.first { $0.configuration == configuration.id }
        return finding(
          on: row, benchmark: benchmark.id, configuration: configuration.id, context: context,
          claims: claims)
      }
    }
  }

  private func unmeasured(
    _ benchmark: BenchmarkCard, design: StudyDesign, claims: [Claim]
  ) -> Finding {
    Finding(
      rule: Self.id, subject: benchmark.id, status: .fired(.major),
      title: "{benchmark} was not run",
      sentence:
        "The design names {benchmark}, but none of its {cells} cells is reported in any edition.",
      remedy: "Run it, or say in the text that the design was not completed.",
      evidence: [
        "benchmark": .text(benchmark.id, "benchmark"),
        "cells": .count(
          design.doses.count * design.configurations.count, "cells that the design calls for"),
      ],
      assessments: claims.filter {
        $0.benchmarks.isEmpty || $0.benchmarks.contains(benchmark.id)
      }.map { ClaimAssessment(claim: $0.id, verdict: .refuted) })
  }

  private func finding(
    on row: DoseRow?, benchmark: String, configuration: String, context: StudyContext,
    claims: [Claim]
  ) -> Finding? {
    let doses = context.study.design.doses
    let isReported = row.map { !$0.isDropped } ?? false
    let missing = isReported ? row?.missingDoses ?? doses : doses
    let touching = claims.filter { claim in
      (claim.benchmarks.isEmpty || claim.benchmarks.contains(benchmark))
        && (claim.configurations.isEmpty || claim.configurations.contains(configuration))
    }
    let elsewhere = context.rows(benchmark: benchmark).filter { !$0.isDropped }
    let nowhere = missing.filter { dose in
      elsewhere.allSatisfy { !$0.printedDoses.contains(dose) }
    }
    let assessments = touching.map { claim in
      assess(claim, benchmark: benchmark, configuration: configuration, context: context)
    }
    let sources = row?.sources ?? []
    let evidence: [String: Evidence] = [
      "row": .text("\(benchmark)/\(configuration)", "row", sources: sources),
      "benchmark": .text(benchmark, "benchmark", sources: sources),
      "missing": .list(missing.map(PrintedNumber.text), "doses without a number"),
      "missing-count": .count(missing.count, "doses without a number"),
      "nowhere": .list(
        nowhere.map(PrintedNumber.text),
        "doses that no configuration of the newest edition measures on the benchmark"),
      "design": .list(doses.map(PrintedNumber.text), "doses of the design"),
    ]
    guard !missing.isEmpty else {
      return Finding(
        rule: Self.id, subject: "\(benchmark)/\(configuration)", status: .passed,
        title: "{row} is complete", sentence: "{row} reports every dose of the design: {design}.",
        evidence: evidence, assessments: assessments)
    }
    var sentence: Prose =
      isReported
      ? "{row} reports no number at dose {missing}, which the design calls for."
      : "The newest edition reports {row} at no dose of the design ({design})."
    if !nowhere.isEmpty {
      sentence =
        sentence + "No row of the newest edition measures {benchmark} at dose {nowhere}."
    }
    return Finding(
      rule: Self.id, subject: "\(benchmark)/\(configuration)", status: .fired(.major),
      title: isReported ? "{row} lacks dose {missing}" : "{row} is not reported",
      sentence: sentence, remedy: "Publish the missing cells with their counts, or say why not.",
      evidence: evidence, assessments: assessments)
  }

  /// Whether the claim's edition prints every dose that the claim names; without an edition, the
  /// newest.
  private func assess(
    _ claim: Claim, benchmark: String, configuration: String, context: StudyContext
  ) -> ClaimAssessment {
    let pool =
      claim.version.map { edition in context.editionRows.filter { $0.version == edition } }
      ?? context.rows.filter { !$0.isDropped }
    let printed =
      pool.first { $0.benchmark == benchmark && $0.configuration == configuration }?.printedDoses
      ?? []
    let lowest = claim.values["from-dose"]?.value ?? -.infinity
    let highest = claim.values["to-dose"]?.value ?? .infinity
    let named = context.study.design.doses.filter { lowest <= $0 && $0 <= highest }
    let isWhole = named.allSatisfy(printed.contains)
    return ClaimAssessment(claim: claim.id, verdict: isWhole ? .supported : .refuted)
  }
}
