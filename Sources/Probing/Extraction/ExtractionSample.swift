public import CanonicalJSON

/// One text of an extraction: its tokens, the tokens that state the answer, and the others.
public struct ExtractionSample: Sendable, Equatable {
  /// Which tokens count as the others where the file does not list them.
  public enum OtherTokens: String, Sendable, CaseIterable {
    /// Every token that is not in the answer, the prompt included: as upstream.
    case all
    /// The tokens of the response that are not in the answer; needs `prompt_tokens`.
    case response
  }

  /// The item of the study; several samples may share one.
  public let item: String
  public let tokens: [Int32]
  /// Token positions; may be empty when the span is lost, then there is no answer row.
  public let answer: [Int]
  public let other: [Int]
  /// Whether the response is right; `nil` is unscored.
  public let outcome: Bool?

  public init(item: String, tokens: [Int32], answer: [Int], other: [Int], outcome: Bool?) {
    self.item = item
    self.tokens = tokens
    self.answer = answer
    self.other = other
    self.outcome = outcome
  }

  /// Longest text that is read: far beyond any response, far below what memory allows.
  static let maximumTokens = 1 << 20

  /// Reads `{"item": …, "tokens": […], "answer": [[first, end], …], "other": [[first, end], …],
  /// "prompt_tokens": n, "outcome": true}`; `other`, `prompt_tokens` and `outcome` may be left out.
  ///
  /// - Throws: ``ProbingError/badSample(line:problem:)``.
  public init(json: JSONValue, line: Int, otherTokens: OtherTokens) throws(ProbingError) {
    func fail(_ problem: String) -> ProbingError { .badSample(line: line, problem: problem) }
    guard let item = json["item"]?.stringValue, !item.isEmpty else {
      throw fail("it has no \"item\"")
    }
    guard let list = json["tokens"]?.arrayValue, (1...Self.maximumTokens).contains(list.count)
    else { throw fail("\"tokens\" must list 1 to \(Self.maximumTokens) ids") }
    var tokens: [Int32] = []
    tokens.reserveCapacity(list.count)
    for entry in list {
      guard let id = entry.intValue.flatMap(Int32.init(exactly:)), id >= 0 else {
        throw fail("\"tokens\" holds something that is no token id")
      }
      tokens.append(id)
    }
    func positions(_ key: String) throws(ProbingError) -> Set<Int>? {
      guard let value = json[key], !value.isNull else { return nil }
      guard let ranges = value.arrayValue else { throw fail("\"\(key)\" must be a list of ranges") }
      var result = Set<Int>()
      for range in ranges {
        guard range.arrayValue?.count == 2, let first = range[0]?.intValue,
          let end = range[1]?.intValue, first >= 0, first < end, end <= tokens.count
        else { throw fail("\"\(key)\" needs [first, end] inside the \(tokens.count) tokens") }
        result.formUnion(first..<end)
      }
      return result
    }
    guard let answer = try positions("answer") else { throw fail("it has no \"answer\"") }
    let other: Set<Int>
    if let listed = try positions("other") {
      other = listed
    } else {
      var start = 0
      if otherTokens == .response {
        guard let prompt = json["prompt_tokens"]?.intValue, (0...tokens.count).contains(prompt)
        else { throw fail("\"prompt_tokens\" is needed to tell the response from the prompt") }
        start = prompt
      }
      other = Set(start..<tokens.count).subtracting(answer)
    }
    guard answer.isDisjoint(with: other) else { throw fail("\"answer\" and \"other\" overlap") }
    if let outcome = json["outcome"], !outcome.isNull, outcome.boolValue == nil {
      throw fail("\"outcome\" must be true, false or left out")
    }
    self.init(
      item: item, tokens: tokens, answer: answer.sorted(), other: other.sorted(),
      outcome: json["outcome"]?.boolValue)
  }

  /// Reads one sample a line; blank lines are skipped.
  ///
  /// - Throws: ``ProbingError/badSample(line:problem:)``.
  public static func list(
    jsonLines bytes: [UInt8], otherTokens: OtherTokens
  ) throws(ProbingError) -> [ExtractionSample] {
    var samples: [ExtractionSample] = []
    var line = 0
    for text in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      guard text.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { continue }
      let json: JSONValue
      do { json = try JSONValue(parsing: text) } catch {
        throw .badSample(line: line, problem: "column \(error.column): \(error.message)")
      }
      samples.append(try ExtractionSample(json: json, line: line, otherTokens: otherTokens))
    }
    return samples
  }

  /// What the sample is, for the digest that resuming compares.
  public var json: JSONValue {
    func list(_ values: [Int]) -> JSONValue { .array(values.map { .integer(Int64($0)) }) }
    return [
      "item": .string(item), "tokens": list(tokens.map(Int.init)), "answer": list(answer),
      "other": list(other), "outcome": outcome.map(JSONValue.bool) ?? .null,
    ]
  }
}
