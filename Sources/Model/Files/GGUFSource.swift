package import Kernels

/// Weights of a GGUF checkpoint under the canonical names.
package struct GGUFSource: WeightSource {
  package let conventions: WeightConventions
  let tensors: [String: StoredTensor]
  /// Whether `post_attention_norm` is the norm before the feed-forward block (qwen35moe).
  let usesPostAttentionNorm: Bool

  package init(_ checkpoint: GGUFCheckpoint, conventions: WeightConventions) {
    tensors = checkpoint.tensors
    self.conventions = conventions
    usesPostAttentionNorm = checkpoint.architecture.hasPrefix("qwen35")
  }

  /// Hugging Face module names inside a layer, and the GGUF ones.
  private static let layerNames = [
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "linear_attn.in_proj_qkv": "attn_qkv", "linear_attn.in_proj_z": "attn_gate",
    "linear_attn.in_proj_b": "ssm_beta", "linear_attn.in_proj_a": "ssm_alpha",
    "linear_attn.conv1d": "ssm_conv1d", "linear_attn.norm": "ssm_norm",
    "linear_attn.out_proj": "ssm_out",
    "mlp.gate": "ffn_gate_inp", "mlp.shared_expert_gate": "ffn_gate_inp_shexp",
    "mlp.shared_expert.gate_proj": "ffn_gate_shexp",
    "mlp.shared_expert.up_proj": "ffn_up_shexp",
    "mlp.shared_expert.down_proj": "ffn_down_shexp",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
  ]

  /// The GGUF names that a canonical tensor name can have, the usual one first.
  func candidates(_ name: String) -> [String] {
    switch name {
    case "embed_tokens.weight": return ["token_embd.weight"]
    case "norm.weight": return ["output_norm.weight"]
    case "lm_head.weight": return ["output.weight"]
    default: break
    }
    guard name.hasPrefix("layers.") else { return [name] }
    let parts = name.dropFirst("layers.".count).split(separator: ".", maxSplits: 1)
    guard parts.count == 2 else { return [name] }
    let layer = "blk.\(parts[0])."
    switch parts[1] {
    case "linear_attn.A_log": return [layer + "ssm_a", layer + "ssm_a.weight"]
    case "linear_attn.dt_bias":
      return [layer + "ssm_dt.bias", layer + "ssm_dt", layer + "ssm_dt.weight"]
    case "post_attention_layernorm.weight":
      return [layer + (usesPostAttentionNorm ? "post_attention_norm" : "ffn_norm") + ".weight"]
    default: break
    }
    for suffix in [".weight", ".bias"] where parts[1].hasSuffix(suffix) {
      if let module = Self.layerNames[String(parts[1].dropLast(suffix.count))] {
        return [layer + module + suffix]
      }
    }
    return [layer + parts[1]]
  }

  private func find(_ name: String) -> StoredTensor? {
    candidates(name).lazy.compactMap { tensors[$0] }.first
  }

  private func tensor(_ name: String) throws -> StoredTensor {
    guard let tensor = find(name) else { throw ModelError.missingTensor(name: candidates(name)[0]) }
    return tensor
  }

  package func hasTensor(_ name: String) -> Bool { find(name) != nil }

  package func hasModule(_ module: String) -> Bool { hasTensor(module + ".weight") }

  package func vector(_ name: String, count: Int) throws -> [Float] {
    let tensor = try tensor(name)
    guard tensor.elementCount == count else {
      throw ModelError.wrongShape(tensor: tensor.name, expected: [count], found: tensor.shape)
    }
    return try tensor.matrices(count: 1, rows: 1, columns: count)[0].values()
  }

  package func matrix(
    _ module: String, rows: Int, columns: Int
  ) throws -> WeightMatrix {
    let tensor = try tensor(module + ".weight")
    // A single row may be stored as a vector.
    let isVector = rows == 1 && tensor.shape == [columns]
    guard tensor.shape == [rows, columns] || isVector else {
      throw ModelError.wrongShape(
        tensor: tensor.name, expected: [rows, columns], found: tensor.shape)
    }
    return try tensor.matrices(count: 1, rows: rows, columns: columns)[0]
  }

  package func experts(
    _ block: String, count: Int, intermediate: Int, hidden: Int
  ) throws -> ExpertBank {
    let layer = block.split(separator: ".").dropFirst().first.map { "blk.\($0)." } ?? ""
    func stack(_ name: String, rows: Int, columns: Int) throws -> [WeightMatrix] {
      guard let tensor = tensors[layer + name] else {
        throw ModelError.missingTensor(name: layer + name)
      }
      guard tensor.shape == [count, rows, columns] else {
        throw ModelError.wrongShape(
          tensor: tensor.name, expected: [count, rows, columns], found: tensor.shape)
      }
      return try tensor.matrices(count: count, rows: rows, columns: columns)
    }
    let down = try stack("ffn_down_exps.weight", rows: hidden, columns: intermediate)
    if tensors[layer + "ffn_gate_up_exps.weight"] != nil {
      return ExpertBank(
        fused: try stack("ffn_gate_up_exps.weight", rows: 2 * intermediate, columns: hidden),
        down: down)
    }
    return ExpertBank(
      gate: try stack("ffn_gate_exps.weight", rows: intermediate, columns: hidden),
      up: try stack("ffn_up_exps.weight", rows: intermediate, columns: hidden), down: down)
  }
}
