/// The sizes of a model, as its architecture file has read and checked them.
public struct ModelConfiguration: Sendable, Equatable {
  public enum Mixer: String, Sendable, Equatable {
    case fullAttention = "full_attention"
    case gatedDeltaNet = "linear_attention"
  }

  /// Sizes of the Gated DeltaNet layers.
  public struct LinearAttention: Sendable, Equatable {
    public var keyHeads: Int
    public var valueHeads: Int
    public var keyHeadSize: Int
    public var valueHeadSize: Int
    public var convolutionTaps: Int

    public var keySize: Int { keyHeads * keyHeadSize }
    public var valueSize: Int { valueHeads * valueHeadSize }
    public var channels: Int { 2 * keySize + valueSize }
  }

  /// Sizes of the mixture of experts.
  public struct Experts: Sendable, Equatable {
    public var count: Int
    public var perToken: Int
    public var intermediateSize: Int
    /// Whether the chosen weights are divided by their sum.
    public var isNormalised: Bool
  }

  /// The name of the architecture in `config.json` (`model_type`).
  public var architecture: String
  public var vocabularySize: Int
  public var hiddenSize: Int
  /// One entry a layer.
  public var mixers: [Mixer]
  public var queryHeads: Int
  public var keyValueHeads: Int
  public var headSize: Int
  public var normEpsilon: Double
  public var rotary: RotaryEmbedding
  /// Positions that a query sees, itself included; `nil`: all.
  public var slidingWindow: Int?
  public var linearAttention: LinearAttention?
  public var experts: Experts?
  /// Neurons of the shared expert, or of the only feed-forward block of a dense model; 0: none.
  public var sharedIntermediateSize: Int
  /// Tokens that end a text according to the configuration. Tokenizers may add more.
  public var endTokens: [Int]

  public var layerCount: Int { mixers.count }

  /// Whether the model has routed experts.
  public var isMixtureOfExperts: Bool { experts != nil }
}
