import Audit
import RawStore
import RowAudit
import Study

extension RowReport {
  /// Rows beside the lock: those older than it were not foreseen by it.
  private var rowTiming: RichText? {
    guard let timing = result.timing, let lockedAt = result.lockedAt else { return nil }
    func count(_ number: Int, _ key: String) -> RichText {
      RichText.sourced("\(number)", "lock.\(key)")
    }
    let moment =
      RichText("The plan was locked at ") + RichText.sourced("\(lockedAt)", "lock.lockedAt")
      + RichText(". ")
    if timing.isRegisteredAfterData, let earliest = timing.earliest {
      return moment + RichText.strong("Rows older than the lock: ")
        + count(timing.older, "rowsOlder")
        + RichText(" rows come from runs that began before it, the first at ")
        + RichText.sourced("\(earliest)", "lock.earliest") + RichText("; ")
        + count(timing.newer, "rowsNewer") + RichText(" are newer, ")
        + count(timing.unknown, "rowsOfUnknownAge")
        + RichText(" have no recorded time. What was known then may have shaped the plan.")
    }
    return moment + count(timing.newer, "rowsNewer")
      + RichText(" rows come from runs that began after it, ")
      + count(timing.unknown, "rowsOfUnknownAge")
      + RichText(" have no recorded time; none is known to be older.")
  }

  /// What was registered, and what was done otherwise.
  var registrationSection: ReportSection {
    let counts = RegistrationStatus.allCases.map { status in
      let count = (result.hypotheses + result.analyses).count { $0.registration == status }
      return [
        RichText(status.rawValue), RichText.sourced("\(count)", "analyses.\(status.rawValue)"),
      ]
    }
    let deviations = (result.hypotheses + result.analyses).flatMap { analysis in
      analysis.deviations.map { [RichText(analysis.statement), RichText($0)] }
    }
    var blocks: [ReportBlock] = [
      .table(
        ReportTable(
          id: "registration-counts", caption: "Analyses by registration",
          columns: [.init("Status"), .init("Analyses", .right)], rows: counts,
          source: "findings.json"))
    ]
    if let timing = rowTiming { blocks.append(.paragraph(timing)) }
    blocks.append(
      deviations.isEmpty
        ? .paragraph(
          registeredCount == 0
            ? "No plan was given, so that nothing can deviate from one."
            : "Deviations from the plan: none.")
        : .table(
          ReportTable(
            id: "deviations", caption: "Deviations from the plan",
            columns: [.init("Analysis"), .init("Deviation")], rows: deviations, source: "the plan")
        ))
    return ReportSection(
      id: "registration", title: "What was registered",
      lead: registeredCount == 0
        ? "Without a plan every analysis is exploratory: it describes and gives no verdict."
        : "Only registered analyses have a verdict.", blocks: blocks)
  }
}
