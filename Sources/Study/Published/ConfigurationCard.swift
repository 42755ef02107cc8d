/// One implementation of the intervention × one weight format × one engine setting.
public struct ConfigurationCard: Hashable, Sendable {
  /// For example `A`.
  public let id: String
  /// In words.
  public let label: String
  /// For example `expert-loop`, `post-hoc`, `folded`.
  public let implementation: String
  /// Weights that are bit for bit the same share this name, for example `gptq-int4`.
  public let weightFormat: String
  /// As stated.
  public let hardware: String?

  public init(
    id: String,
    label: String,
    implementation: String,
    weightFormat: String,
    hardware: String? = nil
  ) {
    self.id = id
    self.label = label
    self.implementation = implementation
    self.weightFormat = weightFormat
    self.hardware = hardware
  }
}
