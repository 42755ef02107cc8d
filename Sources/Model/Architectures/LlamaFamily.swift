internal import CanonicalJSON
internal import Kernels

/// Llama, Mistral, SmolLM2 (a Llama), Qwen2 and Qwen3: full attention, SwiGLU, plain RMS norms.
///
/// The families differ only in biases (Qwen2: query, key, value), in norms of queries and keys
/// (Qwen3), in the head size and in the window (Mistral v0.1); the tensors present decide.
/// - Source: transformers 5.23 `models/{llama,mistral,qwen2,qwen3}/modeling_*.py`.
enum LlamaFamily: Architecture {
  static let modelTypes = ["llama", "mistral", "smollm2", "qwen2", "qwen3"]
  static let ggufNames = ["llama", "mistral", "qwen2", "qwen3"]
  static let normsAreZeroCentred = false

  static func configuration(
    _ file: HuggingFaceConfiguration, source: HuggingFaceSource
  ) throws -> ModelConfiguration {
    let layerCount = try file.size("num_hidden_layers", in: 1...4096)
    let hidden = try file.size("hidden_size")
    let heads = try file.size("num_attention_heads", in: 1...65536)
    let headSize = try file.optionalSize("head_dim", in: 1...65536) ?? hidden / heads
    guard let activation = file.text["hidden_act"]?.stringValue, activation == "silu" else {
      throw ModelError.badConfiguration(key: "hidden_act", problem: "only silu is supported")
    }
    let configuration = ModelConfiguration(
      architecture: file.modelType,
      vocabularySize: try file.size("vocab_size"),
      hiddenSize: hidden,
      mixers: Array(repeating: .fullAttention, count: layerCount),
      queryHeads: heads,
      keyValueHeads: try file.optionalSize("num_key_value_heads", in: 1...65536) ?? heads,
      headSize: headSize,
      normEpsilon: try file.positive("rms_norm_eps", default: 1e-6),
      rotary: try rotary(file, headSize: headSize),
      slidingWindow: try window(file),
      linearAttention: nil, experts: nil,
      sharedIntermediateSize: try file.size("intermediate_size"),
      endTokens: file.endTokens
    )
    try configuration.validate()
    return configuration
  }

  /// Qwen files carry a window that `use_sliding_window: false` switches off.
  private static func window(_ file: HuggingFaceConfiguration) throws -> Int? {
    guard file.modelType == "mistral" || file.flag("use_sliding_window") else { return nil }
    if file.modelType != "mistral" {
      throw ModelError.badConfiguration(
        key: "use_sliding_window", problem: "windows are supported for Mistral only")
    }
    return try file.optionalSize("sliding_window", in: 1...(1 << 30))
  }

  private static func rotary(
    _ file: HuggingFaceConfiguration, headSize: Int
  ) throws -> RotaryEmbedding {
    let parameters = file.text["rope_parameters"] ?? file.text["rope_scaling"] ?? .null
    let theta =
      (parameters["rope_theta"] ?? file.text["rope_theta"])?.doubleValue ?? 10_000
    guard theta > 0 else {
      throw ModelError.badConfiguration(key: "rope_theta", problem: "it must be a positive number")
    }
    var rotary = RotaryEmbedding(base: theta, size: headSize, pairing: .halves)
    let type = (parameters["rope_type"] ?? parameters["type"])?.stringValue ?? "default"
    func number(_ key: String) throws -> Double {
      guard let value = parameters[key]?.doubleValue, value > 0 else {
        throw ModelError.badConfiguration(key: "rope_parameters.\(key)", problem: "it is missing")
      }
      return value
    }
    switch type {
    case "default": break
    case "linear":
      let factor = Float(try number("factor"))
      rotary.inverseFrequencies = rotary.inverseFrequencies.map { $0 / factor }
    case "llama3":
      rotary.applyLlama3Scaling(
        factor: try number("factor"), lowFrequencyFactor: try number("low_freq_factor"),
        highFrequencyFactor: try number("high_freq_factor"),
        originalPositions: try number("original_max_position_embeddings"))
    default:
      throw ModelError.badConfiguration(
        key: "rope_parameters.rope_type",
        problem: "\"\(type.prefix(40))\" is not supported (default, linear, llama3)")
    }
    return rotary
  }

  static func conventions(_ checkpoint: GGUFCheckpoint) -> WeightConventions {
    var conventions = WeightConventions()
    // The converter permutes the rows of query and key for `llama`, for no other architecture.
    conventions.rotaryPairing = checkpoint.architecture.hasPrefix("qwen") ? .halves : .adjacent
    return conventions
  }

