import CanonicalJSON
import Foundation
import Tokenizer

/// The tokenizers and references in `Fixtures`; `References` has the script that wrote them.
enum TokenizerFixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")
  static let root = folder.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let names = [
    "qwen35", "qwen2", "llama3", "smollm", "gpt2", "llama2", "mistral", "gemma",
  ]

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  static func document(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: bytes(name))
  }

  static func tokenizer(_ name: String) throws -> TextTokenizer {
    try tokenizer(bytes("\(name).json"), path: "\(name).json")
  }

  static func tokenizer(_ bytes: [UInt8], path: String) throws -> TextTokenizer {
    try bytes.withUnsafeBytes { try TextTokenizer(json: $0, path: path) }
  }

  static let isSlow = ProcessInfo.processInfo.environment["REFEREE_SLOW"] == "1"
}

extension JSONValue {
  var integers: [Int] { arrayValue?.compactMap(\.intValue) ?? [] }
  var tokens: [Int32] { integers.map(Int32.init) }
}
