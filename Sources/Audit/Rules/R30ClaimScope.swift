import Statistics
import Study

/// R30: was the endpoint of the claim measured?
public struct ClaimScopeRule: AuditRule {
  public static let id = RuleID.claimScope
  public static let question = "Was the endpoint of the claim measured?"
  public static let needs = "A claim that the intervention does or does not control an endpoint."
  public static let method =
    "The claim's endpoint is compared with the endpoints of the benchmarks that have rates at two "
    + "or more doses."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let subjects = context.subjects(of: .controlsEndpoint)
    guard !subjects.isEmpty else {
      return [
        .notRun(Self.id, .notApplicable, "no claim says that the intervention controls an endpoint")
      ]
    }
    let measured = context.study.design.benchmarks.filter { card in
      context.rows(benchmark: card.id).contains { $0.printedDoses.count > 1 }
    }
    return subjects.map { subject in
      let claim = subject.claim
      guard let endpoint = claim.terms["endpoint"] ?? context.study.design.endpointOfInterest
      else {
        return .notRun(
          Self.id, subject: claim.id, .notReported, "the endpoint of the claim is not recorded",
          assessments: [subject.assessed(.notTestable)], sources: [claim.source])
      }
      let sources = [claim.source]
      let evidence: [String: Evidence] = [
        "quote": .text(claim.quote, "claim", sources: sources),
        "endpoint": .text(endpoint, "endpoint of the claim", sources: sources),
        "measured": .list(
          measured.isEmpty
            ? ["none"] : StudyContext.ordered(measured.map(\.endpoint)),
          "endpoints measured under intervention"),
        "benchmarks": .list(
          measured.isEmpty ? ["none"] : measured.map(\.id), "benchmarks measured at several doses"),
      ]
      let isMeasured = measured.contains { $0.endpoint.lowercased() == endpoint.lowercased() }
      return Finding(
        rule: Self.id, subject: claim.id, status: isMeasured ? .passed : .fired(.major),
        title: isMeasured
          ? "The endpoint {endpoint} was measured" : "The endpoint {endpoint} was never measured",
        sentence: isMeasured
          ? "“{quote}” is about {endpoint}, which {benchmarks} measure at several doses."
          : """
          “{quote}” is about {endpoint}, but the intervention was scored on {measured} only \
          ({benchmarks}).
          """,
        remedy: isMeasured ? "" : "Measure {endpoint} at every dose, or restrict the claim.",
        evidence: evidence,
        assessments: isMeasured ? [] : [subject.assessed(.notTestable)])
    }
  }
}
