import Audit
import RawStore
import RowAudit

extension RowReport {
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
