internal import CanonicalJSON
internal import Foundation
internal import Kernels

/// Writes a plain safetensors checkpoint in a 4-bit layout, round to nearest.
///
/// For format comparisons on the same weights. It is not GPTQ's calibrated algorithm, and the
/// written `config.json` says so.
public struct CheckpointQuantiser: Sendable {
  /// What was written.
  public struct Written: Sendable, Equatable {
    public let tensorCount: Int
    public let sizeBytes: Int
  }

  /// The tensors that one matrix becomes; their bytes are made together, when it is their turn.
  private struct Output {
    struct Part {
      let name: String
      let type: String
      let shape: [Int]
      let sizeBytes: Int
    }

    let parts: [Part]
    let make: () throws -> [[UInt8]]
  }

  let checkpoint: SafetensorsCheckpoint
  let folder: String
  let layout: QuantisedLayout
  let groupSize: Int

  /// - Throws: ``ModelError``.
  public init(folder: String, layout: QuantisedLayout, groupSize: Int) throws {
    guard [32, 64, 128].contains(groupSize) else {
      throw ModelError.badRequest(problem: "the group size must be 32, 64 or 128")
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), !isFolder.boolValue {
      throw ModelError.badRequest(
        problem: "\(folder) is a file; give the folder of a plain safetensors checkpoint")
    }
    checkpoint = try SafetensorsCheckpoint(folder: folder)
    guard
      !checkpoint.tensors.keys.contains(where: {
        $0.hasSuffix("weight_packed") || $0.hasSuffix(".scales")
      })
    else {
      throw ModelError.badRequest(
        problem: "\(folder) is quantised already; give the plain checkpoint")
    }
    self.folder = folder
    self.layout = layout
    self.groupSize = groupSize
  }

  /// Writes the checkpoint to a folder that does not exist yet.
  ///
  /// - Throws: ``ModelError/cannotWrite(path:reason:)``.
  public func write(to target: String) throws -> Written {
    let manager = FileManager.default
    guard !manager.fileExists(atPath: target) else {
      throw ModelError.cannotWrite(path: target, reason: "it exists; choose another folder")
    }
    do {
      try manager.createDirectory(atPath: target, withIntermediateDirectories: true)
      for name in try manager.contentsOfDirectory(atPath: folder).sorted()
      where name.hasPrefix("tokenizer") || name.hasPrefix("chat_template")
        || name == "generation_config.json"
      {
        try manager.copyItem(atPath: "\(folder)/\(name)", toPath: "\(target)/\(name)")
      }
    } catch {
      throw ModelError.cannotWrite(path: target, reason: "\(error.localizedDescription)")
    }
    let outputs = try checkpoint.tensors.keys.sorted().flatMap { try plan($0) }
    let size = try writeTensors(outputs, to: target + "/model.safetensors")
    do {
      try Data(configuration().prettyText().utf8)
        .write(to: URL(filePath: target + "/config.json"))
    } catch {
      throw ModelError.cannotWrite(path: target, reason: "\(error.localizedDescription)")
    }
    return Written(tensorCount: outputs.reduce(0) { $0 + $1.parts.count }, sizeBytes: size)
  }

  // MARK: - What becomes of each tensor

  private static let projections = [
    "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "in_proj_qkv",
    "in_proj_z", "out_proj",
  ]

  private var isQwen35: Bool { checkpoint.configuration.modelType.hasPrefix("qwen3_5") }

  private func plan(_ name: String) throws -> [Output] {
    guard let tensor = checkpoint.tensors[name] else { return [] }
    if name.hasPrefix("mtp.") || name.contains(".visual.") { return [] }
    if tensor.shape.count == 3, name.contains(".experts.") {
      return try planExperts(tensor)
    }
    let module = name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
    let last = module.split(separator: ".").last.map(String.init) ?? ""
    if tensor.shape.count == 2, name.hasSuffix(".weight") {
      let (rows, columns) = (tensor.shape[0], tensor.shape[1])
      let values = { try tensor.matrices(count: 1, rows: rows, columns: columns)[0].values() }
      switch layout {
      case .gptq:
        if Self.projections.contains(last), rows % 8 == 0, columns % groupSize == 0 {
          return [gptq(module, rows: rows, columns: columns, values: values)]
        }
      case .mlx:
        let isGate = last == "gate" || last == "shared_expert_gate"
        let size = isGate ? 64 : groupSize
        if columns % size == 0 {
          return [
            mlx(
              mlxName(module), leading: [rows], columns: columns, groupSize: size,
              bits: isGate ? 8 : 4, values: values)
          ]
        }
      }
    }
    return try [plain(tensor)]
  }

