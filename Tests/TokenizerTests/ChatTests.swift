import CanonicalJSON
import Foundation
import Testing
import Tokenizer

/// Conversations against Jinja2 on the templates of the published checkpoints.
@Suite struct ChatTests {
  static let reference = Result { try TokenizerFixture.document("chats.json") }
  static let downloads = TokenizerFixture.root.appending(path: ".downloads/vocabularies/templates")

  static func source(_ template: JSONValue) throws -> String? {
    if let source = template["source"]?.stringValue { return source }
    let name = template["file"]?.stringValue ?? ""
    return try? String(contentsOf: downloads.appending(path: name), encoding: .utf8)
  }

  @Test(arguments: ["qwen35", "qwen3", "qwen25", "smollm2", "tiny", "llama31", "llama32"])
  func `conversations are rendered as the template does`(_ name: String) throws {
    let document = try Self.reference.get()
    let reference = try #require(document[name])
    guard let source = try Self.source(reference) else {
      print("chat template of \(name) passed over: run `make vocabularies`")
      return
    }
    let template = try ChatTemplate(source: source)
    for item in reference["cases"]?.arrayValue ?? [] {
      let messages = try (item["messages"]?.arrayValue ?? []).map { message in
        ChatMessage(
          role: try #require(ChatMessage.Role(rawValue: message[0]?.stringValue ?? "")),
          content: message[1]?.stringValue ?? "")
      }
      let thinking = try #require(
        ChatTemplate.Thinking(rawValue: item["thinking"]?.stringValue ?? ""))
      if thinking == .on, !template.canThink { continue }
      let prompt = item["prompt"]?.boolValue ?? true
      let text = try? template.render(messages, thinking: thinking, addsGenerationPrompt: prompt)
      #expect(text == item["text"]?.stringValue, "\(name), thinking \(thinking.rawValue)")
    }
  }

  @Test func `only templates that open a section start inside one`() throws {
    let document = try Self.reference.get()
    func template(_ name: String) throws -> ChatTemplate {
      let reference = try #require(document[name])
      return try ChatTemplate(source: try #require(try Self.source(reference)))
    }
    #expect(try template("qwen35").opensThinking(.automatic))
    #expect(try !template("qwen35").opensThinking(.off))
    #expect(try !template("qwen3").opensThinking(.on))
    #expect(try template("tiny").opensThinking(.on))
    #expect(try !template("smollm2").canThink)
  }

  @Test func `other forms and impossible chats are refused with a remedy`() throws {
    #expect(throws: TokenizerError.self) {
      try ChatTemplate(source: "{{ bos_token }}[INST] {{ messages[0].content }} [/INST]")
    }
    let template = try ChatTemplate(source: "<|im_start|><|im_end|>")
    #expect(throws: TokenizerError.self) { try template.render([]) }
    #expect(throws: TokenizerError.self) {
      try template.render([.init(role: .user, content: "a")], thinking: .on)
    }
    #expect(throws: TokenizerError.self) {
      try template.render([
        .init(role: .user, content: "a"), .init(role: .system, content: "b"),
      ])
    }
  }
}

@Suite struct ThinkingSectionsTests {
  @Test func `thinking is kept apart from the answer`() {
    let open = ThinkingSections(response: "2 + 2\n</think>\n\nFour.", isOpen: true)
    #expect(open.thinking == "2 + 2" && open.answer == "Four." && open.isClosed)
    let own = ThinkingSections(response: "<think>\nhm\n</think>\n\nFour.", isOpen: false)
    #expect(own.thinking == "hm" && own.answer == "Four.")
    let none = ThinkingSections(response: "Four. </think>", isOpen: false)
    #expect(none.thinking == nil && none.answer == "Four. </think>")
    let unfinished = ThinkingSections(response: "hm, so", isOpen: true)
    #expect(unfinished.thinking == "hm, so" && unfinished.answer == "" && !unfinished.isClosed)
  }

  @Test func `answer tokens start after the closing token`() throws {
    let tokenizer = try TinyFixtureTests.tokenizer()
    func start(_ text: String, _ isOpen: Bool) throws -> Int {
      let tokens = try tokenizer.encode(text).tokens
      return try ThinkingSections.answerStart(of: tokens, tokenizer: tokenizer, isOpen: isOpen)
    }
    let closed = try tokenizer.encode("hm</think>").count
    #expect(try start("hm</think>\n\nyes", true) == closed)
    #expect(try start("yes", false) == 0)
    #expect(try start("hm", true) == tokenizer.encode("hm").count)
    let own = try tokenizer.encode("\n<think>hm</think>").count
    #expect(try start("\n<think>hm</think>y", false) == own)
  }
}
