/// The plan of a study: what is asked and predicted, what will be run and how it will be decided.
///
/// Written before the data, locked, then executed as it stands. Format: `docs/study-plan.md`.
public struct StudyPlan: Hashable, Sendable, Identifiable {
  public let id: String
  public let title: String
  public let authors: [Author]
  public let licence: String?
  public let language: String
  public let registration: RegistrationPlan
  public let questions: [ResearchQuestion]
  /// Confirmatory, in the order of the plan.
  public let hypotheses: [HypothesisPlan]
  public let families: [HypothesisFamily]
  public let design: InterventionDesign
  public let sampling: SamplingPlan
  public let classifier: ClassifierPlan
  public let detection: DetectionPlan?
  /// Servers of others that sample, find spans or judge.
  public let endpoints: [EndpointPlan]
  /// `nil`: the rule finds spans.
  public let spans: SpanPlan?
  /// `nil`: the rule judges, without gold labels.
  public let judge: JudgePlan?
  public let checks: [OutcomeNeutralCheck]
  public let analysis: AnalysisPlan
  public let replication: [OriginalResult]
  public let deviations: [PlannedDeviation]
  /// Limits of the study in its authors' words; never empty.
  public let limits: String
  public let files: [StudyFile]

  public struct Author: Hashable, Sendable {
    public let name: String
    public let orcid: String?
  }

  public struct ResearchQuestion: Hashable, Sendable, Identifiable {
    public let id: String
    public let text: String
  }

  /// Hypotheses whose p-values are adjusted together.
  public struct HypothesisFamily: Hashable, Sendable, Identifiable {
    public enum Method: String, Hashable, Sendable, CaseIterable {
      case holm, bonferroni, none
    }

    public let id: String
    public let method: Method
  }

  /// A published result that the study replicates.
  public struct OriginalResult: Hashable, Sendable {
    public let hypothesis: String
    /// The test that it speaks of, for example a question set or a benchmark; `nil`: all of them.
    public let test: String?
    /// In the unit of the hypothesis's smallest effect of interest.
    public let estimate: Double
    public let lower: Double?
    public let upper: Double?
    public let sampleSize: Int?
    public let source: String
  }

  public func hypothesis(_ id: String) -> HypothesisPlan? {
    hypotheses.first { $0.id == id }
  }

  public func endpoint(_ id: String?) -> EndpointPlan? {
    endpoints.first { $0.id == id }
  }

  /// Hypotheses of a family, in the order of the plan.
  public func hypotheses(inFamily family: String) -> [HypothesisPlan] {
    hypotheses.filter { $0.family == family }
  }
}
