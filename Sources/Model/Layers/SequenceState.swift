internal import Kernels

/// What a sequence carries from token to token: keys and values of the attention layers, recurrent
/// and convolution state of the Gated DeltaNet layers.
///
/// `@unchecked Sendable`: a state belongs to one forward pass at a time; ``copy()`` makes an
/// independent one.
public final class SequenceState: @unchecked Sendable {
  enum Layer {
    /// `[positions, keyValueHeads · headSize]` each.
    case attention(keys: FloatBuffer, values: FloatBuffer)
    /// `[valueHeads, keyHeadSize, valueHeadSize]` and `[taps − 1, channels]`, oldest row first.
    case deltaNet(recurrent: FloatBuffer, convolution: FloatBuffer)
  }

  let layers: [Layer]
  /// Tokens seen so far; the position of the next token.
  public internal(set) var length: Int

  init(_ configuration: ModelConfiguration) {
    length = 0
    layers = configuration.mixers.map { mixer in
      if mixer == .gatedDeltaNet, let sizes = configuration.linearAttention {
        .deltaNet(
          recurrent: FloatBuffer(
            count: sizes.valueHeads * sizes.keyHeadSize * sizes.valueHeadSize),
          convolution: FloatBuffer(count: (sizes.convolutionTaps - 1) * sizes.channels))
      } else {
        .attention(keys: FloatBuffer(count: 0), values: FloatBuffer(count: 0))
      }
    }
  }

  private init(layers: [Layer], length: Int) {
    self.layers = layers
    self.length = length
  }

  /// An independent state with the same past: ten responses to one prompt share its prefill.
  public func copy() -> SequenceState {
    SequenceState(
      layers: layers.map { layer in
        switch layer {
        case .attention(let keys, let values):
          .attention(keys: keys.copy(), values: values.copy())
        case .deltaNet(let recurrent, let convolution):
          .deltaNet(recurrent: recurrent.copy(), convolution: convolution.copy())
        }
      }, length: length)
  }

  /// The recurrent and convolution states of the Gated DeltaNet layers, for tests.
  package var linearStates: [(recurrent: [Float], convolution: [Float])] {
    layers.compactMap { layer in
      guard case .deltaNet(let recurrent, let convolution) = layer else { return nil }
      return (
        Array(UnsafeBufferPointer(start: recurrent.pointer, count: recurrent.count)),
        Array(UnsafeBufferPointer(start: convolution.pointer, count: convolution.count))
      )
    }
  }
}
