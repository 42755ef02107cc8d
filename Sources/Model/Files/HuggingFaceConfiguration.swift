package import CanonicalJSON

/// `config.json`: the numbers of the text model, wherever the file keeps them.
package struct HuggingFaceConfiguration: Sendable {
  /// The whole document.
  package let root: JSONValue
  /// `text_config` when present, else the document.
  package let text: JSONValue

  package init(path: String) throws {
    let file = try MappedFile(path: path)
    guard file.bytes.count <= 16_000_000 else {
      throw ModelError.corruptFile(
        path: path, offset: 0, problem: "\(file.bytes.count) bytes are too many")
    }
    do throws(JSONError) {
      self.init(root: try JSONValue(parsing: file.bytes))
    } catch {
      throw ModelError.corruptFile(path: path, offset: 0, problem: "no valid JSON (\(error))")
    }
  }

  package init(root: JSONValue) {
    self.root = root
    text = root["text_config"].flatMap { $0.objectValue == nil ? nil : $0 } ?? root
  }

  package var modelType: String {
    text["model_type"]?.stringValue ?? root["model_type"]?.stringValue ?? ""
  }

  /// A required size.
  package func size(
    _ key: String, in range: ClosedRange<Int> = 1...(1 << 24)
  ) throws -> Int {
    guard let value = text[key], !value.isNull else {
      throw ModelError.badConfiguration(key: key, problem: "it is missing")
    }
    guard let size = value.intValue, range.contains(size) else {
      throw ModelError.badConfiguration(
        key: key, problem: "it must be an integer in \(range.lowerBound)...\(range.upperBound)")
    }
    return size
  }

  /// A size that may be absent or null.
  package func optionalSize(
    _ key: String, in range: ClosedRange<Int> = 1...(1 << 24)
  ) throws -> Int? {
    guard let value = text[key], !value.isNull else { return nil }
    return try size(key, in: range)
  }

  /// A required positive number.
  package func positive(_ key: String, default fallback: Double? = nil) throws -> Double {
    guard let value = text[key], !value.isNull else {
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

  package func flag(_ key: String, default fallback: Bool = false) -> Bool {
    text[key]?.boolValue ?? root[key]?.boolValue ?? fallback
  }

  /// `eos_token_id`, a number or a list.
  package var endTokens: [Int] {
    let value = text["eos_token_id"] ?? root["eos_token_id"]
    if let single = value?.intValue { return [single] }
    return (value?.arrayValue ?? []).compactMap(\.intValue)
  }
}
