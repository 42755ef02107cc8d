import ArgumentParser
import Foundation
import Kernels
import Model

/// The checkpoint and how it runs.
struct ModelOptions: ParsableArguments {
  @Argument(help: "A .gguf file, or a folder with config.json and safetensors.")
  var model: String

  @Option(help: "Threads; results do not depend on it. Default: all processors.")
  var threads: Int?

  @Option(help: "Instruction set: serial, avx2 or avx512. Default: the widest of this machine.")
  var isa: InstructionSet?

  @Option(
    help: "f32, or int8: inputs rounded to 8 bits, faster, for text and not for interventions.")
  var activations: ActivationMode = .float32

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be in 1...1024")
    }
  }

  /// Opens the checkpoint.
  func open() throws -> LanguageModel {
    let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
    return try LanguageModel.open(
      path: model,
      backend: KernelBackend(
        instructionSet: isa, threads: count, activationMode: activations))
  }
}

/// A list of token ids, `1,2,3`.
struct TokenList: ExpressibleByArgument {
  let tokens: [Int32]

  init?(argument: String) {
    var tokens: [Int32] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let token = Int32(part.trimmingCharacters(in: .whitespaces)), token >= 0 else {
        return nil
      }
      tokens.append(token)
    }
    self.tokens = tokens
  }
}

/// Token positions, `first:end`, the end not included.
struct PositionRange: ExpressibleByArgument {
  let range: Range<Int>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Int(parts[0]), let end = Int(parts[1]), first >= 0,
      first < end
    else { return nil }
    range = first..<end
  }
}
