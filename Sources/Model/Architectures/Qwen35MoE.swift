internal import CanonicalJSON
internal import Foundation
internal import Kernels

/// Qwen3.5-MoE: three Gated DeltaNet layers to one gated attention layer, each with routed experts
/// and a gated shared expert; norms zero-centred.
///
/// - Source: transformers 5.23 `models/qwen3_5_moe/modular_qwen3_5_moe.py`.
enum Qwen35MoE: Architecture {
  static let modelTypes = ["qwen3_5_moe_text", "qwen3_5_moe"]
  static let ggufNames = ["qwen35moe"]
  static let normsAreZeroCentred = true

  static func configuration(
    _ file: HuggingFaceConfiguration, source: HuggingFaceSource
  ) throws -> ModelConfiguration {
    let layerCount = try file.size("num_hidden_layers", in: 1...4096)
    let headSize = try file.size("head_dim", in: 1...65536)
    let rope = file.text["rope_parameters"] ?? .object([:])
    guard let theta = (rope["rope_theta"] ?? file.text["rope_theta"])?.doubleValue, theta > 0
    else {
      throw ModelError.badConfiguration(key: "rope_parameters.rope_theta", problem: "it is missing")
    }
    let share =
      (rope["partial_rotary_factor"] ?? file.text["partial_rotary_factor"])?.doubleValue ?? 0.25
    guard share > 0, share <= 1 else {
      throw ModelError.badConfiguration(
        key: "partial_rotary_factor", problem: "it must be in (0, 1]")
    }
    let configuration = ModelConfiguration(
      architecture: modelTypes[0],
      vocabularySize: try file.size("vocab_size"),
      hiddenSize: try file.size("hidden_size"),
      mixers: try mixers(file, count: layerCount),
      queryHeads: try file.size("num_attention_heads", in: 1...65536),
      keyValueHeads: try file.size("num_key_value_heads", in: 1...65536),
      headSize: headSize,
      normEpsilon: try file.positive("rms_norm_eps"),
      rotary: RotaryEmbedding(
        base: theta, size: Int(Double(headSize) * share) / 2 * 2, pairing: .halves),
      slidingWindow: nil,
      linearAttention: ModelConfiguration.LinearAttention(
        keyHeads: try file.size("linear_num_key_heads", in: 1...65536),
        valueHeads: try file.size("linear_num_value_heads", in: 1...65536),
        keyHeadSize: try file.size("linear_key_head_dim", in: 1...65536),
        valueHeadSize: try file.size("linear_value_head_dim", in: 1...65536),
        convolutionTaps: try file.size("linear_conv_kernel_dim", in: 1...64)),
      experts: ModelConfiguration.Experts(
        count: try file.size("num_experts", in: 1...65536),
        perToken: try file.size("num_experts_per_tok", in: 1...1024),
        intermediateSize: try file.size("moe_intermediate_size"), isNormalised: true),
      sharedIntermediateSize: try file.size("shared_expert_intermediate_size"),
      endTokens: file.endTokens
    )
    try configuration.validate()
    return configuration
  }

  private static func mixers(
    _ file: HuggingFaceConfiguration, count: Int
  ) throws -> [ModelConfiguration.Mixer] {
    guard let list = file.text["layer_types"]?.arrayValue else {
      let interval = try file.optionalSize("full_attention_interval") ?? 4
      return (1...count).map { $0 % interval == 0 ? .fullAttention : .gatedDeltaNet }
    }
    guard list.count == count else {
      throw ModelError.badConfiguration(
        key: "layer_types", problem: "it has \(list.count) entries for \(count) layers")
    }
    var mixers: [ModelConfiguration.Mixer] = []
    for entry in list {
      guard let mixer = entry.stringValue.flatMap(ModelConfiguration.Mixer.init(rawValue:)) else {
        throw ModelError.badConfiguration(
          key: "layer_types", problem: "it holds an unknown layer type")
      }
      mixers.append(mixer)
    }
    return mixers
  }

  static func conventions(_ checkpoint: GGUFCheckpoint) -> WeightConventions {
    var conventions = WeightConventions()
    conventions.normsIncludeOne = true
    conventions.decayIsExpanded = true
    // Ollama writes the flag; llama.cpp has tiled the heads since early 2026 without one.
    conventions.valueHeadsAreTiled =
      checkpoint.value("ssm.v_head_reordered")?.boolValue ?? true
    return conventions
  }

