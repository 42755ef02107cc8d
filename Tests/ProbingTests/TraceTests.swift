import Model
import Probing
import TestSupport
import Testing

@Suite struct TraceTests {
  /// The reference is [T, L, …]; the recorder keeps [L][T, …].
  static func byLayer(_ array: NumpyArray, layer: Int) -> [Float] {
    let (tokens, layers) = (array.shape[0], array.shape[1])
    let width = array.count / tokens / layers
    let values = array.floats
    var rows: [Float] = []
    for token in 0..<tokens {
      let start = (token * layers + layer) * width
      rows += values[start..<start + width]
    }
    return rows
  }

  @Test func `every intermediate value agrees with the reference`() throws {
    let archive = try ProbingFixture.archive("tiny/ref.npz")
    let model = try ProbingFixture.model("tiny/hf")
    let recorder = TraceRecorder(layerCount: 8)
    _ = try model.forward(
      [.init(state: model.newSequence(), tokens: ProbingFixture.tokens(), logits: .none)],
      hooks: [recorder])
    let chosen = try archive["topk_idx"].integers
    let layerIn = try archive["layer_in"].floats
    let layerSize = layerIn.count / 8
    for layer in 0..<8 {
      var expected: [Int] = []
      for token in 0..<100 {
        let start = (token * 8 + layer) * 4
        expected += chosen[start..<start + 4]
      }
      #expect(recorder.chosen[layer].map { Int($0) } == expected, "layer \(layer)")
      let pairs: [(String, [Float])] = [
        ("router_logits", recorder.routerLogits[layer]), ("topk_w", recorder.weights[layer]),
        ("shared_gate", recorder.sharedWeights[layer]), ("moe_out", recorder.outputs[layer]),
        ("z_routed", recorder.activations[layer]),
        ("z_shared", recorder.sharedActivations[layer]),
      ]
      for (name, values) in pairs {
        let reference = Self.byLayer(try archive[name], layer: layer)
        #expect(largestDifference(values, reference) < 5e-4, "\(name), layer \(layer)")
      }
      let residual = Array(layerIn[layer * layerSize..<(layer + 1) * layerSize])
      #expect(largestDifference(recorder.residuals[layer], residual) < 5e-4)
    }
  }
}
