public import Study

/// What the user says about the files of an import; each name overrides what the files say.
public struct ImportOptions: Hashable, Sendable {
  /// Name of the study; by default the only study of the store, or the folder's name.
  public var study: String?
  public var benchmark: String?
  public var configuration: String?
  public var neuronSet: String?
  public var endpoint: String?
  public var judge: String?
  /// Declared by the user where a format has no columns of its own (CSV).
  public var mapping: RowMapping?
  /// Whether response texts are stored; their SHA-256 always is.
  public var keepsText = true
  /// Whether a rejected line or an unknown file stops the import.
  public var isStrict = false

  public init() {}
}
