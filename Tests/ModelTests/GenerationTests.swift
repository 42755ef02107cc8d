import Foundation
import Model
import Testing

@Suite struct GenerationTests {
  static func requests(_ model: LanguageModel) -> [GenerationRequest] {
    (0..<12).map { index in
      GenerationRequest(
        prompt: InvarianceTests.tokens(model, 5 + index % 4, salt: index % 4),
        maximumTokens: 3 + index % 5,
        sampling: index % 3 == 0 ? .greedy : .study, seed: 7, item: "item-\(index / 2)",
        responseIndex: index % 2)
    }
  }

  @Test(arguments: [1, 2, 5, 12, 40])
  func `responses do not depend on the batch size`(_ batchSize: Int) throws {
    let model = try Fixture.model("tiny/hf")
    let requests = Self.requests(model)
    let expected = try requests.map { try model.generate([$0])[0] }
    #expect(try model.generate(requests, batchSize: batchSize) == expected)
  }

  /// The requests of a small model are dealt to the threads, those of a large one are not.
  @Test(arguments: [1, 2, 3, 16])
  func `responses do not depend on who computes them`(_ threads: Int) throws {
    let large = try Fixture.model("tiny/hf")
    let small = try Fixture.model(
      "tiny/hf", backend: Fixture.backend(threads: threads), expandsBelow: 1 << 30)
    let requests = Self.requests(large)
    let expected = try large.generate(requests, batchSize: 4)
    var told = [[Int32]](repeating: [], count: requests.count)
    let responses = try small.generate(requests, batchSize: 4) { told[$0].append($1) }
    #expect(responses == expected)
    #expect(told == expected.map(\.tokens))
  }

  @Test func `responses do not depend on the order of the requests`() throws {
    let model = try Fixture.model("tiny/hf")
    let requests = Self.requests(model)
    let forward = try model.generate(requests, batchSize: 4)
    let backward = try model.generate(requests.reversed(), batchSize: 5)
    #expect(forward == backward.reversed())
  }

  @Test func `ten responses to one prompt differ and share their prefill`() throws {
    let model = try Fixture.model("tiny/hf")
    let prompt = InvarianceTests.tokens(model, 20)
    let requests = (0..<10).map {
      GenerationRequest(
        prompt: prompt, maximumTokens: 8, sampling: .study, seed: 1, item: "q", responseIndex: $0)
    }
    let responses = try model.generate(requests)
    #expect(Set(responses.map(\.tokens)).count > 1)
    #expect(try model.generate([requests[9]])[0] == responses[9])
  }

  @Test func `a stop token ends the response and is not part of it`() throws {
    let model = try Fixture.model("tiny/hf")
    let prompt = InvarianceTests.tokens(model, 9)
    let free = try model.generate([.init(prompt: prompt, maximumTokens: 6)])[0]
    let stop = free.tokens[3]
    let position = try #require(free.tokens.firstIndex(of: stop))
    let stopped = try model.generate([
      .init(prompt: prompt, maximumTokens: 6, stopTokens: [stop])
    ])[0]
    #expect(stopped.tokens == Array(free.tokens[..<position]))
    #expect(stopped.ending == .stopToken(stop))
  }