  static func configuration(
    _ file: GGUFCheckpoint, source: GGUFSource
  ) throws -> ModelConfiguration {
    let blocks = try file.size("block_count", in: 1...4096)
    let predictors = try file.size("nextn_predict_layers", in: 0...64, default: 0)
    guard blocks > predictors else {
      throw ModelError.badConfiguration(key: "block_count", problem: "it leaves no layer")
    }
    let valueHeads = try file.size("ssm.time_step_rank", in: 1...65536)
    let inner = try file.size("ssm.inner_size")
    guard inner % valueHeads == 0 else {
      throw ModelError.badConfiguration(
        key: "ssm.inner_size", problem: "the value heads do not divide it")
    }
    let headSize = try file.size("attention.key_length", in: 1...65536)
    guard let embedding = file.tensors["token_embd.weight"], let vocabulary = embedding.shape.first
    else { throw ModelError.missingTensor(name: "token_embd.weight") }
    let shared = try file.size("expert_shared_feed_forward_length", default: 0)
    let configuration = ModelConfiguration(
      architecture: modelTypes[0],
      vocabularySize: vocabulary,
      hiddenSize: try file.size("embedding_length"),
      mixers: try mixers(file, count: blocks - predictors),
      queryHeads: try file.size("attention.head_count", in: 1...65536),
      keyValueHeads: try file.size("attention.head_count_kv", in: 1...65536),
      headSize: headSize,
      normEpsilon: try file.positive("attention.layer_norm_rms_epsilon"),
      rotary: RotaryEmbedding(
        base: try file.positive("rope.freq_base"),
        size: try file.size("rope.dimension_count", in: 2...65536), pairing: .halves),
      slidingWindow: nil,
      linearAttention: ModelConfiguration.LinearAttention(
        keyHeads: try file.size("ssm.group_count", in: 1...65536), valueHeads: valueHeads,
        keyHeadSize: try file.size("ssm.state_size", in: 1...65536),
        valueHeadSize: inner / valueHeads,
        convolutionTaps: try file.size("ssm.conv_kernel", in: 1...64)),
      experts: ModelConfiguration.Experts(
        count: try file.size("expert_count", in: 1...65536),
        perToken: try file.size("expert_used_count", in: 1...1024),
        intermediateSize: try file.size("expert_feed_forward_length"), isNormalised: true),
      sharedIntermediateSize: shared > 0
        ? shared : try file.size("expert_feed_forward_length"),
      endTokens: file.endTokens
    )
    try configuration.validate()
    return configuration
  }

  private static func mixers(
    _ file: GGUFCheckpoint, count: Int
  ) throws -> [ModelConfiguration.Mixer] {
    if let list = file.value("attention.recurrent_layers")?.arrayValue {
      let flags = list.elements().compactMap(\.boolValue)
      guard flags.count >= count else {
        throw ModelError.badConfiguration(
          key: "attention.recurrent_layers", problem: "it has \(flags.count) entries")
      }
      return flags.prefix(count).map { $0 ? .gatedDeltaNet : .fullAttention }
    }
    // Ollama: 0 key-value heads mark a linear layer.
    if let list = file.value("attention.head_count_kv")?.arrayValue {
      let heads = list.elements().compactMap(\.intValue)
      guard heads.count >= count else {
        throw ModelError.badConfiguration(
          key: "attention.head_count_kv", problem: "it has \(heads.count) entries")
      }
      return heads.prefix(count).map { $0 == 0 ? .gatedDeltaNet : .fullAttention }
    }
    let interval = try file.size("full_attention_interval", default: 4)
    return (1...count).map { $0 % interval == 0 ? .fullAttention : .gatedDeltaNet }
  }

