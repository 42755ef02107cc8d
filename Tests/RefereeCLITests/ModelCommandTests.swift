import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// `referee model …` end to end, on the random checkpoints of `ModelTests`.
@Suite struct ModelCommandTests {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "ModelTests/Fixtures")

  struct Outcome {
    let code: Int32
    let output: String
    let error: String
  }

  /// Runs the built command beside the test bundle.
  static func run(_ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "referee")
    process.arguments = ["model"] + arguments
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    let errors = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self),
      error: String(decoding: errors, as: UTF8.self))
  }

  static func list(_ values: [Int]) -> String {
    values.map(String.init).joined(separator: ",")
  }

  static func temporary(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "referee-\(UUID().uuidString)-\(name)")
      .path()
  }

  static func checkpoint(_ name: String) -> String { fixtures.appending(path: name).path() }

  @Test(arguments: [[], ["--isa", "serial", "--threads", "1"]])
  func `logits writes a numpy file that agrees with the reference`(_ extra: [String]) throws {
    let archive = try NumpyArchive(url: Self.fixtures.appending(path: "dense/qwen3/ref.npz"))
    let path = Self.temporary("logits.npy")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try Self.run(
      [
        "logits", Self.checkpoint("dense/qwen3"), "--tokens",
        Self.list(try archive["tokens"].integers), "--npy", path, "--json",
      ] + extra)
    #expect(outcome.code == 0, "\(outcome.error)")
    let array = try NumpyArray(npy: Array(Data(contentsOf: URL(filePath: path))))
    #expect(array.shape == [40, 256])
    for (a, b) in zip(array.floats, try archive["logits"].floats) { #expect(abs(a - b) < 5e-4) }
    let document = try JSONValue(parsing: outcome.output)
    #expect(document["top"]?.arrayValue?.count == 10)
  }

  @Test func `generate follows the reference, with and without a dose`() throws {
    let archive = try NumpyArchive(url: Self.fixtures.appending(path: "tiny/ref.npz"))
    let path = Self.temporary("neurons.json")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = try archive["sel"].integers
    let triples = stride(from: 0, to: rows.count, by: 3).map {
      "[\(rows[$0]), \(rows[$0 + 1]), \(rows[$0 + 2])]"
    }
    try Data("[\(triples.joined(separator: ", "))]".utf8).write(to: URL(filePath: path))
    let base = [
      "generate", Self.checkpoint("tiny/hf"), "--tokens",
      Self.list(try archive["prompt"].integers), "--greedy", "--max-tokens", "32", "--ignore-end",
    ]
    let plain = try Self.run(base)
    #expect(plain.output == Self.list(try archive["greedy"].integers) + "\n")
    for implementation in ["expert-loop", "post-hoc", "folded"] {
      let dosed = try Self.run(
        base + ["--intervene", path, "--alpha", "2", "--implementation", implementation])
      #expect(dosed.output == Self.list(try archive["greedy_alpha2.0"].integers) + "\n")
    }
    let compared = try Self.run([
      "compare", Self.checkpoint("tiny/hf"), "--tokens", "1,2,3,4,5,6", "--intervene", path,
    ])
    #expect(compared.code == 0, "\(compared.error)")
    let document = try JSONValue(parsing: compared.output)
    #expect(document["implementations"]?.arrayValue?.count == 3)
  }

  @Test func `cett writes regions, layers, experts and neurons`() throws {
    let path = Self.temporary("cett.npy")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try Self.run([
      "cett", Self.checkpoint("tiny/hf"), "--tokens", "1,2,3,4,5,6", "--region", "0:2",
      "--region", "2:6", "--npy", path,
    ])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.contains("region 2:6, 4 tokens"))
    let array = try NumpyArray(npy: Array(Data(contentsOf: URL(filePath: path))))
    #expect(array.shape == [2, 8, 17, 32])
  }

  @Test func `info counts neurons, and a missing or wrong model has its exit code`() throws {
    let info = try Self.run(["info", Self.checkpoint("tiny/hf"), "--json"])
    let document = try JSONValue(parsing: info.output)
    #expect(document["neurons"]?.intValue == 8 * 17 * 32)
    #expect(try Self.run(["info", Self.checkpoint("nothing")]).code == 66)
    #expect(
      try Self.run(["logits", Self.checkpoint("tiny/hf"), "--tokens", "512"]).code == 64)
    #expect(try Self.run(["logits", Self.checkpoint("tiny/hf"), "--tokens", "x"]).code == 64)
    let broken = Self.temporary("broken.gguf")
    defer { try? FileManager.default.removeItem(atPath: broken) }
    try Data("GGUFxxxxxxxxxxxxxxxxxxxxxxxx".utf8).write(to: URL(filePath: broken))
    let outcome = try Self.run(["info", broken])
    #expect(outcome.code == 65)
    #expect(outcome.error.contains("version"))
  }
}
