/// Where and how a plan is registered; everything is the authors' word.
public struct RegistrationPlan: Hashable, Sendable {
  public let registry: String?
  public let url: String?
  public let doi: String?
  /// A timestamp (RFC 3161 or OpenTimestamps) beside the plan; it is named, never fetched.
  public let timestampFile: String?
  /// What was known before: data that exist, pilots, earlier analyses.
  public let statement: String?
}
