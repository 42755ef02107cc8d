import CanonicalJSON
import Foundation
import Randomness
import Testing
import Tokenizer

/// Damaged and malicious `tokenizer.json` files: an error with a place, or a tokenizer that works.
@Suite struct HostileTokenizerTests {
  static let texts = ["Hello, world 123 <|im_end|>", "e\u{301}é漢字 🙂\n\n  x'll", ""]

  /// Changes a few bytes; digits stay digits half of the time, so that ids and flags change.
  static func mutate(_ bytes: inout [UInt8], _ random: inout RandomStream) {
    if random.integer(below: 12) == 0 {
      bytes.removeLast(random.integer(below: bytes.count))
      return
    }
    for _ in 0...random.integer(below: 4) {
      let position = random.integer(below: bytes.count)
      switch random.integer(below: 6) {
      case 0: bytes[position] = UInt8(random.integer(below: 256))
      case 1: bytes[position] ^= 1 << random.integer(below: 8)
      case 2: bytes.remove(at: position)
      case 3:
        let end = min(bytes.count, position + random.integer(below: 40))
        bytes.insert(contentsOf: Array(bytes[position..<end]), at: position)
      default:
        if let digit = bytes[position...].firstIndex(where: { (0x30...0x39).contains($0) }) {
          bytes[digit] = UInt8(0x30 + random.integer(below: 10))
        }
      }
    }
  }

  @Test(arguments: ["qwen35", "gpt2", "llama2", "mistral", "llama3"])
  func `a mutated file crashes nothing`(_ name: String) throws {
    let original = try TokenizerFixture.bytes("\(name).json")
    let rounds = TokenizerFixture.isSlow ? 10_000 : 60
    var (errors, tokenizers) = (0, 0)
    for round in 0..<rounds {
      var random = RandomStream(
        seed: 6, analysis: "hostile-tokenizer/\(name)", index: UInt64(round))
      var bytes = original
      Self.mutate(&bytes, &random)
      do {
        let tokenizer = try TokenizerFixture.tokenizer(bytes, path: "t.json")
        for text in Self.texts {
          let tokens = try tokenizer.encode(text).tokens
          _ = try tokenizer.decode(tokens)
        }
        tokenizers += 1
      } catch let error as TokenizerError {
        #expect(!error.description.isEmpty)
        errors += 1
      }
    }
    #expect(errors + tokenizers == rounds && errors > 0 && tokenizers > 0)
  }

  static func file(
    vocabulary: String = #"{"a":0,"b":1,"ab":2}"#, merges: String = #"["a b"]"#,
    added: String = "[]", rest: String = "", pre: String = ""
  ) -> [UInt8] {
    let level = #"{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"#
    return Array(
      """
      {"added_tokens":\(added),"pre_tokenizer":\(pre.isEmpty ? level : pre),\(rest)
      "model":{"type":"BPE","vocab":\(vocabulary),"merges":\(merges)}}
      """.utf8)
  }