  @Test func `end tokens come from both configuration files`() throws {
    let manager = FileManager.default
    let place = manager.temporaryDirectory.appending(path: "referee-ends-\(UUID().uuidString)")
    try manager.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: place) }
    for name in ["config.json", "model.safetensors"] {
      try manager.createSymbolicLink(
        at: place.appending(path: name),
        withDestinationURL: Fixture.folder.appending(path: "dense/qwen3/\(name)"))
    }
    try Data(#"{"eos_token_id": [17, 255]}"#.utf8)
      .write(to: place.appending(path: "generation_config.json"))
    let model = try LanguageModel.open(path: place.path(), backend: Fixture.backend())
    #expect(model.configuration.endTokens == [255, 17])
  }

  @Test func `zero tokens asked for are zero tokens`() throws {
    let model = try Fixture.model("tiny/hf")
    let response = try model.generate([.init(prompt: [1], maximumTokens: 0)])[0]
    #expect(response == GeneratedResponse(tokens: [], ending: .maximumTokens))
  }

  @Test func `masked and padded ids are never chosen`() throws {
    let model = try Fixture.model("tiny/hf")
    let prompt = InvarianceTests.tokens(model, 9)
    let free = try model.generate([.init(prompt: prompt, maximumTokens: 1)])[0].tokens[0]
    let limited = try model.generate([
      .init(prompt: prompt, maximumTokens: 12, vocabularyLimit: Int(free))
    ])[0]
    #expect(limited.tokens.allSatisfy { $0 < free })
    let masked = try model.generate([
      .init(prompt: prompt, maximumTokens: 1, maskedTokens: [free])
    ])[0]
    #expect(masked.tokens[0] != free)
  }

  @Test func `requests that cannot run are errors with a remedy`() throws {
    let model = try Fixture.model("tiny/hf")
    #expect(throws: ModelError.self) {
      try model.generate([.init(prompt: [], maximumTokens: 1)])
    }
    #expect(throws: ModelError.self) {
      try model.generate([.init(prompt: [512], maximumTokens: 1)])
    }
    #expect(throws: ModelError.self) {
      try model.generate([.init(prompt: [-1], maximumTokens: 1)])
    }
    for sampling in [
      Sampling.random(temperature: 0, topK: 5, topP: 1),
      .random(temperature: 1, topK: 0, topP: 1), .random(temperature: 1, topK: 5, topP: 0),
    ] {
      #expect(throws: ModelError.self) {
        try model.generate([.init(prompt: [1], maximumTokens: 1, sampling: sampling)])
      }
    }
  }
}

@Suite struct SamplingTests {
  static let logits: [Float] = [1, 3, 3, -2, 2.5, .nan, 0]

  static func frequencies(_ sampling: Sampling) -> [Double] {
    var counts = [Double](repeating: 0, count: logits.count)
    for draw in 0..<10_000 {
      let token = sampling.choose(
        logits, isAllowed: { _ in true }, uniform: (Double(draw) + 0.5) / 10_000)
      counts[token] += 1e-4
    }
    return counts
  }

  @Test func `greedy takes the largest, and the lower id of equals`() {
    #expect(Sampling.greedy.choose(Self.logits, isAllowed: { _ in true }, uniform: 0) == 1)
    #expect(Sampling.greedy.choose(Self.logits, isAllowed: { $0 != 1 }, uniform: 0) == 2)
  }

  @Test func `top-k keeps k tokens with their relative probabilities`() {
    // e^3, e^3, e^2.5: 0.3836, 0.3836, 0.2327.
    let found = Self.frequencies(.random(temperature: 1, topK: 3, topP: 1))
    #expect(abs(found[1] - 0.3836) < 1e-3)
    #expect(abs(found[2] - 0.3836) < 1e-3)
    #expect(abs(found[4] - 0.2327) < 1e-3)
    #expect(found[0] == 0 && found[5] == 0)
  }

  @Test func `top-p keeps the token that crosses the threshold`() {
    // Cumulative 0.357, 0.715, 0.932 over all six: 0.71 keeps two, 0.72 three.
    let two = Self.frequencies(.random(temperature: 1, topK: nil, topP: 0.71))
    #expect(two[1] > 0 && two[2] > 0 && two[4] == 0)
    let three = Self.frequencies(.random(temperature: 1, topK: nil, topP: 0.72))
    #expect(three[4] > 0 && three[0] == 0)
  }

  @Test func `temperature divides the logits`() {
    let cold = Self.frequencies(.random(temperature: 0.01, topK: nil, topP: 1))
    #expect(abs(cold[1] - 0.5) < 1e-3 && abs(cold[2] - 0.5) < 1e-3)
    let hot = Self.frequencies(.random(temperature: 1e6, topK: nil, topP: 1))
    #expect(abs(hot[3] - 1.0 / 6) < 1e-3 && hot[5] == 0)
  }

  @Test func `a partial selection equals the full sort`() {
    let many = (0..<400).map { Float(($0 * 7919) % 97) / 10 }
    for k in [1, 2, 50, 99] {
      for draw in stride(from: 0.0, to: 1, by: 0.05) {
        let partial = Sampling.random(temperature: 1, topK: k, topP: 1)
          .choose(many, isAllowed: { _ in true }, uniform: draw)
        let order = many.indices.sorted { (many[$1], $0) < (many[$0], $1) }.prefix(k)
        #expect(order.contains(partial))
      }
    }
  }
}
