public import Kernels

/// A decoder-only language model, ready to run; its weights stay in the mapped files.
public final class LanguageModel: Sendable {
  public let configuration: ModelConfiguration
  public let backend: KernelBackend
  package let embedding: WeightMatrix
  package let layers: [DecoderLayer]
  package let finalNorm: [Float]
  package let head: WeightMatrix
  /// The files that the weights come from.
  public let files: [String]
  let buffers = PassBufferCache()

  init(
    configuration: ModelConfiguration, backend: KernelBackend, embedding: WeightMatrix,
    layers: [DecoderLayer], finalNorm: [Float], head: WeightMatrix, files: [String]
  ) {
    self.configuration = configuration
    self.backend = backend
    self.embedding = embedding
    self.layers = layers
    self.finalNorm = finalNorm
    self.head = head
    self.files = files
  }

  /// An empty sequence.
  public func newSequence() -> SequenceState { SequenceState(configuration) }

  /// The feed-forward blocks, by layer.
  package var feedForwardBlocks: [FeedForward] { layers.map(\.feedForward) }
}