  /// Unchanged, except for what MLX moves: the taps of the convolution and the 1 of the norms.
  private func plain(_ tensor: StoredTensor) throws -> Output {
    var shape = tensor.shape
    let name = layout == .mlx ? mlxName(tensor.name) : tensor.name
    if layout == .mlx, isQwen35, tensor.name.hasSuffix("conv1d.weight"), shape.count == 3 {
      shape = [shape[0], shape[2], 1]
    }
    let isZeroCentred =
      layout == .mlx && isQwen35 && tensor.name.hasSuffix("norm.weight")
      && !tensor.name.contains("linear_attn")
    if isZeroCentred {
      return Output(
        parts: [
          Output.Part(
            name: name, type: "F32", shape: shape, sizeBytes: 4 * tensor.elementCount)
        ],
        make: {
          let count = tensor.elementCount
          let values = try tensor.matrices(count: 1, rows: 1, columns: count)[0].values()
          return [Self.bytes(values.map { 1 + $0 })]
        })
    }
    return Output(
      parts: [
        Output.Part(
          name: name, type: tensor.type.name, shape: shape, sizeBytes: tensor.range.count)
      ], make: { [Array(tensor.bytes)] })
  }

  private func mlxName(_ name: String) -> String {
    guard isQwen35 else { return name }
    if name.hasPrefix("lm_head") { return "language_model." + name }
    for prefix in ["model.language_model.", "model."] where name.hasPrefix(prefix) {
      return "language_model.model." + name.dropFirst(prefix.count)
    }
    return name
  }

  private func planExperts(_ tensor: StoredTensor) throws -> [Output] {
    let (count, rows, columns) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
    let isFused = tensor.name.hasSuffix("gate_up_proj")
    guard isFused && rows % 2 == 0 || tensor.name.hasSuffix("down_proj") else {
      return [try plain(tensor)]
    }
    let stem = tensor.name.components(separatedBy: ".experts.")[0]
    let halves: [(role: String, rows: Range<Int>)] =
      isFused
      ? [("gate_proj", 0..<rows / 2), ("up_proj", rows / 2..<rows)] : [("down_proj", 0..<rows)]
    guard columns % groupSize == 0, rows % 16 == 0 else {
      return plainExperts(tensor, stem: stem, halves: halves)
    }
    let stack = try tensor.matrices(count: count, rows: rows, columns: columns)
    switch layout {
    case .mlx:
      return halves.map { half in
        mlx(
          mlxName(stem) + ".switch_mlp." + half.role, leading: [count, half.rows.count],
          columns: columns, groupSize: groupSize, bits: 4,
          values: { stack.flatMap { $0.slice(rows: half.rows).values() } })
      }
    case .gptq:
      return (0..<count).flatMap { expert in
        halves.map { half in
          gptq(
            "\(stem).experts.\(expert).\(half.role)", rows: half.rows.count, columns: columns,
            values: { stack[expert].slice(rows: half.rows).values() })
        }
      }
    }
  }

  /// Experts that no group fits: unchanged numbers under the names of the layout, because a block
  /// whose other matrices are packed is read by those names.
  private func plainExperts(
    _ tensor: StoredTensor, stem: String, halves: [(role: String, rows: Range<Int>)]
  ) -> [Output] {
    let (count, rows, columns) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
    let rowSize = columns * (tensor.range.count / max(tensor.elementCount, 1))
    func bytes(_ expert: Int, _ half: Range<Int>) -> [UInt8] {
      let first = (expert * rows + half.lowerBound) * rowSize
      return Array(tensor.bytes[first..<first + half.count * rowSize])
    }
    func output(
      _ name: String, _ leading: [Int], _ experts: Range<Int>, _ half: Range<Int>
    ) -> Output {
      Output(
        parts: [
          Output.Part(
            name: name + ".weight", type: tensor.type.name,
            shape: leading + [half.count, columns], sizeBytes: experts.count * half.count * rowSize)
        ], make: { [experts.flatMap { bytes($0, half) }] })
    }
    return halves.flatMap { half -> [Output] in
      switch layout {
      case .mlx: [output(mlxName(stem) + ".switch_mlp." + half.role, [count], 0..<count, half.rows)]
      case .gptq:
        (0..<count).map {
          output("\(stem).experts.\($0).\(half.role)", [], $0..<$0 + 1, half.rows)
        }
      }
    }
  }

