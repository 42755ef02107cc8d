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
  /// Its products are so small that threads would mostly wait for each other: they take requests
  /// instead of shares of a product.
  package let isSmall: Bool
  let buffers = PassBufferCache()

  init(
    configuration: ModelConfiguration, backend: KernelBackend, embedding: WeightMatrix,
    layers: [DecoderLayer], finalNorm: [Float], head: WeightMatrix, files: [String],
    isSmall: Bool = false
  ) {
    self.configuration = configuration
    self.backend = backend
    self.embedding = embedding
    self.layers = layers
    self.finalNorm = finalNorm
    self.head = head
    self.files = files
    self.isSmall = isSmall
  }

  /// The same weights with one thread, kernels and buffers of its own.
  package func twin() throws -> LanguageModel {
    LanguageModel(
      configuration: configuration,
      backend: try KernelBackend(
        instructionSet: backend.instructionSet, threads: 1, activationMode: backend.activationMode),
      embedding: embedding, layers: layers, finalNorm: finalNorm, head: head, files: files)
  }

  /// An empty sequence.
  public func newSequence() -> SequenceState { SequenceState(configuration) }

  /// The feed-forward blocks, by layer.
  package var feedForwardBlocks: [FeedForward] { layers.map(\.feedForward) }
}
