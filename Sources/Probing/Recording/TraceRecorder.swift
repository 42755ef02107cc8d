package import Kernels
package import Model

/// Keeps every intermediate value of short sequences: for tests and for looking closely at one text.
package final class TraceRecorder: ForwardHooks {
  /// By layer, rows in the order of the pass.
  package private(set) var routerLogits: [[Float]]
  package private(set) var chosen: [[Int32]]
  package private(set) var weights: [[Float]]
  package private(set) var sharedWeights: [[Float]]
  package private(set) var activations: [[Float]]
  package private(set) var sharedActivations: [[Float]]
  package private(set) var outputs: [[Float]]
  /// The residual stream before each layer, and after the last.
  package private(set) var residuals: [[Float]]

  package init(layerCount: Int) {
    routerLogits = Array(repeating: [], count: layerCount)
    chosen = Array(repeating: [], count: layerCount)
    weights = Array(repeating: [], count: layerCount)
    sharedWeights = Array(repeating: [], count: layerCount)
    activations = Array(repeating: [], count: layerCount)
    sharedActivations = Array(repeating: [], count: layerCount)
    outputs = Array(repeating: [], count: layerCount)
    residuals = Array(repeating: [], count: layerCount + 1)
  }

  package func finished(
    _ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend
  ) {
    let (layer, tokens) = (trace.layer, trace.tokenCount)
    func copy(_ buffer: FloatBuffer, _ count: Int) -> [Float] {
      Array(UnsafeBufferPointer(start: buffer.pointer, count: count))
    }
    let slots = tokens * trace.expertsPerToken
    routerLogits[layer] += copy(trace.routerLogits, tokens * trace.expertCount)
    chosen[layer] += trace.chosen
    weights[layer] += trace.weights
    sharedWeights[layer] += trace.sharedWeights
    activations[layer] += copy(trace.activations, slots * trace.intermediateSize)
    sharedActivations[layer] += copy(trace.sharedActivations, tokens * trace.sharedSize)
    outputs[layer] += copy(trace.output, tokens * trace.hiddenSize)
  }

  package func residual(
    layer: Int, rows: [PassLayout.Row], values: UnsafePointer<Float>, hiddenSize: Int
  ) {
    residuals[layer] += Array(
      UnsafeBufferPointer(start: values, count: rows.count * hiddenSize))
  }
}
