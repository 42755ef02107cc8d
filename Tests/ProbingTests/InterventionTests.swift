import CanonicalJSON
import Foundation
import Model
import Probing
import TestSupport
import Testing

@Suite struct InterventionTests {
  static let implementations = Intervention.Implementation.allCases

  @Test(arguments: implementations, [0.0, 0.5, 2.0])
  func `doses agree with the reference`(
    _ implementation: Intervention.Implementation, _ alpha: Double
  ) throws {
    let archive = try ProbingFixture.archive("tiny/ref.npz")
    let model = try ProbingFixture.model("tiny/hf")
    let intervened = try IntervenedModel(
      model,
      Intervention(
        neurons: ProbingFixture.neurons(), alpha: alpha, implementation: implementation))
    let logits = try intervened.logits(ProbingFixture.tokens())
    let difference = largestDifference(logits, try archive["logits_alpha\(alpha)"].floats)
    print("parity tiny/hf alpha \(alpha) \(implementation.rawValue): \(difference)")
    #expect(difference < 5e-4)
    let prompt = try archive["prompt"].integers.map { Int32($0) }
    let response = try intervened.generate([.init(prompt: prompt, maximumTokens: 32)])[0]
    #expect(try response.tokens.map { Int($0) } == archive["greedy_alpha\(alpha)"].integers)
  }

  /// The requests of a small model are dealt to its threads, each with hooks of its own.
  @Test(arguments: implementations, [1, 3, 16])
  func `responses do not depend on who computes them`(
    _ implementation: Intervention.Implementation, _ threads: Int
  ) throws {
    let intervention = try Intervention(
      neurons: ProbingFixture.neurons(), alpha: 2, implementation: implementation)
    let prompt = try ProbingFixture.archive("tiny/ref.npz")["prompt"].integers.map { Int32($0) }
    let requests = (0..<9).map { index in
      GenerationRequest(
        prompt: Array(prompt.prefix(4 + index % 3)), maximumTokens: 6 + index % 4,
        sampling: index % 2 == 0 ? .greedy : .study, seed: 3, item: "item-\(index)")
    }
    let large = try IntervenedModel(ProbingFixture.model("tiny/hf"), intervention)
    let small = try IntervenedModel(
      ProbingFixture.model("tiny/hf", threads: threads, expandsBelow: 1 << 30), intervention)
    let expected = try large.generate(requests, batchSize: 64)
    #expect(try small.generate(requests, batchSize: 4) == expected)
  }

  /// Every checkpoint of the fixtures.
  static let checkpoints = [
    "tiny/hf", "tiny/hf_vl", "tiny/hf_gptq", "tiny/mlx4", "tiny/tiny-f32.gguf",
    "tiny/tiny-f16.gguf", "tiny/tiny-bf16.gguf", "tiny/tiny-Q8_0.gguf", "tiny/tiny-Q4_0.gguf",
    "tiny/tiny-Q4_1.gguf", "moe/tied", "moe/wide", "moe/mixed", "dense/llama", "dense/mistral",
    "dense/smollm2", "dense/qwen2", "dense/qwen3", "gguf/blocks.gguf", "gguf/llama.gguf",
    "gguf/ollama.gguf", "gguf/qwen2.gguf", "gguf/qwen3-00001-of-00003.gguf",
  ]

  static func spread(_ model: LanguageModel) -> NeuronSet {
    let layout = NeuronLayout(model.configuration)
    return NeuronSet(
      stride(from: 3, to: layout.count, by: 11).map { layout.neuron(at: $0) })
  }

