/// How a conversation is written for a model.
///
/// The rendering is fixed; the template of the checkpoint says which of the known forms it is, with
/// what system text, trimming and thinking. Templates of other forms are refused, because a prompt
/// in a form that the model was not trained on gives wrong answers without any sign.
public struct ChatTemplate: Equatable, Sendable {
  /// Whether the model is to think before it answers.
  public enum Thinking: String, Sendable, CaseIterable {
    /// What the template does when it is not told.
    case automatic = "auto"
    case on
    case off
  }

  enum Form: Equatable, Sendable {
    case chatML(ChatML)
    case llama3(Llama3Chat)
  }

  let form: Form

  /// Recognises the `chat_template` of a checkpoint.
  ///
  /// - Throws: ``TokenizerError/chat(problem:)`` for a form that is not known.
  public init(source: String) throws {
    if source.contains("<|start_header_id|>"), source.contains("<|eot_id|>") {
      form = .llama3(Llama3Chat(source: source))
    } else if source.contains("<|im_start|>"), source.contains("<|im_end|>") {
      form = .chatML(ChatML(source: source))
    } else {
      throw TokenizerError.chat(
        problem: "the chat template of this checkpoint is neither ChatML nor Llama-3; "
          + "render the conversation yourself and pass it as --prompt")
    }
  }

  /// Whether thinking can be switched.
  public var canThink: Bool {
    if case .chatML(let form) = form { form.thinking != .none } else { false }
  }

  /// Whether the text of a response starts inside a thinking section that the prompt has opened.
  public func opensThinking(_ thinking: Thinking) -> Bool {
    guard case .chatML(let form) = form else { return false }
    return form.thinking == .openedByPrompt && thinking != .off
  }

  /// Tokens that end a turn.
  public var endTokens: [String] {
    switch form {
    case .chatML: ["<|im_end|>", "<|endoftext|>"]
    case .llama3: ["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"]
    }
  }

  /// The conversation as text, ready for the next turn of the assistant.
  ///
  /// Control tokens are spelled out in it, the beginning of sequence too: encode it without adding
  /// special tokens.
  /// - Throws: ``TokenizerError/chat(problem:)``.
  public func render(
    _ messages: [ChatMessage], thinking: Thinking = .automatic, addsGenerationPrompt: Bool = true
  ) throws -> String {
    guard !messages.isEmpty else {
      throw TokenizerError.chat(problem: "a chat needs at least one message")
    }
    if let misplaced = messages.dropFirst().firstIndex(where: { $0.role == .system }) {
      throw TokenizerError.chat(
        problem: "message \(misplaced + 1) is a system message; it must be the first")
    }
    if thinking == .on, !canThink {
      throw TokenizerError.chat(
        problem: "the chat template of this checkpoint knows no thinking; leave --thinking away")
    }
    return
      switch form
    {
    case .chatML(let form):
      try form.render(messages, thinking: thinking, addsPrompt: addsGenerationPrompt)
    case .llama3(let form): form.render(messages, addsPrompt: addsGenerationPrompt)
    }
  }
}

extension String {
  /// Without blanks at both ends, as Jinja's `trim` (Python's `str.strip`).
  func trimmed() -> String {
    var scalars = Substring(self).unicodeScalars
    while let first = scalars.first, Self.isBlank(first) { scalars.removeFirst() }
    while let last = scalars.last, Self.isBlank(last) { scalars.removeLast() }
    return String(scalars)
  }

  /// Python counts the four separators U+001C to U+001F as blanks, Unicode does not.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    (0x1C...0x1F).contains(scalar.value) || ScalarClass(scalar.value).contains(.whitespace)
  }

  func trimmingLines(start: Bool = true, end: Bool = true) -> String {
    var scalars = Substring(self).unicodeScalars
    while start, scalars.first == "\n" { scalars.removeFirst() }
    while end, scalars.last == "\n" { scalars.removeLast() }
    return String(scalars)
  }
}
