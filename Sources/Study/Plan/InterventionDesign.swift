/// What is run: checkpoint, configurations, doses, neuron sets and benchmarks.
public struct InterventionDesign: Hashable, Sendable {
  public struct Checkpoint: Hashable, Sendable {
    /// As written in the plan; relative paths start at the plan's folder.
    public let path: String
    /// The checkpoint before instruction tuning, for origin tracing.
    public let basePath: String?
    public let name: String?
    public let layerCount: Int?
    /// Counted from 0, ascending; `nil` when the plan does not say.
    public let fullAttentionLayers: [Int]?
  }

  /// One implementation of the intervention × one weight format.
  public struct Configuration: Hashable, Sendable, Identifiable {
    public enum Implementation: String, Hashable, Sendable, CaseIterable {
      case expertLoop = "expert-loop"
      case postHoc = "post-hoc"
      case folded
    }

    public enum WeightFormat: String, Hashable, Sendable, CaseIterable {
      case asStored = "as-stored"
      case gptqInt4 = "gptq-int4"
      case mlx4Bit = "mlx-4bit"
    }

    public let id: String
    public let label: String
    public let implementation: Implementation
    public let weightFormat: WeightFormat
    public let neuronSets: [NeuronSetKind]
  }

  /// Items with a scoring rule and an endpoint.
  public struct Benchmark: Hashable, Sendable, Identifiable {
    public enum Format: String, Hashable, Sendable, CaseIterable {
      case referee, falseqa, faitheval
      case sycophancyEval = "sycophancy-eval"
      case triviaqa
      case nqOpen = "nq-open"
      case bioasq
    }

    public enum Decoding: String, Hashable, Sendable, CaseIterable {
      case greedy, sampled
    }

    public let id: String
    public let file: String
    public let format: Format
    public let endpoint: String
    public let itemCount: Int?
    public let decoding: Decoding
    public let maximumTokens: Int
    /// Classes of the scoring rule that count as true; empty: the format's own.
    public let trueOutcomes: [String]
  }

  /// What random neurons share with the neurons that they stand for.
  public enum Matching: String, Hashable, Sendable, CaseIterable {
    case none, layer, expert
  }

  public let checkpoint: Checkpoint
  /// Ascending.
  public let doses: [Double]
  public let noOpDose: Double
  public let configurations: [Configuration]
  public let benchmarks: [Benchmark]
  public let randomSetCount: Int
  public let matching: Matching
  public let seed: UInt64
}
