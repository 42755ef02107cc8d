/// How the inputs of a product with packed weights are represented.
public enum ActivationMode: String, CaseIterable, Sendable, Codable {
  /// Weights are expanded exactly and multiplied with f32 inputs: the mode of parity, contributions
  /// and interventions.
  case float32 = "f32"
  /// Inputs are rounded to 8 bits in blocks of 32 and the products summed as integers, for formats
  /// that have such a product; others stay f32. Faster, and another function: logits move.
  case int8
}
