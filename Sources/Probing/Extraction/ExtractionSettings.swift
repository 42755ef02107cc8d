public import Classifier

/// How an extraction runs. What changes a number is recorded beside the store; the batch is not,
/// because it changes none.
public struct ExtractionSettings: Sendable, Equatable {
  public var variant: ContributionVariant
  /// `f16` or `f32`.
  public var valueType: StoreValueType
  /// Also write the mean residual stream of each region before each layer and after the last.
  public var recordsHiddenStates: Bool
  /// Tokens that run together; at least one sample always runs.
  public var batchTokens: Int
  /// Bytes of accumulators of the samples that run together; bounds memory, changes no result.
  public var accumulatorBytes: Int

  public init(
    variant: ContributionVariant = .init(), valueType: StoreValueType = .f16,
    recordsHiddenStates: Bool = false, batchTokens: Int = 1024, accumulatorBytes: Int = 256 << 20
  ) {
    self.variant = variant
    self.valueType = valueType
    self.recordsHiddenStates = recordsHiddenStates
    self.batchTokens = batchTokens
    self.accumulatorBytes = accumulatorBytes
  }
}
