/// A file that rows came from.
public struct RowSource: Hashable, Sendable {
  /// Path relative to the imported folder, with `/`.
  public let path: String
  /// SHA-256 of the file's bytes, in hexadecimal.
  public let sha256: String
  public let sizeBytes: Int
  /// The importer that read it, for example `dose-jsonl`.
  public let format: String
  public let acceptedCount: Int
  public let skippedCount: Int
  public let rejectedCount: Int

  public init(
    path: String, sha256: String, sizeBytes: Int, format: String, acceptedCount: Int,
    skippedCount: Int, rejectedCount: Int
  ) {
    self.path = path
    self.sha256 = sha256
    self.sizeBytes = sizeBytes
    self.format = format
    self.acceptedCount = acceptedCount
    self.skippedCount = skippedCount
    self.rejectedCount = rejectedCount
  }
}
