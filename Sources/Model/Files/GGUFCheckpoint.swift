internal import Foundation

/// A model in one GGUF file or in the parts `-00001-of-0000N` of one.
package struct GGUFCheckpoint: Sendable {
  package let metadata: [String: GGUFValue]
  package let tensors: [String: StoredTensor]
  package let files: [String]

  /// - Parameter path: the file, or any of its parts.
  /// - Throws: ``ModelError``.
  package init(path: String) throws {
    let paths = try Self.parts(of: path)
    let first = try GGUFFile(path: paths[0])
    var tensors = first.tensors
    for part in paths.dropFirst() {
      tensors.merge(try GGUFFile(path: part).tensors) { first, _ in first }
    }
    if let expected = first.metadata["split.tensors.count"]?.intValue, expected != tensors.count {
      throw ModelError.corruptFile(
        path: path, offset: 0,
        problem: "the parts hold \(tensors.count) tensors, the first announces \(expected)")
    }
    metadata = first.metadata
    self.tensors = tensors
    files = paths
  }

  private static func parts(of path: String) throws -> [String] {
    guard let match = path.firstMatch(of: #/-(\d{5})-of-(\d{5})\.gguf$/#),
      let count = Int(match.2), count > 1
    else { return [path] }
    let stem = path[..<match.range.lowerBound]
    func padded(_ number: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
    var paths: [String] = []
    for part in 1...count {
      let name = "\(stem)-\(padded(part))-of-\(padded(count)).gguf"
      guard FileManager.default.fileExists(atPath: name) else {
        throw ModelError.cannotRead(path: name, reason: "this part of the checkpoint is missing")
      }
      paths.append(name)
    }
    return paths
  }

  package var architecture: String { metadata["general.architecture"]?.stringValue ?? "" }

  /// The value of `<architecture>.<key>`.
  package func value(_ key: String) -> GGUFValue? { metadata["\(architecture).\(key)"] }

  /// A required size; of an array the first non-zero element (Ollama writes one per layer).
  package func size(
    _ key: String, in range: ClosedRange<Int> = 1...(1 << 24), default fallback: Int? = nil
  ) throws -> Int {
    guard let value = value(key) else {
      guard let fallback else {
        throw ModelError.badConfiguration(key: key, problem: "it is missing")
      }
      return fallback
    }
    let number =
      value.intValue
      ?? value.arrayValue?.elements().lazy.compactMap(\.intValue).first { $0 != 0 }
    guard let number, range.contains(number) else {
      throw ModelError.badConfiguration(
        key: key, problem: "it must be an integer in \(range.lowerBound)...\(range.upperBound)")
    }
    return number
  }

  package func positive(
    _ key: String, default fallback: Double? = nil
  ) throws -> Double {
    guard let value = value(key) else {
      guard let fallback else {
        throw ModelError.badConfiguration(key: key, problem: "it is missing")
      }
      return fallback
    }
    guard let number = value.doubleValue, number > 0, number.isFinite else {
      throw ModelError.badConfiguration(key: key, problem: "it must be a positive number")
    }
    return number
  }

  package var endTokens: [Int] {
    ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"].compactMap {
      metadata[$0]?.intValue
    }
  }
}