  @Test(arguments: [
    (file(vocabulary: #"{"a":-1}"#, merges: "[]"), "negative"),
    (file(vocabulary: #"{"a":0,"b":0}"#, merges: "[]"), "stands twice"),
    (file(vocabulary: #"{"a":0,"a":1}"#, merges: "[]"), "the same token"),
    (file(vocabulary: #"{"a":999999999}"#, merges: "[]"), "too high"),
    (file(vocabulary: #"{"a":0.5}"#, merges: "[]"), "expected an integer"),
    (file(merges: #"["a c"]"#), "lacks"), (file(merges: #"["b a"]"#), "lacks"),
    (file(merges: #"["ab"]"#), "two parts"), (file(merges: #"[["a","b","c"]]"#), "two parts"),
    (file(added: #"[{"id":0,"content":"x"}]"#), "stands for two tokens"),
    (file(added: #"[{"id":-4,"content":"x"}]"#), "needs a content and an id"),
    (
      file(rest: #""decoder":{"type":"ByteLevel"},"normalizer":{"type":"Lowercase"},"#), "Lowercase"
    ),
    (file(pre: #"{"type":"Split","pattern":{"Regex":"(a+)+"},"behavior":"Isolated"}"#), "(a+)+"),
    (Array(#"{"model":{"type":"Unigram","vocab":[]}}"#.utf8), "Unigram"),
    (Array("{}".utf8), "no model"), (Array("[1".utf8), "expected"), ([0xFF], "UTF-8"),
    (Array(String(repeating: "[", count: 100_000).utf8), "expected"),
  ])
  func `each kind of damage has its own message`(_ bytes: [UInt8], _ part: String) throws {
    let error = try #require(throws: TokenizerError.self) {
      try TokenizerFixture.tokenizer(bytes, path: "t.json")
    }
    #expect(error.description.contains(part), "\(error)")
    #expect(error.description.contains("t.json"))
  }

  @Test func `text that the vocabulary lacks is an error with its place`() throws {
    let tokenizer = try TokenizerFixture.tokenizer(Self.file(), path: "t.json")
    #expect(try tokenizer.encode("abba").tokens == [2, 1, 0])
    #expect(throws: TokenizerError.unencodable(byteOffset: 2, bytes: [0x63])) {
      try tokenizer.encode("abc")
    }
    #expect(throws: TokenizerError.unknownToken(id: 3, count: 3)) { try tokenizer.decode([3]) }
    #expect(throws: TokenizerError.unknownToken(id: -1, count: 3)) { try tokenizer.decode([-1]) }
  }

  /// A million letters in one word, and a million marks on one letter: a quadratic merge or sort
  /// would take hours.
  @Test func `a word of a million bytes ends`() throws {
    let tokenizer = try TokenizerFixture.tokenizer("qwen35")
    let count = TokenizerFixture.isSlow ? 1_000_000 : 100_000
    let tokens = try tokenizer.encode(String(repeating: "the", count: count / 3)).tokens
    #expect(tokens.count < count)
    let marks = "a" + String(repeating: "\u{301}\u{323}", count: count / 2)
    #expect(try tokenizer.decode(tokenizer.encode(marks).tokens).unicodeScalars.count <= count + 1)
    let scalars = try TokenizerFixture.tokenizer("llama2")
    #expect(try scalars.encode(String(repeating: "ab ", count: count / 3)).count > 1)
  }

  @Test func `short and long words merge alike`() throws {
    // Words of up to 64 units are searched, longer ones use the heap: their tokens must agree on
    // what both can do. A run of one letter merges from the left in both.
    let tokenizer = try TokenizerFixture.tokenizer("smollm")
    let document = try TokenizerFixture.document("smollm.json")
    var ranks: [String: Int] = [:]
    for (rank, merge) in (document["model"]?["merges"]?.arrayValue ?? []).enumerated() {
      let key = (merge[0]?.stringValue ?? "") + " " + (merge[1]?.stringValue ?? "")
      ranks[key] = rank
    }
    var random = RandomStream(seed: 7, analysis: "merge", index: 0)
    for length in [60, 63, 64, 65, 66, 70, 130] {
      for _ in 0..<20 {
        let letters = (0..<length).map { _ in ["e", "n", "t", "h", "o"][random.integer(below: 5)] }
        let word = letters.joined()
        #expect(try tokenizer.encode(word).tokens == Self.plainMerge(word, document, ranks))
      }
    }
  }

  /// Byte-pair encoding as the definition has it, by the merges of the file.
  static func plainMerge(_ word: String, _ document: JSONValue, _ ranks: [String: Int]) -> [Int32] {
    var parts = word.map(String.init)
    while true {
      let pairs = parts.indices.dropLast().compactMap { index in
        ranks["\(parts[index]) \(parts[index + 1])"].map { (rank: $0, index: index) }
      }
      guard let best = pairs.min(by: { ($0.rank, $0.index) < ($1.rank, $1.index) }) else { break }
      parts[best.index] += parts.remove(at: best.index + 1)
    }
    return parts.compactMap { document["model"]?["vocab"]?[$0]?.intValue.map(Int32.init) }
  }
}
