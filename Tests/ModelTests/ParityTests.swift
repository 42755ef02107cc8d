import Foundation
import Kernels
import Model
import TestSupport
import Testing

/// Every format against the f32 logits of its own dequantised weights.
@Suite struct ParityTests {
  static let fixtures: [(checkpoint: String, reference: String)] = [
    ("tiny/hf", "tiny/ref.npz"), ("tiny/hf_vl", "tiny/ref.npz"),
    ("tiny/hf_gptq", "tiny/hf_gptq.npz"), ("tiny/mlx4", "tiny/mlx4.npz"),
    ("tiny/tiny-f32.gguf", "tiny/tiny-f32.gguf.npz"),
    ("tiny/tiny-f16.gguf", "tiny/tiny-f16.gguf.npz"),
    ("tiny/tiny-bf16.gguf", "tiny/tiny-bf16.gguf.npz"),
    ("tiny/tiny-Q8_0.gguf", "tiny/tiny-Q8_0.gguf.npz"),
    ("tiny/tiny-Q4_0.gguf", "tiny/tiny-Q4_0.gguf.npz"),
    ("tiny/tiny-Q4_1.gguf", "tiny/tiny-Q4_1.gguf.npz"),
  ]

  @Test(arguments: fixtures)
  func `logits agree with the reference`(
    _ fixture: (checkpoint: String, reference: String)
  ) throws {
    let expected = try Fixture.archive(fixture.reference)["logits"].floats
    let logits = try Fixture.model(fixture.checkpoint).logits(Fixture.tokens())
    let difference = largestDifference(logits, expected)
    print("parity \(fixture.checkpoint): \(difference)")
    #expect(difference < 5e-4)
  }
}
