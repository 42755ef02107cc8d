import Foundation
import Model
import Randomness
import Testing

/// Damaged checkpoints: an error or a model that runs, never a crash.
///
/// A few hundred mutations in every run; 10,000 of each format with `REFEREE_SLOW=1`.
@Suite struct HostileFileTests {
  static let isSlow = ProcessInfo.processInfo.environment["REFEREE_SLOW"] == "1"

  /// Small checkpoints of each format; `file` is what is mutated.
  static let targets: [(folder: String, file: String)] = [
    ("tiny/hf", "model.safetensors"), ("tiny/hf", "config.json"),
    ("tiny/hf_gptq", "model.safetensors"), ("tiny/hf_gptq", "config.json"),
    ("tiny/mlx4", "model.safetensors"), ("tiny/mlx4", "config.json"),
    ("moe/wide", "model.safetensors.index.json"), ("dense/qwen3", "model.safetensors"),
    ("dense/llama", "config.json"),
    ("", "tiny/tiny-Q4_0.gguf"), ("", "gguf/blocks.gguf"), ("", "gguf/ollama.gguf"),
  ]

  /// Changes a few bytes, mostly where structure is: the header.
  static func mutate(_ bytes: inout [UInt8], _ random: inout RandomStream) {
    let kind = random.integer(below: 10)
    if kind == 0 {
      bytes.removeLast(random.integer(below: bytes.count))
      return
    }
    let reach = kind < 8 ? min(bytes.count, 24_000) : bytes.count
    for _ in 0...random.integer(below: 4) {
      let position = random.integer(below: reach)
      switch random.integer(below: 5) {
      case 0: bytes[position] = 0xFF
      case 1: bytes[position] = 0
      case 2: bytes[position] ^= 1 << random.integer(below: 8)
      case 3:
        // Digits stay digits: numbers change without breaking the JSON around them.
        let isDigit = (0x30...0x39).contains(bytes[position])
        bytes[position] = isDigit ? UInt8(0x30 + random.integer(below: 10)) : bytes[position] &+ 1
      default:
        let value = random.next()
        for offset in 0..<8 where position + offset < bytes.count {
          bytes[position + offset] = UInt8(truncatingIfNeeded: value >> (8 * offset))
        }
      }
    }
  }

  @Test(arguments: targets)
  func `a mutated checkpoint crashes nothing`(
    _ target: (folder: String, file: String)
  ) throws {
    let manager = FileManager.default
    let place = manager.temporaryDirectory.appending(
      path: "referee-hostile-\(UUID().uuidString)")
    try manager.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: place) }
    let source = Fixture.folder.appending(path: target.folder)
    let name = URL(filePath: target.file).lastPathComponent
    if !target.folder.isEmpty {
      for file in try manager.contentsOfDirectory(atPath: source.path())
      where file != name && (file.hasSuffix(".safetensors") || file.hasSuffix(".json")) {
        try manager.createSymbolicLink(
          at: place.appending(path: file), withDestinationURL: source.appending(path: file))
      }
    }
    let original = Array(try Data(contentsOf: source.appending(path: target.file)))
    let path = place.appending(path: name)
    let opened = target.folder.isEmpty ? path.path() : place.path()
    let backend = try Fixture.backend(threads: 1)
    var (errors, models) = (0, 0)
    for round in 0..<(Self.isSlow ? 10_000 : 40) {
      var random = RandomStream(
        seed: 5, analysis: "hostile/\(target.folder)/\(target.file)", index: UInt64(round))
      var bytes = original
      Self.mutate(&bytes, &random)
      try Data(bytes).write(to: path)
      do {
        let model = try LanguageModel.open(path: opened, backend: backend)
        let tokens: [Int32] = [1, 2, 0].filter { $0 < model.configuration.vocabularySize }
        _ = try model.forward([
          .init(state: model.newSequence(), tokens: tokens, logits: .last)
        ])
        models += 1
      } catch let error as ModelError {
        #expect(!error.description.isEmpty)
        errors += 1
      }
    }
    #expect(errors + models == (Self.isSlow ? 10_000 : 40))
  }

  @Test func `each kind of damage has its own message`() throws {
    let manager = FileManager.default
    let place = manager.temporaryDirectory.appending(
      path: "referee-damage-\(UUID().uuidString)")
    try manager.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: place) }
    let backend = try Fixture.backend(threads: 1)
    func open(_ name: String, _ bytes: [UInt8]) throws -> ModelError {
      let path = place.appending(path: name)
      try Data(bytes).write(to: path)
      return try #require(throws: ModelError.self) {
        try LanguageModel.open(path: path.path(), backend: backend)
      }
    }
    #expect(try open("a.gguf", []).description.contains("does not start with GGUF"))
    #expect(
      try open("b.gguf", Array("GGUF".utf8) + [9, 0, 0, 0] + Array(repeating: 0, count: 16))
        .description.contains("version 9"))
    // A claim of 2⁶³ tensors in a file of 24 bytes.
    let huge =
      Array("GGUF".utf8) + [3, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0x80]
      + Array(repeating: 0, count: 8)
    #expect(try open("c.gguf", huge).description.contains("does not fit the file"))
    #expect(throws: ModelError.notACheckpoint(path: place.path())) {
      try LanguageModel.open(path: place.path(), backend: backend)
    }
    #expect(throws: ModelError.self) {
      try LanguageModel.open(path: "/nonexistent/model", backend: backend)
    }
    // A header length of 2⁶⁰.
    try Data(Array(repeating: 0, count: 7) + [0x10] + Array("{}".utf8))
      .write(to: place.appending(path: "model.safetensors"))
    try Data(contentsOf: Fixture.folder.appending(path: "tiny/hf/config.json"))
      .write(to: place.appending(path: "config.json"))
    let error = try #require(throws: ModelError.self) {
      try LanguageModel.open(path: place.path(), backend: backend)
    }
    #expect(error.description.contains("the header claims"))
  }

  @Test func `an index cannot name files outside its folder`() throws {
    let manager = FileManager.default
    let place = manager.temporaryDirectory.appending(path: "referee-index-\(UUID().uuidString)")
    try manager.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: place) }
    try Data(contentsOf: Fixture.folder.appending(path: "tiny/hf/config.json"))
      .write(to: place.appending(path: "config.json"))
    try Data(#"{"weight_map": {"a": "../../secret.safetensors"}}"#.utf8)
      .write(to: place.appending(path: "model.safetensors.index.json"))
    let error = try #require(throws: ModelError.self) {
      try LanguageModel.open(path: place.path(), backend: Fixture.backend(threads: 1))
    }
    #expect(error.description.contains("leaves the folder"))
  }
}
