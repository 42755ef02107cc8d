import Foundation
import Kernels
import Model
import Testing

@Suite struct QuantiserTests {
  static let cases: [(checkpoint: String, layout: QuantisedLayout)] = [
    ("tiny/hf", .gptq), ("tiny/hf", .mlx), ("tiny/hf_vl", .gptq), ("tiny/hf_vl", .mlx),
    ("dense/qwen3", .gptq), ("dense/qwen3", .mlx), ("moe/tied", .mlx),
  ]

  @Test(arguments: cases)
  func `a written checkpoint opens and every weight is within half a step`(
    _ fixture: (checkpoint: String, layout: QuantisedLayout)
  ) throws {
    let target = FileManager.default.temporaryDirectory.appending(
      path: "referee-quantised-\(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: target) }
    let source = Fixture.path(fixture.checkpoint)
    let written = try CheckpointQuantiser(
      folder: source, layout: fixture.layout, groupSize: 32
    ).write(to: target)
    #expect(written.tensorCount > 0)
    let backend = try Fixture.backend()
    let plain = try LanguageModel.open(path: source, backend: backend)
    let packed = try LanguageModel.open(path: target, backend: backend)
    #expect(packed.summary.shares.contains { $0.format == .gptq4 || $0.format == .mlx })
    var compared = 0
    for (left, right) in zip(plain.feedForwardBlocks, packed.feedForwardBlocks) {
      var pairs: [(WeightMatrix, WeightMatrix)] = []
      if let a = left.routed?.bank, let b = right.routed?.bank {
        pairs += Array(zip(a.down, b.down)) + Array(zip(a.gate, b.gate))
      }
      if let a = left.shared, let b = right.shared { pairs.append((a.up, b.up)) }
      for (a, b) in pairs where b.format == .gptq4 || b.format == .mlx {
        compared += 1
        let (x, y) = (backend.values(of: a), backend.values(of: b))
        for start in stride(from: 0, to: x.count, by: 32) {
          let group = x[start..<start + 32]
          let (low, high) = (group.min() ?? 0, group.max() ?? 0)
          let reach: Float = max(abs(low), abs(high))
          let span: Float = fixture.layout == .gptq ? 2 * reach : high - low
          let allowed: Float = 0.51 * span / 15 + 0.01 * reach
          for index in group.indices {
            // Half a step, one more at the positive end of the symmetric grid (7 steps of 7.5),
            // and the rounding of scale and bias to half precision.
            #expect(abs(x[index] - y[index]) <= allowed)
          }
        }
      }
    }
    #expect(compared > 0)
    let tokens = InvarianceTests.tokens(plain, 12)
    #expect(try packed.logits(tokens).allSatisfy(\.isFinite))
  }

  /// Groups of 64 fit the rows of gate and up (128 wide) but not those of down (32 wide).
  @Test(arguments: [QuantisedLayout.gptq, .mlx])
  func `experts that no group fits stay plain in a checkpoint that opens`(
    _ layout: QuantisedLayout
  ) throws {
    let target = FileManager.default.temporaryDirectory.appending(
      path: "referee-quantised-\(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: target) }
    let source = ReferenceModelTests.folder.path()
    _ = try CheckpointQuantiser(folder: source, layout: layout, groupSize: 64).write(to: target)
    let backend = try Fixture.backend()
    let plain = try LanguageModel.open(path: source, backend: backend)
    let packed = try LanguageModel.open(path: target, backend: backend)
    for (left, right) in zip(plain.feedForwardBlocks, packed.feedForwardBlocks) {
      let (a, b) = (try #require(left.routed?.bank), try #require(right.routed?.bank))
      for (x, y) in zip(a.down, b.down) {
        #expect(backend.values(of: x) == backend.values(of: y))
      }
      #expect(b.gate.allSatisfy { $0.format == .gptq4 || $0.format == .mlx })
    }
    let tokens = InvarianceTests.tokens(plain, 12)
    #expect(try packed.logits(tokens).allSatisfy(\.isFinite))
  }

  @Test func `a file is refused with what to give instead`() throws {
    let file = ReferenceModelTests.folder.appending(path: "config.json").path()
    #expect {
      try CheckpointQuantiser(folder: file, layout: .gptq, groupSize: 32)
    } throws: { "\($0)".contains("folder of a plain safetensors checkpoint") }
  }

  @Test func `an existing folder and a quantised source are refused`() throws {
    #expect(throws: ModelError.self) {
      try CheckpointQuantiser(folder: Fixture.path("tiny/hf"), layout: .gptq, groupSize: 32)
        .write(to: Fixture.path("tiny"))
    }
    #expect(throws: ModelError.self) {
      try CheckpointQuantiser(folder: Fixture.path("tiny/mlx4"), layout: .gptq, groupSize: 32)
    }
    #expect(throws: ModelError.self) {
      try CheckpointQuantiser(folder: Fixture.path("tiny/hf"), layout: .gptq, groupSize: 7)
    }
  }
}
