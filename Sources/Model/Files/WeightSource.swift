package import Kernels

/// Where an architecture finds its weights, by canonical name: the Hugging Face name without the
/// prefix of the file (`layers.3.self_attn.q_proj`, `lm_head`).
package protocol WeightSource: Sendable {
  var conventions: WeightConventions { get }

  /// Whether a module has weights in some form.
  func hasModule(_ module: String) -> Bool

  /// The weight of a linear module or an embedding.
  func matrix(_ module: String, rows: Int, columns: Int) throws -> WeightMatrix

  /// A small tensor in f32; `name` is complete (`layers.0.input_layernorm.weight`).
  func vector(_ name: String, count: Int) throws -> [Float]

  func hasTensor(_ name: String) -> Bool

  /// The routed experts of a block such as `layers.0.mlp`.
  func experts(
    _ block: String, count: Int, intermediate: Int, hidden: Int
  ) throws -> ExpertBank
}

/// What a converter has already done to the weights.
package struct WeightConventions: Sendable, Equatable {
  /// Zero-centred norms are stored as 1 + w (GGUF, MLX).
  package var normsIncludeOne = false
  /// Value head t belongs to key head t mod n instead of t div r (GGUF).
  package var valueHeadsAreTiled = false
  /// `A_log` is stored as −exp(A_log) (GGUF).
  package var decayIsExpanded = false
  package var rotaryPairing = RotaryEmbedding.Pairing.halves

  package init() {}
}

/// The projections of all routed experts of a layer, `[intermediate, hidden]` for gate and up,
/// `[hidden, intermediate]` for down.
package struct ExpertBank: Sendable {
  package let gate: [WeightMatrix]
  package let up: [WeightMatrix]
  package let down: [WeightMatrix]

  package init(gate: [WeightMatrix], up: [WeightMatrix], down: [WeightMatrix]) {
    self.gate = gate
    self.up = up
    self.down = down
  }

  /// From matrices `[2 · intermediate, hidden]` whose first half is gate.
  package init(fused: [WeightMatrix], down: [WeightMatrix]) {
    gate = fused.map { $0.slice(rows: 0..<$0.rows / 2) }
    up = fused.map { $0.slice(rows: $0.rows / 2..<$0.rows) }
    self.down = down
  }
}
