package import Kernels

/// What may look at, or change, a forward pass. Hooks are called in order, on one thread.
package protocol ForwardHooks: AnyObject {
  /// Router logits `[T, E]` before the choice of experts; may be changed in place.
  func routerLogits(_ trace: FeedForwardTrace, backend: KernelBackend)

  /// Replaces the experts after routing: fills activations, outputs and ``FeedForwardTrace/output``.
  ///
  /// - Returns: Whether it did. At most one hook of a pass may.
  func replaceExperts(
    _ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend
  ) -> Bool

  /// The finished block; may change ``FeedForwardTrace/output``.
  func finished(_ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend)

  /// The residual stream that enters layer `layer` `[T, H]`; `layer == layerCount` is the stream
  /// after the last layer, before the final norm.
  func residual(
    layer: Int, rows: [PassLayout.Row], values: UnsafePointer<Float>, hiddenSize: Int)
}

extension ForwardHooks {
  package func routerLogits(_ trace: FeedForwardTrace, backend: KernelBackend) {}

  package func replaceExperts(
    _ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend
  ) -> Bool { false }

  package func finished(
    _ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend
  ) {}

  package func residual(
    layer: Int, rows: [PassLayout.Row], values: UnsafePointer<Float>, hiddenSize: Int
  ) {}
}
