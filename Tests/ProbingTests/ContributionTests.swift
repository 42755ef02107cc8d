import Kernels
import Model
import Probing
import TestSupport
import Testing

@Suite struct ContributionTests {
  static func sample(_ tokens: [Int32], answer: Range<Int>) -> ContributionProbe.Sample {
    ContributionProbe.Sample(
      tokens: tokens,
      regions: [
        TokenRegion(name: "answer", positions: answer),
        TokenRegion(
          name: "other", positions: tokens.indices.filter { !answer.contains($0) }),
      ])
  }

  @Test func `mean contributions agree with the reference`() throws {
    let model = try ProbingFixture.model("tiny/hf")
    let tokens = try ProbingFixture.tokens()
    let probe = ContributionProbe(model: model, norms: DownProjectionNorms(model))
    let sample = ContributionProbe.Sample(
      tokens: tokens, regions: [TokenRegion(name: "all", positions: tokens.indices)])
    let result = try probe.run([sample])[0].regions[0]
    let expected = try ProbingFixture.archive("tiny/ref.npz")["cett_mean"].floats
    #expect(result.means.count == 8 * 17 * 32)
    let difference = largestRelativeDifference(result.means, expected, floor: 1e-6)
    print("parity tiny/hf contributions, relative: \(difference)")
    #expect(difference < 1e-4)
    #expect(result.tokenCount == 100)
    #expect(result.undefinedCount == 0)
  }

  @Test func `the mean of a region is that of its tokens' reference rows`() throws {
    let archive = try ProbingFixture.archive("tiny/ref.npz")
    let model = try ProbingFixture.model("tiny/hf")
    let tokens = try ProbingFixture.tokens()
    let probe = ContributionProbe(model: model, norms: DownProjectionNorms(model))
    let answer = 10..<20
    let result = try probe.run([Self.sample(tokens, answer: answer)])[0]
    let layout = probe.norms.layout
    var expected = [Double](repeating: 0, count: layout.count)
    let (routed, shared) = (try archive["cett_routed"].floats, try archive["cett_shared"].floats)
    let chosen = try archive["topk_idx"].integers
    var counts = [Int](repeating: 0, count: 8 * 16)
    for token in answer {
      for layer in 0..<8 {
        for slot in 0..<4 {
          let row = (token * 8 + layer) * 4 + slot
          counts[layer * 16 + chosen[row]] += 1
          let offset = layout.offset(layer: layer, expert: .routed(chosen[row]))
          for j in 0..<32 { expected[offset + j] += Double(routed[row * 32 + j]) / 10 }
        }
        let offset = layout.offset(layer: layer, expert: .shared)
        for j in 0..<32 {
          expected[offset + j] += Double(shared[(token * 8 + layer) * 32 + j]) / 10
        }
      }
    }
    // In ten tokens some neurons are live once, with a z that cancels to almost nothing and so has
    // few good digits: those count relative to a tenth of the mean contribution of 0.05.
    let difference = largestRelativeDifference(
      result.regions[0].means, expected.map { Float($0) }, floor: 5e-3)
    #expect(difference < 1e-4)
    #expect(result.routing[0].selectionCounts == counts)
    #expect(result.routing[0].weightSums.reduce(0, +) > 79.99)
    #expect(result.routing[0].weightSums.reduce(0, +) < 80.01)
  }

  @Test(arguments: [1, 2, 4])
  func `contributions have the same bits in any batch and on any thread count`(
    _ threads: Int
  ) throws {
    let model = try ProbingFixture.model("tiny/hf", threads: threads)
    let probe = ContributionProbe(model: model, norms: DownProjectionNorms(model))
    let tokens = try ProbingFixture.tokens()
    let samples = [5, 100, 33, 90, 60].map { count in
      Self.sample(Array(tokens.prefix(count)), answer: count / 2..<count / 2 + 2)
    }
    let two = try ProbingFixture.model("tiny/hf")
    let reference = ContributionProbe(model: two, norms: DownProjectionNorms(two))
    let together = try probe.run(samples)
    for (index, sample) in samples.enumerated() {
      #expect(try reference.run([sample])[0] == together[index])
    }
  }

