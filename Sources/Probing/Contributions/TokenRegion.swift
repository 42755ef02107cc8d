/// Tokens of a sample over which contributions are averaged.
public struct TokenRegion: Sendable, Equatable {
  public let name: String
  /// Token positions, each counted once.
  public let positions: Set<Int>

  public init(name: String, positions: some Sequence<Int>) {
    self.name = name
    self.positions = Set(positions)
  }
}

/// The mean contributions of all neurons in one region.
public struct RegionContributions: Sendable, Equatable {
  public let name: String
  public let tokenCount: Int
  /// (token, layer) or (token, layer, expert) cells whose denominator was zero or not finite; they
  /// count as zero in the mean and are reported here.
  public let undefinedCount: Int
  /// ``NeuronLayout`` order.
  public let means: [Float]
}
