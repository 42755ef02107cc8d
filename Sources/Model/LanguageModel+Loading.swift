internal import Foundation
public import Kernels

extension LanguageModel {
  /// Opens a checkpoint: a `.gguf` file (or one part of a split one), or a folder with `config.json`
  /// and safetensors (plain, GPTQ int4, MLX affine).
  ///
  /// The weights are mapped, not read; opening takes time in the number of tensors, not of bytes.
  ///
  /// - Parameter expandsBelow: files of at most this many bytes together are unpacked to f32 when the
  ///   activation mode is f32. Results keep their bits; a small model runs faster.
  /// - Throws: ``ModelError``.
  public static func open(
    path: String, backend: KernelBackend, expandsBelow: Int = 0
  ) throws -> LanguageModel {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ModelError.cannotRead(path: path, reason: "there is no such file or folder")
    }
    if isFolder.boolValue {
      guard FileManager.default.fileExists(atPath: path + "/config.json") else {
        throw ModelError.notACheckpoint(path: path)
      }
      let checkpoint = try SafetensorsCheckpoint(folder: path)
      let name = checkpoint.configuration.modelType
      let source = try HuggingFaceSource(checkpoint)
      let file = checkpoint.configuration
      if Qwen35MoE.modelTypes.contains(name) {
        return try assemble(
          try Qwen35MoE.configuration(file, source: source), as: .qwen35MoE, source: source,
          backend: backend, expandsBelow: expandsBelow, files: checkpoint.files,
          endTokens: checkpoint.generationEndTokens)
      }
      if LlamaFamily.modelTypes.contains(name) {
        return try assemble(
          try LlamaFamily.configuration(file, source: source), as: .llama, source: source,
          backend: backend, expandsBelow: expandsBelow, files: checkpoint.files,
          endTokens: checkpoint.generationEndTokens)
      }
      throw unsupported(name)
    }
    guard path.hasSuffix(".gguf") || isGGUF(path) else {
      throw ModelError.notACheckpoint(path: path)
    }
    let checkpoint = try GGUFCheckpoint(path: path)
    let name = checkpoint.architecture
    if Qwen35MoE.ggufNames.contains(name) {
      let source = GGUFSource(checkpoint, conventions: Qwen35MoE.conventions(checkpoint))
      return try assemble(
        try Qwen35MoE.configuration(checkpoint, source: source), as: .qwen35MoE, source: source,
        backend: backend, expandsBelow: expandsBelow, files: checkpoint.files)
    }
    if LlamaFamily.ggufNames.contains(name) {
      let source = GGUFSource(checkpoint, conventions: LlamaFamily.conventions(checkpoint))
      return try assemble(
        try LlamaFamily.configuration(checkpoint, source: source), as: .llama, source: source,
        backend: backend, expandsBelow: expandsBelow, files: checkpoint.files)
    }
    throw unsupported(name)
  }

  private enum Family {
    case qwen35MoE
    case llama
  }

  private static func assemble(
    _ file: ModelConfiguration, as family: Family, source packed: any WeightSource,
    backend: KernelBackend, expandsBelow: Int, files: [String], endTokens: [Int] = []
  ) throws -> LanguageModel {
    let size = files.reduce(0) { $0 + (fileSize($1) ?? .max / files.count) }
    let isSmall = size <= expandsBelow
    let source: any WeightSource =
      backend.activationMode == .float32 && isSmall ? ExpandedSource(packed: packed) : packed
    var configuration = file
    configuration.endTokens += endTokens.filter { !file.endTokens.contains($0) }
    var layers: [DecoderLayer] = []
    for index in 0..<configuration.layerCount {
      switch family {
      case .qwen35MoE:
        layers.append(try Qwen35MoE.layer(index, configuration, source: source))
      case .llama:
        layers.append(try LlamaFamily.layer(index, configuration, source: source))
      }
    }
    return try LanguageModel(
      configuration, layers: layers,
      normsAreZeroCentred: family == .qwen35MoE, source: source, backend: backend, files: files,
      isSmall: isSmall)
  }

  private static func fileSize(_ path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
  }

  private static func isGGUF(_ path: String) -> Bool {
    guard let file = try? MappedFile(path: path) else { return false }
    return file.bytes.prefix(4).elementsEqual("GGUF".utf8)
  }

  private static func unsupported(_ name: String) -> ModelError {
    .unsupportedArchitecture(
      name: String(name.prefix(80)),
      supported: Qwen35MoE.modelTypes + LlamaFamily.modelTypes)
  }
}
