internal import CanonicalJSON
internal import Foundation
public import Tokenizer

/// The tokenizer of a checkpoint with what its files say about chats and ends.
public struct CheckpointTokenizer: Sendable {
  public let tokenizer: TextTokenizer
  /// The `chat_template` of the checkpoint, if it has one.
  public let chatTemplateSource: String?
  /// Tokens that end a response: those of the generation configuration, of the configuration, of
  /// the tokenizer, and the ends of turns of the chat template. Sorted.
  public let endTokens: [Int32]

  /// Opens the tokenizer of a checkpoint; weights are not needed.
  ///
  /// - Parameter path: a `.gguf` file, a folder with `tokenizer.json`, or that file.
  /// - Throws: ``ModelError``, ``TokenizerError``.
  public static func open(path: String) throws -> CheckpointTokenizer {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ModelError.cannotRead(path: path, reason: "there is no such file or folder")
    }
    if isFolder.boolValue { return try open(folder: path) }
    if path.hasSuffix(".json") {
      return try open(folder: URL(filePath: path).deletingLastPathComponent().path())
    }
    return try CheckpointTokenizer(GGUFCheckpoint(path: path), path: path)
  }

  /// The form of its chats.
  ///
  /// - Throws: ``TokenizerError/chat(problem:)`` without a template or with an unknown one.
  public func chatTemplate() throws -> ChatTemplate {
    guard let chatTemplateSource else {
      throw TokenizerError.chat(
        problem: "this checkpoint has no chat template; "
          + "render the conversation yourself and pass it as --prompt")
    }
    return try ChatTemplate(source: chatTemplateSource)
  }

  init(
    tokenizer: TextTokenizer, chatTemplateSource: String?, namedEnds: [Int]
  ) {
    self.tokenizer = tokenizer
    self.chatTemplateSource = chatTemplateSource
    var ends = Set(namedEnds.compactMap { Int32(exactly: $0) })
    if let end = tokenizer.endToken { ends.insert(end) }
    if let source = chatTemplateSource, let template = try? ChatTemplate(source: source) {
      for content in template.endTokens {
        if let id = tokenizer.id(of: content), tokenizer.isSpecial(id) { ends.insert(id) }
      }
    }
    endTokens = ends.sorted()
  }
}
