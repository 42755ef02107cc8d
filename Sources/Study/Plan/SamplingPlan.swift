/// How responses are sampled and which questions are kept.
public struct SamplingPlan: Hashable, Sendable {
  public let questions: String
  /// Id of the endpoint that answers; `nil` is the own engine.
  public let endpoint: String?
  /// How the file is written.
  public let format: InterventionDesign.Benchmark.Format
  public let itemCount: Int?
  public let responses: Int
  public let temperature: Double
  public let topK: Int?
  public let topP: Double
  public let maximumTokens: Int
  /// Responses that must be judged alike for a question to be kept; the default is all of them.
  public let agreement: Int
  public let maximumItemsPerClass: Int?
  public let rationale: String?
  public let stopping: String?
  public let exclusions: String?
  public let missing: String?
}
