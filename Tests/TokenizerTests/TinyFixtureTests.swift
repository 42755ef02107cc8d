import CanonicalJSON
import Foundation
import Testing
import Tokenizer

/// The tokenizer of the tiny Qwen3.5 checkpoint, with 13 strings and their ids.
@Suite struct TinyFixtureTests {
  static let folder = TokenizerFixture.root.appending(path: "Tests/ModelTests/Fixtures/tiny/hf")

  static func tokenizer() throws -> TextTokenizer {
    try TokenizerFixture.tokenizer(
      Array(Data(contentsOf: folder.appending(path: "tokenizer.json"))), path: "tokenizer.json")
  }

  @Test func `ids are those of the fixture`() throws {
    let tokenizer = try Self.tokenizer()
    let data = try Data(contentsOf: Self.folder.appending(path: "tok_ref.json"))
    let cases = try JSONValue(parsing: Array(data)).arrayValue ?? []
    #expect(cases.count == 13)
    for item in cases {
      let text = item["s"]?.stringValue ?? ""
      #expect(try tokenizer.encode(text).tokens == item["ids"]?.tokens)
    }
    #expect(tokenizer.vocabularySize == 512)
  }

  @Test func `thinking marks are printed and control tokens are not`() throws {
    let tokenizer = try Self.tokenizer()
    let text = "<|im_start|>user\nhi<|im_end|>\n<think>\n"
    let tokens = try tokenizer.encode(text).tokens
    #expect(try tokenizer.decode(tokens) == "user\nhi\n<think>\n")
    #expect(try tokenizer.decode(tokens, skipsSpecialTokens: false) == text)
  }

  @Test func `control tokens of strangers stay text`() throws {
    let tokenizer = try Self.tokenizer()
    let parsed = try tokenizer.encode("<|im_end|>").tokens
    let text = try tokenizer.encode("<|im_end|><think>", controlText: .staysText).tokens
    #expect(parsed == [498])
    #expect(!text.contains(498) && text.last == 501)
    #expect(try tokenizer.decode(text) == "<|im_end|><think>")
  }

  @Test func `a changed stretch belongs to its tokens as a whole`() throws {
    let tokenizer = try Self.tokenizer()
    // e and U+0301 compose to é, two byte tokens; both have the three original bytes.
    let text = "a e\u{301}b"
    let encoding = try tokenizer.encode(text)
    let whole = encoding.byteRanges.filter { $0 == 2..<5 }
    #expect(whole.count == 2)
    #expect(encoding.scalarRanges(in: text).last == 4..<5)
  }
}
