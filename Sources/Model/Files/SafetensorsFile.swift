internal import CanonicalJSON
internal import Kernels

/// One safetensors file: an 8-byte length, a JSON header, the data.
///
/// - Source: the format description of huggingface/safetensors; its limit of 100 MB for the header
///   is enforced here.
package struct SafetensorsFile: Sendable {
  static let maximumHeaderBytes = 100_000_000

  package let tensors: [String: StoredTensor]
  package let metadata: [String: String]

  /// - Throws: ``ModelError/cannotRead(path:reason:)``, ``ModelError/corruptFile(path:offset:problem:)``.
  package init(path: String) throws {
    let file = try MappedFile(path: path)
    guard file.bytes.count >= 8 else {
      throw file.corrupt("the file is shorter than the length of its header", at: 0)
    }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
    guard length <= UInt64(Self.maximumHeaderBytes), Int(length) <= file.bytes.count - 8 else {
      throw file.corrupt("the header claims \(length) bytes", at: 0)
    }
    let dataStart = 8 + Int(length)
    let header: JSONValue
    do throws(JSONError) {
      header = try JSONValue(parsing: file.bytes[8..<dataStart])
    } catch {
      throw file.corrupt("the header is no valid JSON (\(error))", at: 8)
    }
    guard let entries = header.objectValue else {
      throw file.corrupt("the header is no JSON object", at: 8)
    }
    var tensors: [String: StoredTensor] = [:]
    var metadata: [String: String] = [:]
    for (name, entry) in entries {
      if name == "__metadata__" {
        metadata = (entry.objectValue ?? [:]).compactMapValues(\.stringValue)
      } else {
        tensors[name] = try Self.tensor(name, entry, file: file, dataStart: dataStart)
      }
    }
    self.tensors = tensors
    self.metadata = metadata
  }

  private static func tensor(
    _ name: String, _ entry: JSONValue, file: MappedFile, dataStart: Int
  ) throws -> StoredTensor {
    let label = name.prefix(120)
    guard let type = entry["dtype"]?.stringValue,
      let dimensions = entry["shape"]?.arrayValue, dimensions.count <= 8,
      let offsets = entry["data_offsets"]?.arrayValue, offsets.count == 2,
      let begin = offsets[0].intValue, let end = offsets[1].intValue
    else { throw file.corrupt("the entry of \(label) lacks dtype, shape or data_offsets", at: 8) }
    let shape = dimensions.compactMap(\.intValue)
    guard shape.count == dimensions.count, let count = StoredTensor.elementCount(of: shape) else {
      throw file.corrupt("the shape of \(label) is impossible", at: 8)
    }
    guard begin >= 0, begin <= end, end <= file.bytes.count - dataStart else {
      throw file.corrupt("the data of \(label) lie outside the file", at: dataStart)
    }
    if let width = elementBytes[type] {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
      guard !overflow, bytes == end - begin else {
        throw file.corrupt("\(label) needs \(shape) × \(width) bytes, not \(end - begin)", at: 8)
      }
    }
    let element: StoredTensor.ElementType =
      switch type {
      case "F32": .weights(.float32)
      case "F16": .weights(.float16)
      case "BF16": .weights(.bfloat16)
      case "I32": .int32
      case "U32": .uint32
      default: .other(type)
      }
    return StoredTensor(
      name: name, type: element, shape: shape, file: file,
      range: dataStart + begin..<dataStart + end)
  }

  private static let elementBytes = [
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]
}
