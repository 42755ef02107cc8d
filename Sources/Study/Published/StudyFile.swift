/// A file of a study folder.
public struct StudyFile: Hashable, Sendable {
  /// Relative to the folder.
  public let path: String
  /// Lower-case hexadecimal.
  public let sha256: String
  public let sizeBytes: Int

  public init(
    path: String,
    sha256: String,
    sizeBytes: Int
  ) {
    self.path = path
    self.sha256 = sha256
    self.sizeBytes = sizeBytes
  }
}
