import Kernels
import Model
import TestSupport
import Testing

/// The same bits, however the work is cut.
@Suite struct InvarianceTests {
  static let checkpoints = [
    "tiny/hf", "tiny/hf_gptq", "tiny/mlx4", "tiny/tiny-Q4_0.gguf", "dense/mistral", "moe/wide",
  ]

  static func tokens(_ model: LanguageModel, _ count: Int, salt: Int = 0) -> [Int32] {
    (0..<count).map { Int32(($0 * 37 + salt * 101 + $0 * $0) % model.configuration.vocabularySize) }
  }

  @Test(arguments: checkpoints)
  func `one token at a time gives the bits of the whole prompt`(_ name: String) throws {
    let model = try Fixture.model(name)
    let tokens = Self.tokens(model, 40)
    let whole = try model.logits(tokens)
    let state = model.newSequence()
    var steps: [Float] = []
    for token in tokens {
      steps += try model.forward([.init(state: state, tokens: [token], logits: .all)])[0]
    }
    #expect(steps.map(\.bitPattern) == whole.map(\.bitPattern))
    #expect(state.length == 40)
  }

  @Test(arguments: checkpoints, [1, 7, 33])
  func `a split prefill gives the bits of the whole prompt`(_ name: String, _ cut: Int) throws {
    let model = try Fixture.model(name)
    let tokens = Self.tokens(model, 40)
    let whole = try model.logits(tokens)
    let state = model.newSequence()
    let first = try model.forward([
      .init(state: state, tokens: Array(tokens[..<cut]), logits: .all)
    ])[0]
    let rest = try model.forward([
      .init(state: state, tokens: Array(tokens[cut...]), logits: .all)
    ])[0]
    #expect((first + rest).map(\.bitPattern) == whole.map(\.bitPattern))
  }

  @Test(arguments: checkpoints)
  func `a prompt's bits do not depend on its batch`(_ name: String) throws {
    let model = try Fixture.model(name)
    // Together they exceed one pass, so passes are cut inside a prompt.
    let prompts = [3, 120, 41, 90, 60].enumerated().map {
      Self.tokens(model, $1, salt: $0)
    }
    let alone = try prompts.map { try model.logits($0) }
    let together = try model.forward(
      prompts.map { .init(state: model.newSequence(), tokens: $0, logits: .all) })
    for (left, right) in zip(alone, together) {
      #expect(left.map(\.bitPattern) == right.map(\.bitPattern))
    }
  }

  @Test(arguments: checkpoints, [1, 3, 5])
  func `the thread count changes no bit`(_ name: String, _ threads: Int) throws {
    let two = try Fixture.model(name)
    let other = try Fixture.model(name, backend: Fixture.backend(threads: threads))
    let tokens = Self.tokens(two, 50)
    let (left, right) = (try two.logits(tokens), try other.logits(tokens))
    #expect(left.map(\.bitPattern) == right.map(\.bitPattern))
  }

  @Test(arguments: checkpoints)
  func `unpacked weights change no bit`(_ name: String) throws {
    let packed = try Fixture.model(name)
    let unpacked = try Fixture.model(name, expandsBelow: 1 << 30)
    #expect(packed.summary.shares.contains { $0.format != .float32 })
    #expect(unpacked.summary.shares.allSatisfy { $0.format == .float32 })
    let tokens = Self.tokens(packed, 30)
    let (left, right) = (try packed.logits(tokens), try unpacked.logits(tokens))
    #expect(left.map(\.bitPattern) == right.map(\.bitPattern))
  }

  @Test(arguments: checkpoints)
  func `the instruction set changes no bit`(_ name: String) throws {
    let serial = try Fixture.model(name, backend: Fixture.backend(.serial))
    let tokens = Self.tokens(serial, 20)
    let expected = try serial.logits(tokens).map(\.bitPattern)
    for set in InstructionSet.allCases where set.isAvailable && set != .serial {
      let model = try Fixture.model(name, backend: Fixture.backend(set))
      #expect(try model.logits(tokens).map(\.bitPattern) == expected, "\(set.rawValue)")
    }
  }

  @Test func `the stepwise reference, states and greedy text agree`() throws {
    let archive = try Fixture.archive("tiny/ref.npz")
    let model = try Fixture.model("tiny/hf")
    let state = model.newSequence()
    let tokens = try Fixture.tokens()
    let logits = try model.forward([.init(state: state, tokens: tokens, logits: .all)])[0]
    let stepwise = largestDifference(logits, try archive["logits_stepwise"].floats)
    print("parity tiny/hf stepwise: \(stepwise)")
    #expect(stepwise < 5e-4)

    let recurrent = largestDifference(
      state.linearStates.flatMap(\.recurrent), try archive["recurrent_state"].floats)
    print("parity tiny/hf recurrent state: \(recurrent)")
    #expect(recurrent < 5e-4)
    // The reference keeps four rows per channel, [channel, row]; the engine the last three.
    let reference = try archive["conv_state"]
    let (channels, taps) = (reference.shape[1], reference.shape[2])
    let values = reference.floats
    for (layer, linear) in state.linearStates.enumerated() {
      for row in 0..<taps - 1 {
        for channel in 0..<channels {
          let expected = values[(layer * channels + channel) * taps + row + 1]
          #expect(abs(linear.convolution[row * channels + channel] - expected) < 5e-4)
        }
      }
    }

    let prompt = try archive["prompt"].integers.map { Int32($0) }
    let response = try model.generate([.init(prompt: prompt, maximumTokens: 32)])[0]
    #expect(try response.tokens.map { Int($0) } == archive["greedy"].integers)
  }
}
