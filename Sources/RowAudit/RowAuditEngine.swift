import Audit
public import RawStore
public import Statistics
public import Study

/// Audits item-level rows: every analysis that the rows allow, every row rule, every published
/// figure.
///
/// A pure function of the table, the settings and the plan: the same rows give the same result, bit
/// for bit, whatever the order in which they were imported.
public enum RowAuditEngine {
  /// - Parameters:
  ///   - figures: published numbers to recompute.
  ///   - registration: what a plan says about each analysis.
  ///   - plan: its hypotheses are decided; without one nothing has a verdict.
  /// - Throws: ``StatisticsError`` for rows that no statistic can be computed from.
  public static func audit(
    _ table: RawTable, settings: RowAuditSettings = RowAuditSettings(),
    figures: PublishedFigures? = nil, registration: RowRegistration = .none,
    plan: RegisteredPlan? = nil
  ) throws(StatisticsError) -> RowAuditResult {
    let context = try RowContext(table, settings: settings)
    var (hypotheses, originals): ([HypothesisResult], [HypothesisResult]) = ([], [])
    if let plan {
      (hypotheses, originals) = try PlanEvaluation(registered: plan, context: context).results()
    }
    let recomputed = try FigureAuditor.audit(figures?.figures ?? [], table: table)
    let findings =
      RowRules.all.flatMap { rule in rule.init().evaluate(context) }
      + recomputed.map(FigureFindings.finding)
    let ordered = findings.enumerated().sorted {
      ($0.element.rule, $0.offset) < ($1.element.rule, $1.offset)
    }.map(\.element)
    return RowAuditResult(
      outline: outline(table), settings: settings, curves: context.curves,
      envelopes: context.envelopes, unscored: context.unscored, noOpChecks: context.noOpChecks,
      noOpPairs: context.noOpPairs, replications: context.replications,
      detection: context.detection, retests: context.retests, judges: context.judges,
      funnels: context.funnels, overlaps: context.overlaps, layers: context.layers,
      specifications: SpecificationSet.all(context),
      routing: RoutingFigures(table.runs), planTitle: plan?.plan.title,
      publication: figures.map { ($0.title, $0.citation) },
      figures: recomputed,
      timing: plan?.comparison.lock?.timing(of: table),
      lockedAt: plan?.comparison.lock?.lockedAt, hypotheses: hypotheses,
      analyses: context.analyses.map(registration.applied) + originals,
      findings: ordered)
  }

  /// Distinct questions; arms mostly share their list, which is then not gone through again.
  private static func itemCount(_ table: RawTable) -> Int {
    guard let first = table.outcomes.first else { return 0 }
    if table.outcomes.allSatisfy({ $0.items == first.items }) { return first.items.count }
    var items = Set(first.items)
    for matrix in table.outcomes where matrix.items != first.items { items.formUnion(matrix.items) }
    return items.count
  }

  private static func outline(_ table: RawTable) -> RowAuditResult.Outline {
    RowAuditResult.Outline(
      study: table.study, contentHash: table.contentHash, sources: table.sources,
      armCount: table.outcomes.count, itemCount: itemCount(table),
      outcomeCount: table.outcomes.reduce(0) { sum, matrix in
        sum + matrix.cells.count { $0 != OutcomeMatrix.Code.missing }
      },
      detectionRowCount: table.detection.reduce(0) { $0 + $1.items.count },
      sampleCount: table.samples.reduce(0) { $0 + $1.judgements.count })
  }
}
