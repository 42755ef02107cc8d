import CanonicalJSON
import Foundation
import Model
import Randomness
import Testing
import Tokenizer

@Suite struct CheckpointTokenizerTests {
  @Test(arguments: ["tiny/hf", "tiny/hf_vl", "tiny/hf_gptq", "tiny/mlx4", "tiny/tiny-Q4_0.gguf"])
  func `every container of the tiny checkpoint has the same tokenizer`(_ name: String) throws {
    let reference = try CheckpointTokenizer.open(path: Fixture.path("tiny/hf"))
    let found = try CheckpointTokenizer.open(path: Fixture.path(name))
    let data = try Data(contentsOf: Fixture.folder.appending(path: "tiny/hf/tok_ref.json"))
    for item in try JSONValue(parsing: Array(data)).arrayValue ?? [] {
      let text = item["s"]?.stringValue ?? ""
      let expected = try reference.tokenizer.encode(text)
      #expect(try found.tokenizer.encode(text) == expected)
    }
  }

  @Test func `chats end with the tokens of configuration, tokenizer and template`() throws {
    let checkpoint = try CheckpointTokenizer.open(path: Fixture.path("tiny/hf"))
    #expect(checkpoint.endTokens.contains(498) && checkpoint.endTokens.contains(496))
    #expect(checkpoint.endTokens == checkpoint.endTokens.sorted())
    #expect(try checkpoint.chatTemplate().opensThinking(.automatic))
  }

  @Test func `a checkpoint without a tokenizer is an error with a remedy`() throws {
    #expect(throws: ModelError.self) {
      try CheckpointTokenizer.open(path: Fixture.path("dense/llama"))
    }
    #expect(throws: TokenizerError.self) {
      try CheckpointTokenizer.open(path: Fixture.path("gguf/blocks.gguf"))
    }
  }

  @Test func `a mutated GGUF vocabulary crashes nothing`() throws {
    let original = Array(
      try Data(contentsOf: Fixture.folder.appending(path: "tiny/tiny-Q4_0.gguf")).prefix(60_000))
    let path = FileManager.default.temporaryDirectory.appending(
      path: "referee-vocabulary-\(UUID().uuidString).gguf")
    defer { try? FileManager.default.removeItem(at: path) }
    let rounds = HostileFileTests.isSlow ? 10_000 : 60
    var outcomes = 0
    for round in 0..<rounds {
      var random = RandomStream(
        seed: 8, analysis: "hostile-vocabulary", index: UInt64(round))
      var bytes = original + [UInt8](repeating: 0, count: 750_000)
      HostileFileTests.mutate(&bytes, &random)
      try Data(bytes).write(to: path)
      do {
        let checkpoint = try CheckpointTokenizer.open(path: path.path())
        _ = try checkpoint.tokenizer.decode(checkpoint.tokenizer.encode("Hello 12 <think>").tokens)
        outcomes += 1
      } catch is ModelError {
        outcomes += 1
      } catch is TokenizerError {
        outcomes += 1
      }
    }
    #expect(outcomes == rounds)
  }
}

/// The vocabularies of llama.cpp with 40 and more strings each and the ids of the original
/// tokenizers; not in this repository.
@Suite struct VocabularyFileTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: ".downloads/vocabularies")

  @Test(arguments: [
    "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2", "qwen35", "starcoder", "refact",
    "command-r", "mpt",
  ])
  func `ids are those of the original tokenizer`(_ name: String) throws {
    let path = Self.folder.appending(path: "ggml-vocab-\(name).gguf").path()
    guard FileManager.default.fileExists(atPath: path) else {
      print("vocabulary \(name) passed over: run `make vocabularies`")
      return
    }
    let tokenizer = try CheckpointTokenizer.open(path: path).tokenizer
    func read(_ suffix: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(filePath: path + suffix)), as: UTF8.self)
    }
    let texts = Self.separated(Array(try read(".inp").utf8))
    let rows = try read(".out").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(texts.count >= 40 && rows.count >= texts.count)
    for (text, row) in zip(texts, rows) {
      // This file's ids were made without NFC, which the checkpoint's own tokenizer applies.
      let isComposed = Array(tokenizer.normalized(text).utf8) == Array(text.utf8)
      if name == "qwen35", !isComposed { continue }
      let expected = row.split(separator: " ").compactMap { Int32($0) }
      let found = try tokenizer.encode(text, addsSpecialTokens: false).tokens
      #expect(found == expected, "\(name): \(text.debugDescription)")
      let back = try tokenizer.decode(found, skipsSpecialTokens: false)
      let normal = name.hasPrefix("qwen") || name == "command-r" || name == "mpt"
      #expect(normal || Array(back.utf8) == Array(text.utf8), "\(name): \(text.debugDescription)")
    }
  }

  /// Compared as bytes: a `String` would take a line end and what follows for one character.
  private static func separated(_ bytes: [UInt8]) -> [String] {
    let mark = Array("\n__ggml_vocab_test__\n".utf8)
    var (texts, start, position) = ([String](), 0, 0)
    while position + mark.count <= bytes.count {
      if bytes[position] == mark[0], bytes[position..<position + mark.count].elementsEqual(mark) {
        texts.append(String(decoding: bytes[start..<position], as: UTF8.self))
        position += mark.count
        start = position
      } else {
        position += 1
      }
    }
    return texts
  }
}

/// A real model that nobody here made, against transformers in f32 on the same weights.
@Suite struct SmolLM2Tests {
  static let path = VocabularyFileTests.folder.deletingLastPathComponent()
    .appending(path: "smollm2/SmolLM2-135M-Instruct.Q4_1.gguf").path()

  @Test func `greedy answers are those of the f32 reference`() throws {
    guard FileManager.default.fileExists(atPath: Self.path) else {
      print("SmolLM2 passed over: run `make smollm2`")
      return
    }
    let reference = try JSONValue(
      parsing: Array(Data(contentsOf: Fixture.folder.appending(path: "smollm2.json"))))
    let checkpoint = try CheckpointTokenizer.open(path: Self.path)
    let tokenizer = checkpoint.tokenizer
    for item in reference["texts"]?.arrayValue ?? [] {
      let ids = item["ids"]?.arrayValue?.compactMap { $0.intValue.map(Int32.init) }
      #expect(try tokenizer.encode(item["text"]?.stringValue ?? "").tokens == ids)
    }
    let model = try LanguageModel.open(path: Self.path, backend: Fixture.backend())
    let cases = reference["cases"]?.arrayValue ?? []
    #expect(cases.count == 7)
    let requests = try cases.map { item in
      let text = try checkpoint.chatTemplate().render([
        ChatMessage(role: .user, content: item["question"]?.stringValue ?? "")
      ])
      let tokens = try tokenizer.encode(text, addsSpecialTokens: false).tokens
      #expect(tokens == item["prompt"]?.arrayValue?.compactMap { $0.intValue.map(Int32.init) })
      return GenerationRequest(
        prompt: tokens, maximumTokens: 40, stopTokens: Set(checkpoint.endTokens))
    }
    for (answer, item) in zip(try model.generate(requests), cases) {
      #expect(
        answer.tokens == item["answer"]?.arrayValue?.compactMap { $0.intValue.map(Int32.init) })
      #expect(try tokenizer.decode(answer.tokens) == item["text"]?.stringValue)
    }
  }
}