  @Test(arguments: checkpoints, [0.0, 3.0])
  func `the three implementations agree to 1e-4 of the logits`(
    _ name: String, _ alpha: Double
  ) throws {
    let model = try ProbingFixture.model(name)
    let tokens = Array(try ProbingFixture.tokens().prefix(40)).map { $0 % 256 }
    let neurons = Self.spread(model)
    let logits = try Self.implementations.map {
      try IntervenedModel(
        model, Intervention(neurons: neurons, alpha: alpha, implementation: $0)
      ).logits(tokens)
    }
    let scale = logits[0].reduce(0) { max($0, abs($1)) }
    let untouched = try model.forward([
      .init(state: model.newSequence(), tokens: tokens, logits: .all)
    ])[0]
    #expect(largestDifference(logits[0], untouched) > 1e-2, "the dose does nothing")
    for other in logits.dropFirst() {
      let share = largestDifference(logits[0], other) / scale
      print("agreement \(name) alpha \(alpha): \(share) of \(scale)")
      #expect(share < 1e-4)
    }
  }

  @Test(arguments: checkpoints, implementations)
  func `alpha 1 is bit-identical to the untouched model`(
    _ name: String, _ implementation: Intervention.Implementation
  ) throws {
    let model = try ProbingFixture.model(name)
    let tokens = Array(try ProbingFixture.tokens().prefix(40)).map { $0 % 256 }
    let probe = LivenessProbe(
      model: model, target: .neurons(Self.spread(model)), implementation: implementation,
      prompts: [tokens, Array(tokens.prefix(7))], maximumTokens: 6)
    #expect(try probe.anchorIsExact())
  }

  @Test(arguments: implementations)
  func `liveness shows what a dose changes`(
    _ implementation: Intervention.Implementation
  ) throws {
    let model = try ProbingFixture.model("tiny/hf")
    let tokens = Array(try ProbingFixture.tokens().prefix(30))
    let probe = LivenessProbe(
      model: model, target: .neurons(Self.spread(model)), implementation: implementation,
      prompts: [tokens], maximumTokens: 8)
    let figures = try probe.run(doses: [0, 1, 3])
    #expect(figures[0].largestLogitDifference > 0.1)
    #expect(figures[1].largestLogitDifference == 0)
    #expect(figures[1].changedTokens == 0 && figures[1].changedResponses == 0)
    #expect(figures[2].changedTokenShare.map { $0 > 0 } ?? false)
    #expect(figures[2].positions == 30)
  }

  @Test func `contributions under intervention are those of the changed model`() throws {
    let model = try ProbingFixture.model("tiny/hf")
    let tokens = Array(try ProbingFixture.tokens().prefix(20))
    let neurons = Self.spread(model)
    let probe = ContributionProbe(model: model, norms: DownProjectionNorms(model))
    let sample = ContributionProbe.Sample(
      tokens: tokens, regions: [.init(name: "all", positions: tokens.indices)])
    let results = try [Intervention.Implementation.expertLoop, .postHoc].map {
      try probe.run(
        [sample],
        intervention: Intervention(neurons: neurons, alpha: 0, implementation: $0))[0].regions[0]
    }
    let layout = probe.norms.layout
    for neuron in neurons.neurons {
      #expect(results[0].means[layout.position(of: neuron)] == 0)
    }
    #expect(largestRelativeDifference(results[0].means, results[1].means, floor: 1e-4) < 1e-3)
  }