  static func configuration(
    _ file: GGUFCheckpoint, source: GGUFSource
  ) throws -> ModelConfiguration {
    if let experts = file.value("expert_count")?.intValue, experts > 0 {
      throw ModelError.unsupportedArchitecture(
        name: "\(file.architecture) with experts", supported: modelTypes)
    }
    let hidden = try file.size("embedding_length")
    let heads = try file.size("attention.head_count", in: 1...65536)
    let headSize = try file.size(
      "attention.key_length", in: 1...65536, default: max(1, hidden / heads))
    guard let vocabulary = file.tensors["token_embd.weight"]?.shape.first else {
      throw ModelError.missingTensor(name: "token_embd.weight")
    }
    var rotary = RotaryEmbedding(
      base: try file.positive("rope.freq_base", default: 10_000),
      size: try file.size("rope.dimension_count", in: 2...65536, default: headSize),
      pairing: source.conventions.rotaryPairing)
    if source.tensors["rope_freqs.weight"] != nil {
      let divisors = try source.vector(
        "rope_freqs.weight", count: rotary.inverseFrequencies.count)
      rotary.inverseFrequencies = zip(rotary.inverseFrequencies, divisors).map { $0 / $1 }
    }
    let configuration = ModelConfiguration(
      architecture: file.architecture,
      vocabularySize: vocabulary, hiddenSize: hidden,
      mixers: Array(
        repeating: .fullAttention, count: try file.size("block_count", in: 1...4096)),
      queryHeads: heads,
      keyValueHeads: try file.size("attention.head_count_kv", in: 1...65536, default: heads),
      headSize: headSize,
      normEpsilon: try file.positive("attention.layer_norm_rms_epsilon"),
      rotary: rotary,
      slidingWindow: file.value("attention.sliding_window")?.intValue.flatMap {
        $0 > 0 ? $0 : nil
      },
      linearAttention: nil, experts: nil,
      sharedIntermediateSize: try file.size("feed_forward_length"),
      endTokens: file.endTokens
    )
    try configuration.validate()
    return configuration
  }

  static func layer(
    _ index: Int, _ configuration: ModelConfiguration, source: any WeightSource
  ) throws -> DecoderLayer {
    let stem = "layers.\(index)"
    let (hidden, width) = (configuration.hiddenSize, configuration.sharedIntermediateSize)
    return DecoderLayer(
      inputNorm: try source.norm(
        "\(stem).input_layernorm.weight", count: hidden, isZeroCentred: normsAreZeroCentred),
      feedForwardNorm: try source.norm(
        "\(stem).post_attention_layernorm.weight", count: hidden, isZeroCentred: normsAreZeroCentred
      ),
      mixer: .attention(try attention("\(stem).self_attn", configuration, source: source)),
      feedForward: FeedForward(
        routed: nil,
        shared: FeedForward.Expert(
          gate: try source.matrix("\(stem).mlp.gate_proj", rows: width, columns: hidden),
          up: try source.matrix("\(stem).mlp.up_proj", rows: width, columns: hidden),
          down: try source.matrix("\(stem).mlp.down_proj", rows: hidden, columns: width)),
        sharedGate: nil, hiddenSize: hidden))
  }

  private static func attention(
    _ stem: String, _ configuration: ModelConfiguration, source: any WeightSource
  ) throws -> Attention {
    let (hidden, size) = (configuration.hiddenSize, configuration.headSize)
    let (query, key) = (configuration.queryHeads * size, configuration.keyValueHeads * size)
    func optional(_ name: String, count: Int) throws -> [Float]? {
      source.hasTensor("\(stem).\(name)")
        ? try source.vector("\(stem).\(name)", count: count) : nil
    }
    if source.hasTensor("\(stem).o_proj.bias") {
      throw ModelError.unsupportedArchitecture(
        name: "\(configuration.architecture) with an output bias", supported: modelTypes)
    }
    return Attention(
      queryProjection: try source.matrix("\(stem).q_proj", rows: query, columns: hidden),
      keyProjection: try source.matrix("\(stem).k_proj", rows: key, columns: hidden),
      valueProjection: try source.matrix("\(stem).v_proj", rows: key, columns: hidden),
      outputProjection: try source.matrix("\(stem).o_proj", rows: hidden, columns: query),
      queryBias: try optional("q_proj.bias", count: query),
      keyBias: try optional("k_proj.bias", count: key),
      valueBias: try optional("v_proj.bias", count: key),
      queryNorm: try optional("q_norm.weight", count: size),
      keyNorm: try optional("k_norm.weight", count: size), isGated: false)
  }
}