  /// Recomputes each variant for one token from the recorded z, weights and outputs.
  @Test(arguments: ContributionVariant.Denominator.allCases, [true, false])
  func `the declared variants follow their formulas`(
    _ denominator: ContributionVariant.Denominator, _ includesGate: Bool
  ) throws {
    let model = try ProbingFixture.model("tiny/hf")
    let tokens = Array(try ProbingFixture.tokens().prefix(12))
    let norms = DownProjectionNorms(model)
    let probe = ContributionProbe(
      model: model, norms: norms,
      variant: ContributionVariant(denominator: denominator, includesGate: includesGate))
    let region = TokenRegion(name: "last", positions: [11])
    let means = try probe.run([.init(tokens: tokens, regions: [region])])[0].regions[0].means
    let recorder = TraceRecorder(layerCount: 8)
    _ = try model.forward(
      [.init(state: model.newSequence(), tokens: tokens, logits: .none)], hooks: [recorder])
    func norm(_ x: [Float]) -> Double {
      x.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    for layer in 0..<8 {
      let block = model.feedForwardBlocks[layer]
      let y = Array(recorder.outputs[layer][11 * 64..<12 * 64])
      let after = Array(recorder.residuals[layer + 1][11 * 64..<12 * 64])
      let expert = Int(recorder.chosen[layer][44])
      let z = Array(recorder.activations[layer][44 * 32..<45 * 32])
      guard let down = block.routed?.bank.down[expert] else { continue }
      let weights = model.backend.values(of: down)
      let own = (0..<64).map { row in
        (0..<32).reduce(Float(0)) { $0 + weights[row * 32 + $1] * z[$1] }
      }
      let divisor =
        switch denominator {
        case .block: norm(y)
        case .expert: norm(own)
        case .residual: norm(after)
        }
      let gate = includesGate ? Double(recorder.weights[layer][44]) : 1
      let offset = norms.layout.offset(layer: layer, expert: .routed(expert))
      for j in 0..<32 {
        let column = norm((0..<64).map { weights[$0 * 32 + j] })
        let expected = abs(Double(z[j])) * gate * column / divisor
        #expect(abs(Double(means[offset + j]) - expected) <= 1e-4 * max(expected, 1e-6))
      }
    }
  }

  @Test func `dense models have one block of weight 1`() throws {
    let model = try ProbingFixture.model("dense/qwen3")
    let norms = DownProjectionNorms(model)
    #expect(norms.layout.count == 3 * 112)
    let probe = ContributionProbe(model: model, norms: norms)
    let tokens: [Int32] = [1, 2, 3, 4]
    let results = try ContributionVariant.Denominator.allCases.filter { $0 != .residual }.map {
      try ContributionProbe(model: model, norms: norms, variant: .init(denominator: $0))
        .run([.init(tokens: tokens, regions: [.init(name: "all", positions: 0..<4)])])[0]
        .regions[0].means
    }
    // Without experts the block is the expert.
    #expect(largestRelativeDifference(results[0], results[1], floor: 1e-6) < 1e-6)
    #expect(results[0].allSatisfy { $0 > 0 })
    #expect(
      try probe.run([.init(tokens: tokens, regions: [.init(name: "a", positions: 1..<2)])])[0]
        .routing[0].selectionCounts.isEmpty)
  }

  @Test func `a region outside the sample is an error`() throws {
    let model = try ProbingFixture.model("dense/qwen3")
    let probe = ContributionProbe(model: model, norms: DownProjectionNorms(model))
    for positions in [0..<5, 0..<0] {
      #expect(throws: ProbingError.regionOutside(name: "r", tokens: 4)) {
        try probe.run([
          .init(tokens: [1, 2, 3, 4], regions: [.init(name: "r", positions: positions)])
        ])
      }
    }
  }
}
