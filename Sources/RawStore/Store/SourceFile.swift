public import Provenance

/// A file whose rows are about to be written, and everything outside the file that decides them.
public struct SourceFile: Hashable, Sendable {
  public let study: String
  /// Relative to the imported folder, with `/`.
  public let path: String
  public let sha256: SHA256Digest
  public let sizeBytes: Int
  /// The importer, for example `dose-jsonl`.
  public let format: String
  /// Canonical JSON of what the importer took from elsewhere: names from the path, the mapping. The
  /// same bytes with the same parameters give the same rows, so they are imported once.
  public let parameters: String

  public init(
    study: String, path: String, sha256: SHA256Digest, sizeBytes: Int, format: String,
    parameters: String
  ) {
    self.study = study
    self.path = path
    self.sha256 = sha256
    self.sizeBytes = sizeBytes
    self.format = format
    self.parameters = parameters
  }
}
