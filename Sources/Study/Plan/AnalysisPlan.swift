/// Levels and resampling of the confirmatory analyses.
public struct AnalysisPlan: Hashable, Sendable {
  /// Two-sided.
  public let level: Double
  public let confidenceLevel: Double
  public let resampleCount: Int
  public let permutationCount: Int
}