  static func layer(
    _ index: Int, _ configuration: ModelConfiguration, source: any WeightSource
  ) throws -> DecoderLayer {
    let stem = "layers.\(index)"
    let hidden = configuration.hiddenSize
    return DecoderLayer(
      inputNorm: try source.norm(
        "\(stem).input_layernorm.weight", count: hidden, isZeroCentred: normsAreZeroCentred),
      feedForwardNorm: try source.norm(
        "\(stem).post_attention_layernorm.weight", count: hidden, isZeroCentred: normsAreZeroCentred
      ),
      mixer: configuration.mixers[index] == .fullAttention
        ? .attention(try attention("\(stem).self_attn", configuration, source: source))
        : .deltaNet(try deltaNet("\(stem).linear_attn", configuration, source: source)),
      feedForward: try feedForward("\(stem).mlp", configuration, source: source))
  }

  private static func attention(
    _ stem: String, _ configuration: ModelConfiguration, source: any WeightSource
  ) throws -> Attention {
    let (hidden, size) = (configuration.hiddenSize, configuration.headSize)
    let (query, key) = (configuration.queryHeads * size, configuration.keyValueHeads * size)
    return Attention(
      queryProjection: try source.matrix("\(stem).q_proj", rows: 2 * query, columns: hidden),
      keyProjection: try source.matrix("\(stem).k_proj", rows: key, columns: hidden),
      valueProjection: try source.matrix("\(stem).v_proj", rows: key, columns: hidden),
      outputProjection: try source.matrix("\(stem).o_proj", rows: hidden, columns: query),
      queryBias: nil, keyBias: nil, valueBias: nil,
      queryNorm: try source.norm(
        "\(stem).q_norm.weight", count: size, isZeroCentred: normsAreZeroCentred),
      keyNorm: try source.norm(
        "\(stem).k_norm.weight", count: size, isZeroCentred: normsAreZeroCentred), isGated: true)
  }

  private static func deltaNet(
    _ stem: String, _ configuration: ModelConfiguration, source: any WeightSource
  ) throws -> GatedDeltaNet {
    guard let sizes = configuration.linearAttention else {
      throw ModelError.badConfiguration(key: "linear_num_key_heads", problem: "it is missing")
    }
    let hidden = configuration.hiddenSize
    let stored = try source.vector("\(stem).A_log", count: sizes.valueHeads)
    return GatedDeltaNet(
      inputProjection: try source.matrix(
        "\(stem).in_proj_qkv", rows: sizes.channels, columns: hidden),
      gateProjection: try source.matrix(
        "\(stem).in_proj_z", rows: sizes.valueSize, columns: hidden),
      betaProjection: try source.matrix(
        "\(stem).in_proj_b", rows: sizes.valueHeads, columns: hidden),
      decayProjection: try source.matrix(
        "\(stem).in_proj_a", rows: sizes.valueHeads, columns: hidden),
      outputProjection: try source.matrix(
        "\(stem).out_proj", rows: hidden, columns: sizes.valueSize),
      convolution: try source.vector(
        "\(stem).conv1d.weight", count: sizes.channels * sizes.convolutionTaps),
      decayRate: source.conventions.decayIsExpanded
        ? stored : stored.map { -Float(exp(Double($0))) },
      decayBias: try source.vector("\(stem).dt_bias", count: sizes.valueHeads),
      norm: try source.vector("\(stem).norm.weight", count: sizes.valueHeadSize),
      valueHeadsAreTiled: source.conventions.valueHeadsAreTiled, sizes: sizes)
  }

  private static func feedForward(
    _ stem: String, _ configuration: ModelConfiguration, source: any WeightSource
  ) throws -> FeedForward {
    guard let experts = configuration.experts else {
      throw ModelError.badConfiguration(key: "num_experts", problem: "it is missing")
    }
    let (hidden, shared) = (configuration.hiddenSize, configuration.sharedIntermediateSize)
    return FeedForward(
      routed: FeedForward.Routed(
        router: try source.matrix("\(stem).gate", rows: experts.count, columns: hidden),
        bank: try source.experts(
          stem, count: experts.count, intermediate: experts.intermediateSize, hidden: hidden),
        sizes: experts),
      shared: FeedForward.Expert(
        gate: try source.matrix("\(stem).shared_expert.gate_proj", rows: shared, columns: hidden),
        up: try source.matrix("\(stem).shared_expert.up_proj", rows: shared, columns: hidden),
        down: try source.matrix("\(stem).shared_expert.down_proj", rows: hidden, columns: shared)),
      sharedGate: try source.matrix("\(stem).shared_expert_gate", rows: 1, columns: hidden),
      hiddenSize: hidden)
  }
}
