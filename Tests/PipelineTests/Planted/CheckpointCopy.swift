import CanonicalJSON
import Foundation

/// The BF16 tensors of a safetensors checkpoint in memory, to be read, changed and written as a
/// checkpoint of its own.
struct CheckpointCopy {
  private struct Tensor {
    let offset: Int
    let columns: Int
  }

  /// The folder of the shipped model.
  static let reference: String = {
    // <root>/Tests/PipelineTests/Planted/CheckpointCopy.swift
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(4).joined(separator: "/") + "/data/reference-model"
  }()

  private let folder: String
  private var bytes: [UInt8]
  private var tensors: [String: Tensor] = [:]

  init(folder: String = reference) throws {
    self.folder = folder
    bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/model.safetensors")))
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    let header = try JSONValue(parsing: bytes[8..<8 + length])
    for (name, entry) in header.objectValue ?? [:] where entry["dtype"]?.stringValue == "BF16" {
      let shape = (entry["shape"]?.arrayValue ?? []).compactMap(\.intValue)
      guard let begin = entry["data_offsets"]?[0]?.intValue, let columns = shape.last else {
        continue
      }
      tensors[name] = Tensor(offset: 8 + length + begin, columns: columns)
    }
  }

  private func place(_ name: String, _ row: Int, _ column: Int) throws -> Int {
    guard let tensor = tensors[name] else { throw CocoaError(.fileReadCorruptFile) }
    return tensor.offset + 2 * (row * tensor.columns + column)
  }

  func value(_ name: String, _ row: Int, _ column: Int) throws -> Float {
    let place = try place(name, row, column)
    return Float(bitPattern: (UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8) << 16)
  }

  func row(_ name: String, _ row: Int = 0, count: Int) throws -> [Double] {
    try (0..<count).map { Double(try value(name, row, $0)) }
  }

  /// Rounds to the nearest BF16.
  mutating func set(_ name: String, _ row: Int, _ column: Int, to value: Double) throws {
    let place = try place(name, row, column)
    let bits = Float(value).bitPattern
    let rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
    bytes[place] = UInt8(truncatingIfNeeded: rounded)
    bytes[place + 1] = UInt8(truncatingIfNeeded: rounded >> 8)
  }

  /// Replaces neuron `index` of the shared expert of a layer.
  ///
  /// - Parameters:
  ///   - read: of gate and up projection alike, `[hidden]`.
  ///   - write: its column of the down projection, `[hidden]`.
  mutating func replaceSharedNeuron(
    layer: Int, index: Int, read: [Double], write: [Double]
  ) throws {
    let expert = "model.layers.\(layer).mlp.shared_expert."
    for (place, value) in read.enumerated() {
      try set(expert + "gate_proj.weight", index, place, to: value)
      try set(expert + "up_proj.weight", index, place, to: value)
    }
    for (place, value) in write.enumerated() {
      try set(expert + "down_proj.weight", place, index, to: value)
    }
  }

  /// Writes weights, configuration and tokenizer.
  func write(to target: String) throws {
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: target + "/model.safetensors"))
    for name in [
      "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
    ] {
      try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(target)/\(name)")
    }
  }
}
