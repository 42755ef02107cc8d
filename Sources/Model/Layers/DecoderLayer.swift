internal import Kernels

/// Pre-norm layer: `h += mixer(norm(h)); h += feedForward(norm(h))`.
struct DecoderLayer: Sendable {
  enum Mixer: Sendable {
    case attention(Attention)
    case deltaNet(GatedDeltaNet)
  }

  /// Norm weights as they multiply (1 + w already added where the checkpoint is zero-centred).
  let inputNorm: [Float]
  let feedForwardNorm: [Float]
  let mixer: Mixer
  let feedForward: FeedForward
}
