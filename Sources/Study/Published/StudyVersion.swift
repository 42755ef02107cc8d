/// One edition of the published text; later editions supersede earlier ones.
public struct StudyVersion: Hashable, Sendable {
  /// For example `V1`.
  public let id: String
  /// What the edition is, in a few words.
  public let label: String
  /// The edition that it replaces.
  public let supersedes: String?

  public init(
    id: String,
    label: String,
    supersedes: String? = nil
  ) {
    self.id = id
    self.label = label
    self.supersedes = supersedes
  }
}
