/// What a provenance sidecar says about the run that made rows.
public struct RunRecord: Hashable, Sendable {
  /// Path of the sidecar, relative to the imported folder.
  public let path: String
  /// SHA-256 of the sidecar's bytes, in hexadecimal.
  public let sha256: String
  /// `completed`, `interrupted`, or what the sidecar says.
  public let status: String
  /// As written in the sidecar (ISO 8601), where recorded.
  public let startedAt: String?
  public let completedAt: String?
  /// The sidecar as canonical JSON.
  public let document: String

  public init(
    path: String, sha256: String, status: String, startedAt: String?, completedAt: String?,
    document: String
  ) {
    self.path = path
    self.sha256 = sha256
    self.status = status
    self.startedAt = startedAt
    self.completedAt = completedAt
    self.document = document
  }
}
