import ArgumentParser
import CanonicalJSON
import Model
import Tokenizer

/// `referee model tokenize MODEL --text …`: ids, pieces and where each comes from.
struct ModelTokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Show the tokens of a text and where each comes from.",
    discussion: """
      MODEL is a .gguf file or a folder with tokenizer.json; weights are not read. Each line has \
      the position, the id, the token as its file spells it, the UTF-8 bytes first:end and the \
      Unicode scalars first:end (Python's indices) of the text.
      """)

  @Argument(help: "A .gguf file, or a folder with tokenizer.json.")
  var model: String

  @Option(help: "The text.")
  var text: String?

  @Option(help: "A UTF-8 file with the text.")
  var file: String?

  @Flag(help: "Write the text as a message of the user, as the checkpoint's chat template does.")
  var chat = false

  @Option(help: "System message, with --chat.")
  var system: String?

  @Option(help: "Thinking of models that can switch it, with --chat: auto, on or off.")
  var thinking: ChatTemplate.Thinking = .automatic

  @Flag(name: .customLong("bare"), help: "Add no beginning or end of sequence.")
  var bare = false

  @Flag(
    name: .customLong("control-text"),
    help: "Leave control tokens that the text spells out as text.")
  var controlText = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (text == nil) != (file == nil) else {
      throw ValidationError("give --text or --file")
    }
  }

  func run() throws {
    let checkpoint = try CheckpointTokenizer.open(path: model)
    var content = text ?? ""
    if let file {
      guard let valid = String(validating: try FileAccess.read(file), as: UTF8.self) else {
        throw FileAccessError.unreadable(path: file, reason: "it is not valid UTF-8")
      }
      content = valid
    }
    if chat {
      let messages =
        (system.map { [ChatMessage(role: .system, content: $0)] } ?? [])
        + [ChatMessage(role: .user, content: content)]
      content = try checkpoint.chatTemplate().render(messages, thinking: thinking)
    }
    let encoding = try checkpoint.tokenizer.encode(
      content, addsSpecialTokens: !chat && !bare,
      controlText: controlText ? .staysText : .isParsed)
    let scalars = encoding.scalarRanges(in: content)
    printOutput(
      global.json
        ? try document(encoding, scalars, content, checkpoint).prettyText()
        : lines(encoding, scalars, checkpoint))
  }

  private func lines(
    _ encoding: TokenEncoding, _ scalars: [Range<Int>], _ checkpoint: CheckpointTokenizer
  ) -> String {
    encoding.tokens.indices.map { index in
      let token = encoding.tokens[index]
      let piece = JSONValue.string(checkpoint.tokenizer.spelling(of: token) ?? "")
      let bytes = encoding.byteRanges[index]
      return [
        String(index), String(token), (try? piece.canonicalText()) ?? "",
        "\(bytes.lowerBound):\(bytes.upperBound)",
        "\(scalars[index].lowerBound):\(scalars[index].upperBound)",
      ].joined(separator: "\t") + "\n"
    }.joined()
  }

  private func document(
    _ encoding: TokenEncoding, _ scalars: [Range<Int>], _ content: String,
    _ checkpoint: CheckpointTokenizer
  ) throws -> JSONValue {
    let tokenizer = checkpoint.tokenizer
    func range(_ range: Range<Int>) -> JSONValue {
      [ModelDocument.integer(range.lowerBound), ModelDocument.integer(range.upperBound)]
    }
    let pieces = try encoding.tokens.indices.map { index -> JSONValue in
      let token = encoding.tokens[index]
      return [
        "id": ModelDocument.integer(Int(token)),
        "piece": .string(tokenizer.spelling(of: token) ?? ""),
        "text": .string(try tokenizer.decode([token], skipsSpecialTokens: false)),
        "bytes": range(encoding.byteRanges[index]), "scalars": range(scalars[index]),
        "is_special": .bool(tokenizer.isSpecial(token)),
      ]
    }
    return [
      "schema": "referee/model-tokenize/v1", "text": .string(content),
      "tokens": ModelDocument.tokens(encoding.tokens), "pieces": .array(pieces),
      "vocabulary_size": ModelDocument.integer(tokenizer.vocabularySize),
      "end_tokens": ModelDocument.tokens(checkpoint.endTokens),
    ]
  }
}
