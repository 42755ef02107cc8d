import CanonicalJSON
import Foundation
import Testing

/// Text in and text out of `referee model`, on the tiny checkpoint.
@Suite struct ModelTextTests {
  static let tiny = Repository.root.appending(path: "Tests/ModelTests/Fixtures/tiny/hf").path
  static let greedy = ["--greedy", "--max-tokens", "12", "--ignore-end"]

  @Test func `tokenize gives ids, pieces and both kinds of offsets`() throws {
    let run = try RefereeRun("model", "tokenize", Self.tiny, "--text", "é<think>", "--json")
    #expect(run.status == 0, "\(run.errors)")
    let document = try run.document()
    #expect(document["tokens"] == [127, 102, 501])
    #expect(document["pieces"]?[1]?["bytes"] == [1, 2])
    #expect(document["pieces"]?[1]?["scalars"] == [0, 1])
    #expect(document["pieces"]?[2]?["bytes"] == [2, 9])
    let lines = try RefereeRun("model", "tokenize", Self.tiny, "--text", "Hello, world!")
    #expect(lines.output.split(separator: "\n").first == "0\t39\t\"H\"\t0:1\t0:1")
  }

  @Test func `a chat is written as the template of the checkpoint says`() throws {
    let run = try RefereeRun(
      "model", "tokenize", Self.tiny, "--text", "Hi", "--chat", "--thinking", "off", "--json")
    #expect(
      try run.document()["text"]
        == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n")
  }

  @Test func `streamed text, JSON text and ids are the same response`() throws {
    let text = ["--prompt", "Hello, world!"]
    let streamed = try RefereeRun(["model", "generate", Self.tiny] + text + Self.greedy)
    let json = try RefereeRun(["model", "generate", Self.tiny] + text + Self.greedy + ["--json"])
    let ids = try RefereeRun(
      ["model", "generate", Self.tiny, "--tokens", "39,68,321,78,11,312,262,419,0"] + Self.greedy)
    let response = try json.document()["responses"]?[0]
    #expect(streamed.output == (response?["text"]?.stringValue ?? "?") + "\n")
    let tokens = response?["tokens"]?.arrayValue?.compactMap(\.intValue) ?? []
    #expect(tokens.count == 12)
    #expect(ids.output == tokens.map(String.init).joined(separator: ",") + "\n")
  }

  @Test func `a thinking section that is not closed is no answer`() throws {
    let run = try RefereeRun(
      ["model", "generate", Self.tiny, "--chat-prompt", "Hi", "--json"] + Self.greedy)
    let response = try run.document()["responses"]?[0]
    #expect(response?["answer"] == "" && response?["answer_start"] == 12)
    let off = try RefereeRun(
      ["model", "generate", Self.tiny, "--chat-prompt", "Hi", "--thinking", "off", "--json"]
        + Self.greedy)
    let answer = try off.document()["responses"]?[0]
    #expect(answer?["thinking"] == .null && answer?["answer_start"] == 0)
    #expect(answer?["answer"] == answer?["text"])
  }

  @Test func `a file of prompts gives the responses of its lines, and doses work`() throws {
    let folder = try TemporaryFolder()
    let prompts = try folder.write(
      """
      {"id": "a", "prompt": "Hello, world!"}
      {"id": "b", "chat_prompt": "Hi"}
      {"messages": [{"role": "user", "content": "Hi"}]}
      """, to: "prompts.jsonl")
    let neurons = try folder.write("[[0, 1, 2], [3, \"shared\", 5]]", to: "neurons.json")
    let base = ["model", "generate", Self.tiny]
    let all = try RefereeRun(base + ["--prompts", prompts.path, "--json"] + Self.greedy)
    let entries = try all.document()["prompts"]?.arrayValue ?? []
    #expect(entries.map { $0["item"]?.stringValue } == ["a", "b", "3"])
    let single = try RefereeRun(base + ["--chat-prompt", "Hi", "--json"] + Self.greedy)
    #expect(entries[1]["responses"] == (try single.document()["responses"]))
    #expect(entries[2]["responses"] == entries[1]["responses"])
    for implementation in ["expert-loop", "post-hoc", "folded"] {
      let anchor = try RefereeRun(
        base + ["--chat-prompt", "Hi", "--json", "--intervene", neurons.path, "--alpha", "1"]
          + ["--implementation", implementation] + Self.greedy)
      #expect(try anchor.document()["responses"] == single.document()["responses"])
    }
  }

  @Test func `wrong input has its own exit code and place`() throws {
    let folder = try TemporaryFolder()
    let prompts = try folder.write("{\"prompt\": \"a\"}\n{\"promt\": \"b\"}\n", to: "p.jsonl")
    let bad = try RefereeRun("model", "generate", Self.tiny, "--prompts", prompts.path)
    #expect(bad.status == 65 && bad.errors.contains("p.jsonl:2"))
    #expect(try RefereeRun("model", "generate", Self.tiny).status == 64)
    let noTokenizer = Repository.root.appending(path: "Tests/ModelTests/Fixtures/dense/llama").path
    let run = try RefereeRun("model", "generate", noTokenizer, "--prompt", "a")
    #expect(run.status == 66 && run.errors.contains("tokenizer.json"))
    #expect(try RefereeRun("model", "tokenize", Self.tiny).status == 64)
  }
}
