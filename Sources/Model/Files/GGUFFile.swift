internal import Kernels

/// One GGUF file, version 3 (or 2): metadata, tensor directory, data.
///
/// - Source: the GGUF specification of ggml, `docs/gguf.md`.
package struct GGUFFile: Sendable {
  static let maximumTensors = 1_000_000

  package let metadata: [String: GGUFValue]
  package let tensors: [String: StoredTensor]
  package let path: String

  /// - Throws: ``ModelError/cannotRead(path:reason:)``, ``ModelError/corruptFile(path:offset:problem:)``.
  package init(path: String) throws {
    let file = try MappedFile(path: path)
    var reader = GGUFReader(file: file, offset: 0)
    guard file.bytes.count >= 24, file.bytes.prefix(4).elementsEqual("GGUF".utf8) else {
      throw file.corrupt("the file does not start with GGUF", at: 0)
    }
    reader.offset = 4
    let version = try reader.number(UInt32.self)
    guard version == 2 || version == 3 else {
      throw file.corrupt("GGUF version \(version) is not supported", at: 4)
    }
    // A directory entry takes at least 24 bytes, a metadata entry at least 13.
    let tensorCount = try reader.length(unit: 24)
    let entryCount = try reader.length(unit: 13)
    guard tensorCount <= Self.maximumTensors else {
      throw file.corrupt("\(tensorCount) tensors are too many", at: 8)
    }
    var metadata: [String: GGUFValue] = [:]
    for _ in 0..<entryCount {
      let start = reader.offset
      let key = try reader.string()
      let type = try reader.number(UInt32.self)
      let value = try reader.value(type: type)
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw file.corrupt("the key \(key.prefix(80)) stands twice", at: start)
      }
    }
    var alignment = 32
    if let value = metadata["general.alignment"] {
      guard let bytes = value.intValue, (1...(1 << 20)).contains(bytes) else {
        throw file.corrupt("general.alignment is impossible", at: 0)
      }
      alignment = bytes
    }
    var entries: [Entry] = []
    for _ in 0..<tensorCount { entries.append(try Self.entry(&reader)) }
    let dataStart = (reader.offset + alignment - 1) / alignment * alignment
    var tensors: [String: StoredTensor] = [:]
    for entry in entries {
      let tensor = try entry.tensor(file: file, dataStart: dataStart)
      guard tensors.updateValue(tensor, forKey: entry.name) == nil else {
        throw file.corrupt("the tensor \(entry.name.prefix(80)) stands twice", at: entry.position)
      }
    }
    self.metadata = metadata
    self.tensors = tensors
    self.path = path
  }

  private struct Entry {
    let position: Int
    let name: String
    let shape: [Int]
    let type: UInt32
    let offset: UInt64

    func tensor(file: MappedFile, dataStart: Int) throws -> StoredTensor {
      guard let count = StoredTensor.elementCount(of: shape), count < 1 << 48 else {
        throw file.corrupt("the shape of \(name.prefix(80)) is impossible", at: position)
      }
      let available = file.bytes.count - dataStart
      guard available >= 0, offset <= UInt64(available) else {
        throw file.corrupt("the data of \(name.prefix(80)) lie outside the file", at: position)
      }
      let start = dataStart + Int(offset)
      guard let format = WeightFormat(rawValue: Int32(truncatingIfNeeded: type)),
        let block = format.block
      else {
        // Kept so that a model which does not need it still opens.
        return StoredTensor(
          name: name, type: .other("GGML type \(type)"), shape: shape, file: file,
          range: start..<start)
      }
      let columns = shape.last ?? 1
      guard columns % block.weights == 0 else {
        throw file.corrupt(
          "a row of \(name.prefix(80)) has \(columns) weights, no multiple of \(block.weights)",
          at: position)
      }
      let bytes = count / block.weights * block.bytes
      guard bytes <= available - Int(offset) else {
        throw file.corrupt("the data of \(name.prefix(80)) lie outside the file", at: position)
      }
      return StoredTensor(
        name: name, type: .weights(format), shape: shape, file: file, range: start..<start + bytes)
    }
  }

  private static func entry(_ reader: inout GGUFReader) throws -> Entry {
    let position = reader.offset
    let name = try reader.string()
    let dimensions = try reader.number(UInt32.self)
    guard dimensions <= 8 else {
      throw reader.file.corrupt("\(dimensions) dimensions are too many", at: position)
    }
    var shape: [Int] = []
    for _ in 0..<dimensions {
      guard let size = Int(exactly: try reader.number(UInt64.self)) else {
        throw reader.file.corrupt("the shape of \(name.prefix(80)) is impossible", at: position)
      }
      shape.append(size)
    }
    let type = try reader.number(UInt32.self)
    let offset = try reader.number(UInt64.self)
    return Entry(
      position: position, name: name, shape: shape.reversed(), type: type, offset: offset)
  }
}