  @Test(arguments: implementations)
  func `a router bias moves tokens to or from an expert`(
    _ implementation: Intervention.Implementation
  ) throws {
    let model = try ProbingFixture.model("tiny/hf")
    let tokens = Array(try ProbingFixture.tokens().prefix(20))
    let away = RouterBias(layer: 2, expert: 5, bias: -1e4)
    let towards = RouterBias(layer: 6, expert: 1, bias: 1e4)
    let intervention = try Intervention(
      implementation: implementation, routerBiases: [away, towards])
    if implementation != .folded {
      let probe = ContributionProbe(model: model, norms: DownProjectionNorms(model))
      let routing = try probe.run(
        [.init(tokens: tokens, regions: [.init(name: "all", positions: tokens.indices)])],
        intervention: intervention)[0].routing[0]
      #expect(routing.selectionFrequency(layer: 2, expert: 5) == 0)
      #expect(routing.selectionFrequency(layer: 6, expert: 1) == 1)
    }
    let loop = try Intervention(implementation: .expertLoop, routerBiases: [away, towards])
    let expected = try IntervenedModel(model, loop).logits(tokens)
    #expect(
      largestDifference(try IntervenedModel(model, intervention).logits(tokens), expected)
        < 1e-4)
  }

  @Test(arguments: implementations)
  func `a factor on experts is a bias on their logits`(
    _ implementation: Intervention.Implementation
  ) throws {
    let model = try ProbingFixture.model("tiny/hf")
    let tokens = Array(try ProbingFixture.tokens().prefix(20))
    let neurons = NeuronSet([
      Neuron(layer: 2, expert: .routed(5), index: 0),
      Neuron(layer: 2, expert: .routed(5), index: 7),
      Neuron(layer: 2, expert: .shared, index: 1), Neuron(layer: 6, expert: .routed(1), index: 3),
    ])
    let probe = LivenessProbe(
      model: model, target: .experts(of: neurons), implementation: implementation,
      prompts: [tokens], maximumTokens: 6)
    #expect(try probe.anchorIsExact())
    #expect(RouterBias.factor(1, onExpertsOf: neurons).map(\.bias) == [0, 0])
    let tripled = try IntervenedModel(
      model, Intervention(.experts(of: neurons), alpha: 3, implementation: implementation))
    let byHand = try Intervention(
      implementation: implementation,
      routerBiases: [
        RouterBias(layer: 2, expert: 5, bias: Float(log(3.0))),
        RouterBias(layer: 6, expert: 1, bias: Float(log(3.0))),
      ])
    #expect(try tripled.logits(tokens) == IntervenedModel(model, byHand).logits(tokens))
    let excluded = try Intervention(
      .experts(of: neurons), alpha: 0, implementation: implementation)
    if implementation != .folded {
      let contributions = ContributionProbe(model: model, norms: DownProjectionNorms(model))
      let routing = try contributions.run(
        [.init(tokens: tokens, regions: [.init(name: "all", positions: tokens.indices)])],
        intervention: excluded)[0].routing[0]
      #expect(routing.selectionFrequency(layer: 2, expert: 5) == 0)
      #expect(routing.selectionFrequency(layer: 6, expert: 1) == 0)
    }
  }

  @Test func `neuron sets round-trip and reject what the model lacks`() throws {
    let set = try ProbingFixture.neurons()
    #expect(try NeuronSet(json: set.json) == set)
    let named = try JSONValue(
      parsing: #"{"neurons": [{"layer": 1, "expert": "shared", "index": 3}, [0, 2, 1]]}"#)
    #expect(
      try NeuronSet(json: named).neurons == [
        Neuron(layer: 0, expert: .routed(2), index: 1),
        Neuron(layer: 1, expert: .shared, index: 3),
      ])
    #expect(set.filtered(shared: true).neurons.allSatisfy { $0.expert == .shared })
    let model = try ProbingFixture.model("tiny/hf")
    let layout = NeuronLayout(model.configuration)
    for neuron in [
      Neuron(layer: 8, expert: .shared, index: 0), Neuron(layer: 0, expert: .routed(16), index: 0),
      Neuron(layer: 0, expert: .shared, index: 32),
    ] {
      #expect(throws: ProbingError.self) { try NeuronSet([neuron]).check(against: layout) }
    }
    #expect(throws: ProbingError.self) { try NeuronSet(json: "none") }
    #expect(throws: ProbingError.self) { try NeuronSet(json: [[1, "x", 2]]) }
    #expect(throws: ProbingError.self) { try Intervention(alpha: .nan) }
    for position in 0..<layout.count {
      #expect(layout.position(of: layout.neuron(at: position)) == position)
    }
  }
}
