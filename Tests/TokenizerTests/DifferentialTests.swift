import CanonicalJSON
import Foundation
import Testing
import Tokenizer

/// Random Unicode through eight kinds of tokenizer, against Hugging Face's tokenizers 0.23.
@Suite struct DifferentialTests {
  static let reference = Result { try TokenizerFixture.document("differential.json") }

  static func texts() throws -> [String] {
    try reference.get()["texts"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  @Test(arguments: TokenizerFixture.names)
  func `ids are those of the reference`(_ name: String) throws {
    let tokenizer = try TokenizerFixture.tokenizer(name)
    let texts = try Self.texts()
    let expected = try Self.reference.get()["tokenizers"]?[name]?["ids"]?.arrayValue ?? []
    #expect(texts.count > 200 && expected.count == texts.count)
    for (text, ids) in zip(texts, expected) {
      #expect(try tokenizer.encode(text).tokens == ids.tokens, "\(name): \(text.debugDescription)")
    }
  }

  /// Byte-level and unchanged texts; where normalization changes a text, the reference gives all of
  /// a composed character's offset to its first scalar, and here a token has the whole stretch.
  @Test(arguments: TokenizerFixture.names)
  func `offsets are those of the reference where the text is unchanged`(_ name: String) throws {
    let tokenizer = try TokenizerFixture.tokenizer(name)
    let expected = try Self.reference.get()["tokenizers"]?[name]?["offsets"]?.arrayValue ?? []
    var compared = 0
    for (text, offsets) in zip(try Self.texts(), expected) {
      let encoding = try tokenizer.encode(text)
      let ranges = encoding.scalarRanges(in: text)
      let isByteLevel = !["llama2", "mistral", "gemma"].contains(name)
      let isUnchanged = Array(tokenizer.normalized(text).utf8) == Array(text.utf8)
      guard isByteLevel, isUnchanged else { continue }
      compared += 1
      let flat = ranges.flatMap { [$0.lowerBound, $0.upperBound] }
      #expect(flat == offsets.integers, "\(name): \(text.debugDescription)")
    }
    if !["llama2", "mistral", "gemma"].contains(name) { #expect(compared > 100) }
  }

  @Test(arguments: TokenizerFixture.names)
  func `the ranges cover the text in order`(_ name: String) throws {
    let tokenizer = try TokenizerFixture.tokenizer(name)
    for text in try Self.texts() {
      let encoding = try tokenizer.encode(text)
      let bytes = Array(text.utf8)
      var position = 0
      var start = 0
      for range in encoding.byteRanges {
        #expect(range.lowerBound <= position && range.lowerBound >= start)
        start = range.lowerBound
        position = max(position, range.upperBound)
      }
      #expect(position == bytes.count || encoding.count == tokenizer.prefixTokens.count)
    }
  }

  @Test(arguments: TokenizerFixture.names)
  func `decoding is that of the reference`(_ name: String) throws {
    let tokenizer = try TokenizerFixture.tokenizer(name)
    let cases = try Self.reference.get()["tokenizers"]?[name]?["decode"]?.arrayValue ?? []
    #expect(cases.count == 60)
    for item in cases {
      let ids = item["ids"]?.tokens ?? []
      let expected = item["text"]?.stringValue ?? ""
      // The reference writes one U+FFFD for each byte token that is no UTF-8, here one stands for
      // each maximal part of a character, as byte-level vocabularies have it.
      if expected.contains("\u{FFFD}"), ["llama2", "mistral", "gemma"].contains(name) { continue }
      let text = try tokenizer.decode(ids, skipsSpecialTokens: false)
      #expect(Array(text.utf8) == Array(expected.utf8), "\(name): \(ids)")
    }
  }

  @Test(arguments: TokenizerFixture.names)
  func `streamed pieces joined are the decoded text`(_ name: String) throws {
    let tokenizer = try TokenizerFixture.tokenizer(name)
    let cases = try Self.reference.get()["tokenizers"]?[name]?["decode"]?.arrayValue ?? []
    for item in cases {
      let ids = item["ids"]?.tokens ?? []
      var decoder = StreamingDecoder(tokenizer, skipsSpecialTokens: false)
      var joined = ""
      for id in ids {
        joined += try decoder.append(id)
        // What was printed never changes: it is a prefix of the text so far.
        let all = try tokenizer.decode(ids, skipsSpecialTokens: false)
        #expect(all.utf8.starts(with: joined.utf8))
      }
      joined += decoder.finish()
      #expect(try joined == tokenizer.decode(ids, skipsSpecialTokens: false))
    }
  }

  @Test(arguments: ["smollm", "llama3", "qwen2", "qwen35"])
  func `byte-level texts come back`(_ name: String) throws {
    let tokenizer = try TokenizerFixture.tokenizer(name)
    for text in try Self.texts() {
      let tokens = try tokenizer.encode(text, addsSpecialTokens: false).tokens
      let decoded = try tokenizer.decode(tokens, skipsSpecialTokens: false)
      #expect(Array(decoded.utf8) == Array(tokenizer.normalized(text).utf8) || text.contains("<|"))
    }
  }

  @Test func `every scalar is split and composed as in the reference`() throws {
    let reference = try TokenizerFixture.document("every-scalar.json")
    let chunks = stride(from: UInt32(0), to: 0x110000, by: 4096).map { start in
      (start..<start + 4096).compactMap(Unicode.Scalar.init)
    }.filter { !$0.isEmpty }
    let composer = try TokenizerFixture.tokenizer("qwen35")
    var splitters: [(String, TextTokenizer)] = []
    for name in ["gpt2", "llama3", "qwen2", "qwen35"] {
      splitters.append((name, try TokenizerFixture.tokenizer(name)))
    }
    // Planes 4 to 13 are empty: one chunk of each is enough.
    let busy = chunks.enumerated().filter { index, chunk in
      let plane = chunk[0].value >> 16
      return !(4..<14).contains(plane) || index % 16 == 0
    }
    for (index, chunk) in busy {
      let text = chunk.map { "x\($0)5 \($0)\($0) '\($0)\n\($0)" }.joined()
      let bytes = Array(text.utf8)
      for (name, tokenizer) in splitters {
        var (position, count) = (0, UInt32(0))
        let ends = try tokenizer.words(of: text).map { range in
          while position < range.upperBound {
            if bytes[position] & 0xC0 != 0x80 { count += 1 }
            position += 1
          }
          return count
        }
        #expect(Self.hash(ends) == reference["patterns"]?[name]?[index]?.stringValue)
      }
      let mixed = chunk.map { "a\($0)\u{323}\($0)\u{301}" }.joined()
      let composed = composer.normalized(mixed).unicodeScalars.map(\.value)
      #expect(Self.hash(composed) == reference["nfc"]?[index]?.stringValue)
    }
  }

  /// FNV-1a over the four bytes of each value.
  static func hash(_ values: [UInt32]) -> String {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for value in values {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        state = (state ^ UInt64(value >> shift & 255)) &* 0x100_0000_01B3
      }
    }
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
