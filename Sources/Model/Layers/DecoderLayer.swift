internal import Kernels

/// Pre-norm layer: `h += mixer(norm(h)); h += feedForward(norm(h))`.
package struct DecoderLayer: Sendable {
  package enum Mixer: Sendable {
    case attention(Attention)
    case deltaNet(GatedDeltaNet)
  }

  /// Norm weights as they multiply (1 + w already added where the checkpoint is zero-centred).
  package let inputNorm: [Float]
  package let feedForwardNorm: [Float]
  package let mixer: Mixer
  package let feedForward: FeedForward
}
