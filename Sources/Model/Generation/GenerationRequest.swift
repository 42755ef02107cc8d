internal import Randomness

/// One response to be generated.
public struct GenerationRequest: Sendable {
  public var prompt: [Int32]
  public var maximumTokens: Int
  /// Generation ends with one of these; it is not part of the answer.
  public var stopTokens: Set<Int32>
  public var sampling: Sampling
  /// Ids from here on are padding of the vocabulary and never chosen; `nil`: the whole vocabulary.
  public var vocabularyLimit: Int?
  /// Further ids that are never chosen.
  public var maskedTokens: Set<Int32>
  /// The address of the random numbers: study seed, item, response. The position in the response
  /// completes it, so a response does not depend on batch, order, thread count or shard.
  public var seed: UInt64
  public var item: String
  public var responseIndex: Int

  public init(
    prompt: [Int32], maximumTokens: Int, stopTokens: Set<Int32> = [],
    sampling: Sampling = .greedy, vocabularyLimit: Int? = nil, maskedTokens: Set<Int32> = [],
    seed: UInt64 = 0, item: String = "", responseIndex: Int = 0
  ) {
    self.prompt = prompt
    self.maximumTokens = maximumTokens
    self.stopTokens = stopTokens
    self.sampling = sampling
    self.vocabularyLimit = vocabularyLimit
    self.maskedTokens = maskedTokens
    self.seed = seed
    self.item = item
    self.responseIndex = responseIndex
  }

  /// The uniform number of one position of the response.
  func uniform(position: Int) -> Double {
    guard sampling != .greedy else { return 0 }
    var random = RandomStream(
      seed: seed, analysis: "sample/\(item)", index: UInt64(responseIndex),
      substream: UInt64(position))
    return random.uniform()
  }

  package func choose(_ logits: some RandomAccessCollection<Float>, position: Int) -> Int32 {
    let limit = vocabularyLimit ?? logits.count
    let masked = maskedTokens
    return Int32(
      sampling.choose(
        logits, isAllowed: { $0 < limit && (masked.isEmpty || !masked.contains(Int32($0))) },
        uniform: uniform(position: position)))
  }
}

/// What a request produced.
public struct GeneratedResponse: Sendable, Equatable {
  public enum Ending: Sendable, Equatable {
    case stopToken(Int32)
    case maximumTokens
  }

  /// The generated tokens without the stop token.
  public let tokens: [Int32]
  public let ending: Ending

  package init(tokens: [Int32], ending: Ending) {
    self.tokens = tokens
    self.ending = ending
  }
}
