internal import CanonicalJSON
internal import Foundation
internal import Tokenizer

extension CheckpointTokenizer {
  static func open(folder: String) throws -> CheckpointTokenizer {
    let path = folder + (folder.hasSuffix("/") ? "" : "/")
    let manager = FileManager.default
    guard manager.fileExists(atPath: path + "tokenizer.json") else {
      throw ModelError.cannotRead(
        path: path + "tokenizer.json", reason: "this checkpoint has no such file; pass --tokens")
    }
    func document(_ name: String) throws -> JSONValue? {
      guard manager.fileExists(atPath: path + name) else { return nil }
      return try HuggingFaceConfiguration(path: path + name).root
    }
    let configuration = try document("tokenizer_config.json")
    let file = try MappedFile(path: path + "tokenizer.json")
    let tokenizer = try TextTokenizer(
      json: file.bytes, path: path + "tokenizer.json",
      beginToken: content(configuration?["bos_token"]),
      endToken: content(configuration?["eos_token"]))
    var ends: [Int] = []
    for name in ["config.json", "generation_config.json"] {
      if let value = try document(name) { ends += HuggingFaceConfiguration(root: value).endTokens }
    }
    return CheckpointTokenizer(
      tokenizer: tokenizer, chatTemplateSource: try template(path, configuration), namedEnds: ends)
  }

  /// A token is named by its content or by an object with one.
  private static func content(_ value: JSONValue?) -> String? {
    value?.stringValue ?? value?["content"]?.stringValue
  }

  /// `chat_template.jinja` goes before the configuration; of a list the one called default counts.
  private static func template(_ path: String, _ configuration: JSONValue?) throws -> String? {
    let name = path + "chat_template.jinja"
    if FileManager.default.fileExists(atPath: name) {
      let file = try MappedFile(path: name)
      guard file.bytes.count <= 1_000_000, let text = String(validating: file.bytes, as: UTF8.self)
      else { throw file.corrupt("a chat template is UTF-8 of at most a million bytes", at: 0) }
      return text
    }
    let value = configuration?["chat_template"]
    if let text = value?.stringValue { return text }
    return value?.arrayValue?.first { $0["name"]?.stringValue == "default" }?["template"]?
      .stringValue
  }
}
