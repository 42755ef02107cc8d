public import RawStore

/// How a run is carried out. Nothing here changes a number; what does is in the plan.
public struct RunSettings: Sendable {
  /// Sequences that advance together.
  public var batchSize = 64
  /// Tokens of an extraction batch.
  public var batchTokens = 4_096
  /// Items of each question file and benchmark at most: a trial run, kept apart from full ones.
  public var limit: Int?
  /// The part of the units that this process runs.
  public var shard: Shard = .whole
  public var from: Stage = .sample
  public var until: Stage = .store
  /// Called with the stage, what is done and the total.
  public var progress: @Sendable (Stage, Int, Int) -> Void = { _, _, _ in }
  /// Asked between units; `true` ends the run with its state saved.
  public var isCancelled: @Sendable () -> Bool = { false }

  public init() {}
}
