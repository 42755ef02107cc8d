internal import Kernels

/// A model family: how its configuration reads and how its layers are put together. One file each.
protocol Architecture {
  /// `model_type` values of `config.json`.
  static var modelTypes: [String] { get }
  /// `general.architecture` values of GGUF.
  static var ggufNames: [String] { get }

  static func configuration(
    _ file: HuggingFaceConfiguration, source: HuggingFaceSource
  ) throws -> ModelConfiguration

  static func conventions(_ checkpoint: GGUFCheckpoint) -> WeightConventions

  static func configuration(
    _ file: GGUFCheckpoint, source: GGUFSource
  ) throws -> ModelConfiguration

  static func layer(
    _ index: Int, _ configuration: ModelConfiguration, source: any WeightSource
  ) throws -> DecoderLayer

  /// Whether norms are stored zero-centred in Hugging Face checkpoints.
  static var normsAreZeroCentred: Bool { get }
}

extension WeightSource {
  /// A norm weight as it multiplies: 1 is added where the file stores it zero-centred.
  func norm(_ name: String, count: Int, isZeroCentred: Bool) throws -> [Float] {
    let stored = try vector(name, count: count)
    guard isZeroCentred, !conventions.normsIncludeOne else { return stored }
    return stored.map { 1 + $0 }
  }
}

extension LanguageModel {
  convenience init(
    _ configuration: ModelConfiguration, layers: [DecoderLayer], normsAreZeroCentred: Bool,
    source: any WeightSource, backend: KernelBackend, files: [String], isSmall: Bool
  ) throws {
    let (vocabulary, hidden) = (configuration.vocabularySize, configuration.hiddenSize)
    let embedding = try source.matrix("embed_tokens", rows: vocabulary, columns: hidden)
    // A file without lm_head is tied, whatever the configuration says.
    let head =
      source.hasModule("lm_head")
      ? try source.matrix("lm_head", rows: vocabulary, columns: hidden) : embedding
    let norm = try source.norm(
      "norm.weight", count: hidden, isZeroCentred: normsAreZeroCentred)
    self.init(
      configuration: configuration, backend: backend, embedding: embedding, layers: layers,
      finalNorm: norm, head: head, files: files, isSmall: isSmall)
  }
}
