/// Where the frozen detector is tested.
public struct DetectionPlan: Hashable, Sendable {
  public struct QuestionSet: Hashable, Sendable, Identifiable {
    public let id: String
    public let file: String
    /// How the file is written.
    public let format: InterventionDesign.Benchmark.Format
    public let itemCount: Int?
  }

  public let sets: [QuestionSet]
  public let randomSetCount: Int
}
