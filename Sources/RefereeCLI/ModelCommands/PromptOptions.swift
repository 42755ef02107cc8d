import ArgumentParser
import CanonicalJSON
import Model
import Tokenizer

/// What a model is asked, in one of four forms.
struct PromptOptions: ParsableArguments {
  @Option(help: "Token ids of the prompt, separated by commas.")
  var tokens: TokenList?

  @Option(help: "A text that is continued.")
  var prompt: String?

  @Option(
    name: .customLong("chat-prompt"),
    help: "A message of the user, written as the checkpoint's chat template does.")
  var chatPrompt: String?

  @Option(
    help: """
      JSON Lines, one prompt a line: {"id", "prompt"} for a text, {"id", "chat_prompt"} for a \
      message, {"id", "messages": [{"role", "content"}, …]} for a conversation.
      """)
  var prompts: String?

  @Option(help: "System message of --chat-prompt and chat_prompt lines.")
  var system: String?

  @Option(help: "Thinking of models that can switch it: auto (as the template), on or off.")
  var thinking: ChatTemplate.Thinking = .automatic

  func validate() throws {
    let count = [tokens != nil, prompt != nil, chatPrompt != nil, prompts != nil].count { $0 }
    guard count == 1 else {
      throw ValidationError("give one of --tokens, --prompt, --chat-prompt and --prompts")
    }
  }

  /// A prompt ready for the model.
  struct Resolved {
    /// The address of its random numbers.
    let item: String
    let tokens: [Int32]
    /// The text behind the tokens; `nil` when tokens were given.
    let text: String?
    /// Whether the response starts inside a thinking section.
    let opensThinking: Bool
  }

  /// - Parameter item: the address of a single prompt.
  func resolve(_ checkpoint: CheckpointTokenizer?, item: String) throws -> [Resolved] {
    if let tokens {
      return [Resolved(item: item, tokens: tokens.tokens, text: nil, opensThinking: false)]
    }
    guard let checkpoint else { return [] }
    if let prompt { return [try text(prompt, checkpoint, item: item)] }
    if let chatPrompt { return [try chat(message(chatPrompt), checkpoint, item: item)] }
    guard let prompts else { return [] }
    return try PromptFile.lines(prompts).map { line in
      switch line.content {
      case .text(let content): try text(content, checkpoint, item: line.item)
      case .message(let content): try chat(message(content), checkpoint, item: line.item)
      case .conversation(let messages): try chat(messages, checkpoint, item: line.item)
      }
    }
  }

  private func message(_ content: String) -> [ChatMessage] {
    (system.map { [ChatMessage(role: .system, content: $0)] } ?? [])
      + [ChatMessage(role: .user, content: content)]
  }

  private func text(
    _ content: String, _ checkpoint: CheckpointTokenizer, item: String
  ) throws -> Resolved {
    Resolved(
      item: item, tokens: try checkpoint.tokenizer.encode(content).tokens, text: content,
      opensThinking: false)
  }

  private func chat(
    _ messages: [ChatMessage], _ checkpoint: CheckpointTokenizer, item: String
  ) throws -> Resolved {
    let template = try checkpoint.chatTemplate()
    let text = try template.render(messages, thinking: thinking)
    return Resolved(
      item: item,
      tokens: try checkpoint.tokenizer.encode(text, addsSpecialTokens: false).tokens, text: text,
      opensThinking: template.opensThinking(thinking))
  }
}
