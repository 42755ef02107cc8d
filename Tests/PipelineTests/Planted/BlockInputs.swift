import Kernels
import Model
import Probing

/// Records the normalised input of one layer's feed-forward block, and how large each neuron of the
/// shared expert and the block's output are.
final class BlockInputs: ForwardHooks {
  let layer: Int
  /// `[sequence][position]`, `[hidden]` each.
  private(set) var inputs: [Int: [[Float]]] = [:]
  /// Σ |z| of the shared neurons over all tokens.
  private(set) var activity: [Double] = []
  private var outputNorm = 0.0
  private var sharedWeight = 0.0
  private var tokenCount = 0

  init(layer: Int) { self.layer = layer }

  /// Means over the tokens.
  var meanOutputNorm: Double { outputNorm / Double(max(tokenCount, 1)) }
  var meanSharedWeight: Double { sharedWeight / Double(max(tokenCount, 1)) }

  func finished(_ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend) {
    guard trace.layer == layer, let input = trace.input else { return }
    let (hidden, shared) = (trace.hiddenSize, trace.sharedSize)
    if activity.isEmpty { activity = [Double](repeating: 0, count: shared) }
    for (token, row) in trace.rows.enumerated() {
      inputs[row.sequence, default: []].append(
        Array(UnsafeBufferPointer(start: input + token * hidden, count: hidden)))
      for neuron in 0..<shared {
        activity[neuron] += Double(abs(trace.sharedActivations.pointer[token * shared + neuron]))
      }
      var square = 0.0
      for place in 0..<hidden {
        let value = Double(trace.output.pointer[token * hidden + place])
        square += value * value
      }
      outputNorm += square.squareRoot()
      sharedWeight += Double(trace.sharedWeights[token])
      tokenCount += 1
    }
  }

  /// Runs whole sequences, one pass each.
  func record(_ sequences: [[Int32]], with model: LanguageModel) throws {
    for (index, tokens) in sequences.enumerated() {
      _ = try model.forward(
        [
          LanguageModel.Segment(
            state: model.newSequence(), tokens: tokens, logits: .none, label: index)
        ], hooks: [self])
    }
  }
}
