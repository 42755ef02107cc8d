internal import CanonicalJSON
package import Kernels

/// Weights of a safetensors folder: plain, GPTQ int4 or MLX affine, module by module.
///
/// What a module is, its own tensors tell: `.qweight` means GPTQ, `.scales` with `.biases` MLX, else
/// plain. The lists in `config.json` are not needed and can be wrong.
package struct HuggingFaceSource: WeightSource {
  package let conventions: WeightConventions
  let tensors: [String: StoredTensor]
  let prefix: String
  let headPrefix: String
  /// What GPTQ adds to a stored zero point: 1 unless `checkpoint_format` is `gptq_v2`.
  let gptqZeroShift: Int

  package init(_ checkpoint: SafetensorsCheckpoint) throws {
    let tensors = checkpoint.tensors
    let prefixes = ["model.language_model.", "language_model.model.", "model.", ""]
    guard let prefix = prefixes.first(where: { tensors[$0 + "embed_tokens.weight"] != nil }) else {
      throw ModelError.missingTensor(name: "model.embed_tokens.weight")
    }
    self.tensors = tensors
    self.prefix = prefix
    headPrefix =
      ["", "language_model.", "model.", "model.language_model."].first { candidate in
        [".weight", ".qweight"].contains { tensors[candidate + "lm_head" + $0] != nil }
      } ?? ""
    var conventions = WeightConventions()
    // MLX moves the taps of the convolution before a last dimension of 1 and, in the same step,
    // adds 1 to the zero-centred norms. No metadata says so.
    let suffix = ".linear_attn.conv1d.weight"
    conventions.normsIncludeOne = tensors.contains { name, tensor in
      name.hasSuffix(suffix) && tensor.shape.count == 3 && tensor.shape[2] == 1
        && tensor.shape[1] != 1
    }
    self.conventions = conventions
    let quantization = checkpoint.configuration.root["quantization_config"]
    gptqZeroShift = quantization?["checkpoint_format"]?.stringValue == "gptq_v2" ? 0 : 1
    if quantization?["quant_method"]?.stringValue == "gptq", let bits = quantization?["bits"],
      bits.intValue != 4
    {
      throw ModelError.badConfiguration(
        key: "quantization_config.bits", problem: "only 4-bit GPTQ is supported")
    }
  }

  func fullName(_ name: String) -> String {
    name.hasPrefix("lm_head") ? headPrefix + name : prefix + name
  }

  package func hasTensor(_ name: String) -> Bool { tensors[fullName(name)] != nil }

  package func hasModule(_ module: String) -> Bool {
    hasTensor(module + ".weight") || hasTensor(module + ".qweight")
  }

  func tensor(_ name: String) throws -> StoredTensor {
    guard let tensor = tensors[fullName(name)] else {
      throw ModelError.missingTensor(name: fullName(name))
    }
    return tensor
  }

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
    if hasTensor(module + ".qweight") {
      return try gptqMatrix(module, rows: rows, columns: columns)
    }
    let stack = try plainOrMLX(module, count: 1, rows: rows, columns: columns)
    return stack[0]
  }

  /// Matrices of a module whose tensor may carry a leading expert axis.
  private func plainOrMLX(
    _ module: String, count: Int, rows: Int, columns: Int
  ) throws -> [WeightMatrix] {
    if hasTensor(module + ".scales") {
      return try mlxMatrices(module, count: count, rows: rows, columns: columns)
    }
    let bare = hasTensor(module) && !hasTensor(module + ".weight")
    let weight = try tensor(bare ? module : module + ".weight")
    let expected = count == 1 ? [rows, columns] : [count, rows, columns]
    guard weight.shape == expected || (count == 1 && weight.shape == [1, rows, columns]) else {
      throw ModelError.wrongShape(tensor: weight.name, expected: expected, found: weight.shape)
    }
    return try weight.matrices(count: count, rows: rows, columns: columns)
  }

  package func experts(
    _ block: String, count: Int, intermediate: Int, hidden: Int
  ) throws -> ExpertBank {
    for stem in [block + ".experts", block + ".switch_mlp"] {
      let fused = stem + ".gate_up_proj"
      if hasTensor(fused) || hasTensor(fused + ".weight") {
        return ExpertBank(
          fused: try plainOrMLX(fused, count: count, rows: 2 * intermediate, columns: hidden),
          down: try plainOrMLX(
            stem + ".down_proj", count: count, rows: hidden, columns: intermediate))
      }
      let split = stem + ".gate_proj"
      if hasTensor(split) || hasTensor(split + ".weight") {
        return ExpertBank(
          gate: try plainOrMLX(split, count: count, rows: intermediate, columns: hidden),
          up: try plainOrMLX(stem + ".up_proj", count: count, rows: intermediate, columns: hidden),
          down: try plainOrMLX(
            stem + ".down_proj", count: count, rows: hidden, columns: intermediate))
      }
    }
    var (gate, up, down): ([WeightMatrix], [WeightMatrix], [WeightMatrix]) = ([], [], [])
    for expert in 0..<count {
      let stem = "\(block).experts.\(expert)"
      gate.append(try matrix(stem + ".gate_proj", rows: intermediate, columns: hidden))
      up.append(try matrix(stem + ".up_proj", rows: intermediate, columns: hidden))
      down.append(try matrix(stem + ".down_proj", rows: hidden, columns: intermediate))
    }
    return ExpertBank(gate: gate, up: up, down: down)
  }
}
