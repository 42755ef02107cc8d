internal import Kernels

/// The buffers of a forward pass, reused from layer to layer.
///
/// `@unchecked Sendable`: owned by one pass; tasks write disjoint rows.
final class Workspace: @unchecked Sendable {
  let residual = FloatBuffer(count: 0)
  let normed = FloatBuffer(count: 0)
  let mixed = FloatBuffer(count: 0)
  let query = FloatBuffer(count: 0)
  let key = FloatBuffer(count: 0)
  let value = FloatBuffer(count: 0)
  let gate = FloatBuffer(count: 0)
  let decayInput = FloatBuffer(count: 0)
  let betaInput = FloatBuffer(count: 0)
  let convolved = FloatBuffer(count: 0)
  let heads = FloatBuffer(count: 0)
  let rounded = RoundedRows()
}
