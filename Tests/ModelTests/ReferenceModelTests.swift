import Foundation
import Model
import TestSupport
import Testing

/// The shipped checkpoints against logits and greedy answers of transformers.
///
/// 150 items in every run, all items of all question sets with `REFEREE_SLOW=1`.
@Suite struct ReferenceModelTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "data/reference-model")
  static let isSlow = ProcessInfo.processInfo.environment["REFEREE_SLOW"] == "1"

  /// Prompts and greedy answers as token ids; logits after every token of a few of them.
  struct Reference {
    var prompts: [[Int32]]
    var answers: [[Int32]]
    var logitItems: [Int]
    var logits: [Float]

    init(_ name: String) throws {
      let archive = try Fixture.archive("reference-model/\(name).npz")
      func rows(_ values: String) throws -> [[Int32]] {
        let flat = try archive[values].integers.map { Int32($0) }
        var start = 0
        return try archive["\(values.dropLast())_sizes"].integers.map { size in
          defer { start += size }
          return Array(flat[start..<start + size])
        }
      }
      prompts = try rows("prompts")
      answers = try rows("answers")
      logitItems = try archive["logit_items"].integers
      logits = try archive["logits"].floats
    }
  }

  static let checkpoints: [(folder: String, reference: String)] = [
    (".", "instruct"), ("base", "base"),
  ]

  static func open(_ name: String) throws -> LanguageModel {
    try LanguageModel.open(path: folder.appending(path: name).path(), backend: Fixture.backend())
  }

  @Test(arguments: checkpoints)
  func `logits agree with transformers`(_ checkpoint: (folder: String, reference: String)) throws {
    let model = try Self.open(checkpoint.folder)
    let reference = try Reference(checkpoint.reference)
    let logits = try reference.logitItems.flatMap {
      try model.logits(reference.prompts[$0] + reference.answers[$0])
    }
    let difference = largestDifference(logits, reference.logits)
    print("reference model \(checkpoint.reference): \(difference)")
    #expect(difference < 5e-4)
  }

  @Test(arguments: checkpoints)
  func `greedy answers are those of transformers`(
    _ checkpoint: (folder: String, reference: String)
  ) throws {
    let model = try Self.open(checkpoint.folder)
    let reference = try Reference(checkpoint.reference)
    let stride = Self.isSlow ? 1 : max(1, reference.prompts.count / 150)
    let items = Array(Swift.stride(from: 0, to: reference.prompts.count, by: stride))
    let ends = Set(model.configuration.endTokens.map { Int32($0) })
    let responses = try model.generate(
      items.map {
        GenerationRequest(prompt: reference.prompts[$0], maximumTokens: 40, stopTokens: ends)
      })
    for (item, response) in zip(items, responses) {
      #expect(response.tokens == reference.answers[item], "item \(item)")
    }
    print("reference model \(checkpoint.reference): \(items.count) greedy answers compared")
  }
}