  // MARK: - Layouts

  private func gptq(
    _ module: String, rows: Int, columns: Int,
    values: @escaping () throws -> [Float]
  ) -> Output {
    let size = groupSize
    let groups = columns / size
    let make = { () throws -> [[UInt8]] in
      let packed = RoundToNearest.gptq(
        try values(), rows: rows, columns: columns, groupSize: size)
      return [
        Self.bytes(packed.words), Self.bytes(packed.zeros), Self.bytes(packed.scales),
        Self.bytes(packed.groups),
      ]
    }
    let parts: [(String, String, [Int], Int)] = [
      ("qweight", "I32", [columns / 8, rows], columns / 8 * rows * 4),
      ("qzeros", "I32", [groups, rows / 8], groups * rows / 2),
      ("scales", "F16", [groups, rows], groups * rows * 2),
      ("g_idx", "I32", [columns], columns * 4),
    ]
    return Output(
      parts: parts.map {
        Output.Part(name: "\(module).\($0.0)", type: $0.1, shape: $0.2, sizeBytes: $0.3)
      }, make: make)
  }

  private func mlx(
    _ module: String, leading: [Int], columns: Int, groupSize: Int, bits: Int,
    values: @escaping () throws -> [Float]
  ) -> Output {
    let rows = leading.reduce(1, *)
    let groups = columns / groupSize
    let make = { () throws -> [[UInt8]] in
      let packed = RoundToNearest.mlx(
        try values(), rows: rows, columns: columns, groupSize: groupSize, bits: bits)
      return [
        Self.bytes(packed.words), Self.bytes(packed.scales), Self.bytes(packed.biases),
      ]
    }
    let words = columns * bits / 32
    let parts: [(String, String, [Int], Int)] = [
      ("weight", "U32", leading + [words], rows * words * 4),
      ("scales", "F16", leading + [groups], rows * groups * 2),
      ("biases", "F16", leading + [groups], rows * groups * 2),
    ]
    return Output(
      parts: parts.map {
        Output.Part(name: "\(module).\($0.0)", type: $0.1, shape: $0.2, sizeBytes: $0.3)
      }, make: make)
  }

  private static func bytes<Element>(_ values: [Element]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }

  // MARK: - Files

  /// Header first, then one matrix after the other; memory is that of one matrix.
  private func writeTensors(_ outputs: [Output], to path: String) throws -> Int {
    var header: [String: JSONValue] = [
      "__metadata__": ["format": layout == .mlx ? "mlx" : "pt"]
    ]
    var offset = 0
    for part in outputs.flatMap(\.parts) {
      let end = offset + part.sizeBytes
      header[part.name] = [
        "dtype": .string(part.type),
        "shape": .array(part.shape.map { .integer(Int64($0)) }),
        "data_offsets": [.integer(Int64(offset)), .integer(Int64(end))],
      ]
      offset = end
    }
    var text = Array(try JSONValue.object(header).canonicalText().utf8)
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw ModelError.cannotWrite(path: path, reason: "it cannot be created") }
    defer { try? file.close() }
    do {
      let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
      try file.write(contentsOf: Data(length + text))
      for output in outputs {
        for bytes in try output.make() { try file.write(contentsOf: Data(bytes)) }
      }
    } catch let error as ModelError {
      throw error
    } catch {
      throw ModelError.cannotWrite(path: path, reason: "\(error.localizedDescription)")
    }
    return 8 + text.count + offset
  }

  private func configuration() -> JSONValue {
    guard var members = checkpoint.configuration.root.objectValue else { return .null }
    let note: JSONValue = "referee round-to-nearest"
    switch layout {
    case .gptq:
      members["quantization_config"] = [
        "quant_method": "gptq", "bits": 4, "group_size": .integer(Int64(groupSize)), "sym": true,
        "desc_act": false, "checkpoint_format": "gptq", "quantiser": note,
      ]
    case .mlx:
      let quantization: JSONValue = [
        "group_size": .integer(Int64(groupSize)), "bits": 4, "mode": "affine",
        "quantiser": note,
      ]
      members["quantization"] = quantization
      members["quantization_config"] = quantization
    }
    return .object(members)
  }
}
