/// ChatML: `<|im_start|>role\n…<|im_end|>\n`, with the choices of Qwen2, SmolLM2, Qwen3 and Qwen3.5.
///
/// - Source: the templates of the published checkpoints. Oracle: Jinja2 on the same templates.
struct ChatML: Equatable, Sendable {
  enum Thinking: Equatable, Sendable {
    case none
    /// The model writes `<think>` itself; switched off, the prompt holds an empty section (Qwen3).
    case openedByModel
    /// The prompt ends with `<think>\n` (Qwen3.5).
    case openedByPrompt
  }

  /// The system message of conversations that have none.
  var defaultSystem: String?
  var trims: Bool
  var thinking: Thinking
  /// Whether the thinking of past turns is left out.
  var dropsPastThinking: Bool

  init(source: String) {
    let literal = source.firstMatch(of: #/<\|im_start\|>system(?:\\n|\n)([^'"{}]+?)<\|im_end\|>/#)
    defaultSystem = literal.map { String($0.1).replacing("\\n", with: "\n") }
    trims = source.contains(#/\|\s*trim/#)
    dropsPastThinking = source.contains("split('</think>')")
    if source.contains("enable_thinking") {
      // After the empty section of thinking switched off: an `else` that opens one.
      let opens = source.contains(#/<\/think>\\n\\n'[^<]*else[^<]*'<think>\\n'/#)
      thinking = opens ? .openedByPrompt : .openedByModel
    } else {
      thinking = .none
    }
  }

  func render(
    _ messages: [ChatMessage], thinking switched: ChatTemplate.Thinking, addsPrompt: Bool
  ) throws -> String {
    let lastQuery = messages.lastIndex { $0.role == .user }
    if thinking != .none, dropsPastThinking, lastQuery == nil, trims {
      throw TokenizerError.chat(problem: "a chat needs a message of the user")
    }
    var text = ""
    if let defaultSystem, messages.first?.role != .system {
      text += "<|im_start|>system\n\(defaultSystem)<|im_end|>\n"
    }
    for (index, message) in messages.enumerated() {
      var content = trims ? message.content.trimmed() : message.content
      if message.role == .assistant, dropsPastThinking {
        content = assistant(
          content, isAfterLastQuery: index > lastQuery ?? messages.count - 1,
          isLast: index == messages.count - 1)
      }
      text += "<|im_start|>\(message.role.rawValue)\n\(content)<|im_end|>\n"
    }
    guard addsPrompt else { return text }
    text += "<|im_start|>assistant\n"
    switch (thinking, switched) {
    case (.none, _), (.openedByModel, .automatic), (.openedByModel, .on): break
    case (_, .off): text += "<think>\n\n</think>\n\n"
    case (.openedByPrompt, _): text += "<think>\n"
    }
    return text
  }

  /// A past answer, its thinking written out or left away.
  private func assistant(_ content: String, isAfterLastQuery: Bool, isLast: Bool) -> String {
    let sections = ThinkingSections(past: content)
    let answer = sections.map { $0.answer } ?? content
    var reasoning = sections?.thinking ?? ""
    switch thinking {
    case .openedByPrompt:
      reasoning = reasoning.trimmed()
      guard isAfterLastQuery else { return answer }
    case .openedByModel:
      reasoning = reasoning.trimmingLines()
      guard isAfterLastQuery, isLast || !reasoning.isEmpty else { return answer }
    case .none: return answer
    }
    return "<think>\n\(reasoning)\n</think>\n\n"
      + (thinking == .openedByModel ? answer.trimmingLines(end: false) : answer)
  }
}
