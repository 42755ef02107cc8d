import Kernels
import Model
import TestSupport
import Testing

/// Random checkpoints of every architecture and size in `Fixtures`, made by `make_dense.py` with
/// transformers 5.23.
@Suite struct CheckpointTests {
  static let checkpoints: [(checkpoint: String, reference: String)] = [
    ("dense/llama", "dense/llama/ref.npz"),
    ("dense/mistral", "dense/mistral/ref.npz"),
    ("dense/smollm2", "dense/smollm2/ref.npz"),
    ("dense/qwen2", "dense/qwen2/ref.npz"),
    ("dense/qwen3", "dense/qwen3/ref.npz"),
    ("moe/tied", "moe/tied/ref.npz"),
    ("moe/wide", "moe/wide/ref.npz"),
    ("moe/mixed", "moe/mixed/ref.npz"),
    ("gguf/llama.gguf", "dense/llama/ref.npz"),
    ("gguf/qwen2.gguf", "dense/qwen2/ref.npz"),
    ("gguf/qwen3-00001-of-00003.gguf", "dense/qwen3/ref.npz"),
    ("gguf/ollama.gguf", "moe/wide/ref.npz"),
    ("gguf/blocks.gguf", "gguf/blocks.npz"),
  ]

  @Test(arguments: checkpoints)
  func `logits and greedy text agree with transformers`(
    _ fixture: (checkpoint: String, reference: String)
  ) throws {
    let archive = try Fixture.archive(fixture.reference)
    let model = try Fixture.model(fixture.checkpoint)
    let logits = try model.logits(archive["tokens"].integers.map { Int32($0) })
    let difference = largestDifference(logits, try archive["logits"].floats)
    print("parity \(fixture.checkpoint): \(difference)")
    #expect(difference < 5e-4)

    let request = GenerationRequest(
      prompt: try archive["prompt"].integers.map { Int32($0) },
      maximumTokens: try archive["greedy"].count)
    let response = try model.generate([request])[0]
    #expect(try response.tokens.map { Int($0) } == archive["greedy"].integers)
    #expect(response.ending == .maximumTokens)
  }
}
