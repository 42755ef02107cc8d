import CanonicalJSON
import Classifier
import Foundation
import Kernels
import Model
import Probing
import TestSupport
import Testing

@Suite struct ExtractionTests {
  static let lengths = [9, 40, 3, 77, 21, 60, 5, 33]

  static func samples(_ vocabulary: Int) -> [ExtractionSample] {
    lengths.enumerated().map { index, length in
      // The fifth sample has lost its answer span.
      let answer = index == 4 ? [] : [length / 2, length / 2 + 1]
      return ExtractionSample(
        item: "item-\(index / 2)",
        tokens: (0..<length).map { Int32(($0 * 41 + index * 97 + $0 * $0) % vocabulary) },
        answer: answer, other: (0..<length).filter { !answer.contains($0) },
        outcome: index == 3 ? nil : index % 2 == 0)
    }
  }

  static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let place = FileManager.default.temporaryDirectory.appending(
      path: "referee-extraction-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    return try body(place.path())
  }

  static func contents(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      files[name] = FileManager.default.contents(atPath: folder + "/" + name)
    }
    return files
  }

  static func array(_ folder: String, _ name: String) throws -> NumpyArray {
    try NumpyArray(npy: Array(Data(contentsOf: URL(filePath: folder + "/" + name))))
  }

  static func extraction(
    _ settings: ExtractionSettings, of name: String = "tiny/hf", threads: Int = 2
  ) throws -> ContributionExtraction {
    let model = try ProbingFixture.model(name, threads: threads)
    return ContributionExtraction(
      model: model, norms: DownProjectionNorms(model), settings: settings)
  }

  @Test(arguments: ["tiny/hf", "moe/mixed", "dense/qwen3"])
  func `the store holds the contributions, routing and hidden states of each sample alone`(
    _ name: String
  ) throws {
    try Self.withFolder { folder in
      let run = try Self.extraction(
        ExtractionSettings(valueType: .f32, recordsHiddenStates: true), of: name)
      let samples = Self.samples(256)
      let outcome = try run.run(samples, into: folder)
      #expect(outcome == .init(rowCount: 15, resumedRows: 0, emptyRegions: 1))
      let store = try TileStore(path: folder)
      try store.verifyIntegrity()
      #expect(
        store.rows.map(\.item)
          == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3].map {
            "item-\($0)"
          })
      let layout = run.norms.layout
      let columns = try store.values(ofColumns: Array(0..<store.columnCount))
      let stored = try #require(store.layout)
      let hidden = try Self.array(folder, "hidden.npy")
      let regions = try Self.array(folder, "regions.npy")
      #expect(hidden.shape == [15, layout.layerCount + 1, run.model.configuration.hiddenSize])
      let probe = ContributionProbe(model: run.model, norms: run.norms)
      let routing = layout.expertCount > 0 ? try Self.array(folder, "routing.npy") : nil
      var row = 0
      for sample in samples {
        for (region, positions) in [("answer", sample.answer), ("other", sample.other)]
        where !positions.isEmpty {
          let alone = try probe.run([
            .init(
              tokens: sample.tokens, regions: [TokenRegion(name: region, positions: positions)])
          ])[0]
          #expect(store.rows[row].region?.rawValue == region)
          #expect(store.rows[row].outcome == sample.outcome)
          for position in 0..<layout.count {
            let neuron = layout.neuron(at: position)
            let expert: Int? = if case .routed(let number) = neuron.expert { number } else { nil }
            let column = stored.column(
              Classifier.Neuron(layer: neuron.layer, expert: expert, index: neuron.index))
            #expect(columns[column]?[row] == Double(alone.regions[0].means[position]))
          }
          #expect(regions.floats[2 * row] == Float(positions.count))
          let recorder = TraceRecorder(layerCount: layout.layerCount)
          _ = try run.model.forward(
            [.init(state: run.model.newSequence(), tokens: sample.tokens, logits: .none)],
            hooks: [recorder])
          let width = hidden.shape[2]
          for layer in [0, layout.layerCount] {
            let mean =
              positions.reduce(0.0) {
                $0 + Double(recorder.residuals[layer][$1 * width + 3])
              } / Double(positions.count)
            let value = hidden.floats[(row * hidden.shape[1] + layer) * width + 3]
            #expect(abs(Double(value) - mean) < 1e-6 * max(1, abs(mean)))
          }
          if let routing {
            let size = layout.layerCount * layout.expertCount
            for cell in 0..<size {
              let at = (row * size + cell) * 2
              #expect(routing.floats[at] == Float(alone.routing[0].selectionCounts[cell]))
              #expect(routing.floats[at + 1] == Float(alone.routing[0].weightSums[cell]))
            }
          }
          row += 1
        }
      }
      #expect(row == 15)
    }
  }

  @Test func `batch size and threads change no byte`() throws {
    let samples = Self.samples(512)
    let reference = try Self.withFolder { folder in
      _ = try Self.extraction(ExtractionSettings(recordsHiddenStates: true)).run(
        samples, into: folder)
      return try Self.contents(folder)
    }
    #expect(reference.count == 11)
    for (threads, tokens, bytes) in [(1, 1, 1 << 30), (3, 90, 1 << 30), (2, 4096, 50_000)] {
      try Self.withFolder { folder in
        _ = try Self.extraction(
          ExtractionSettings(
            recordsHiddenStates: true, batchTokens: tokens, accumulatorBytes: bytes),
          threads: threads
        ).run(samples, into: folder)
        #expect(try Self.contents(folder) == reference, "threads \(threads), tokens \(tokens)")
      }
    }
  }

  @Test func `an interrupted run resumes to the same bytes`() throws {
    let samples = Self.samples(512)
    let run = try Self.extraction(ExtractionSettings(recordsHiddenStates: true))
    let reference = try Self.withFolder { folder in
      _ = try run.run(samples, into: folder)
      return try Self.contents(folder)
    }
    try Self.withFolder { folder in
      var rounds = 0
      while true {
        var rows = 0
        let outcome = try run.run(samples, into: folder, progress: { done, _ in rows = done }) {
          // Three rows a round: also in the middle of a sample.
          rows % 3 == 0
        }
        rounds += 1
        if outcome.rowCount == 15, FileManager.default.fileExists(atPath: folder + "/store.json") {
          break
        }
        // As a crash leaves it: a torn record, and side files that are ahead of the spool.
        for name in ["rows.spool", "routing.npy", "hidden.npy"] {
          let handle = try FileHandle(forWritingTo: URL(filePath: folder + "/" + name))
          try handle.seekToEnd()
          try handle.write(contentsOf: Data(repeating: 7, count: 13))
          try handle.close()
        }
      }
      #expect(rounds > 3)
      #expect(try Self.contents(folder) == reference)
      let again = try run.run(samples, into: folder)
      #expect(again == .init(rowCount: 15, resumedRows: 15, emptyRegions: 1))
    }
  }

  @Test func `a folder of another extraction is refused`() throws {
    let samples = Self.samples(512)
    try Self.withFolder { folder in
      _ = try Self.extraction(ExtractionSettings()).run(samples, into: folder) { _, _ in
      } stop: {
        true
      }
      let other = try Self.extraction(
        ExtractionSettings(variant: .init(denominator: .expert), valueType: .f32))
      let error = try #require(throws: ProbingError.self) {
        try other.run(Array(samples.dropLast()), into: folder)
      }
      #expect(
        error.description.contains("denominator, rows, samples, samples_sha256, value_type"))
      #expect(throws: ProbingError.self) {
        try Self.extraction(ExtractionSettings(), of: "moe/tied").run(samples, into: folder)
      }
    }
  }

  @Test func `samples are read with their line in every error`() throws {
    func read(
      _ text: String, _ other: ExtractionSample.OtherTokens = .all
    ) throws(ProbingError) -> [ExtractionSample] {
      try ExtractionSample.list(jsonLines: Array(text.utf8), otherTokens: other)
    }
    let line = #"{"item":"a","tokens":[5,6,7,8],"answer":[[2,3]],"prompt_tokens":1}"#
    let two = try read(line + "\n\n" + line + "\r\n")
    #expect(two.count == 2 && two[1].answer == [2] && two[1].other == [0, 1, 3])
    #expect(two[0].outcome == nil)
    #expect(try read(line, .response)[0].other == [1, 3])
    for (bad, problem) in [
      ("{", "column"), ("{}", "no \"item\""), (#"{"item":"a"}"#, "\"tokens\" must list"),
      (#"{"item":"a","tokens":[1.5],"answer":[]}"#, "no token id"),
      (#"{"item":"a","tokens":[1],"answer":[[0,2]]}"#, "inside the 1 tokens"),
      (#"{"item":"a","tokens":[1],"answer":[[0,1]],"other":[[0,1]]}"#, "overlap"),
      (#"{"item":"a","tokens":[1],"answer":[],"outcome":"yes"}"#, "\"outcome\""),
      (#"{"item":"a","tokens":[99999999999],"answer":[]}"#, "no token id"),
    ] {
      let error = try #require(throws: ProbingError.self) { try read(line + "\n" + bad) }
      #expect(error.description.hasPrefix("samples, line 2: "))
      #expect(error.description.contains(problem), "\(error)")
    }
    #expect(throws: ProbingError.self) {
      try read(#"{"item":"a","tokens":[1],"answer":[]}"#, .response)
    }
  }

  @Test(arguments: [StoreValueType.f16, .f32])
  func `a store assembled from rows of elsewhere has the same bytes`(
    _ type: StoreValueType
  ) throws {
    try Self.withFolder { folder in
      let (whole, assembled, mixed) = (folder + "/whole", folder + "/assembled", folder + "/mixed")
      let run = try Self.extraction(
        ExtractionSettings(valueType: type, recordsHiddenStates: true, batchTokens: 64))
      let samples = Self.samples(256)
      _ = try run.run(samples, into: whole)
      // Odd and even samples apart, in batches of their own, through bytes.
      var parts: [[Int32]: [UInt8]] = [:]
      for parity in 0..<2 {
        let other = try Self.extraction(
          ExtractionSettings(valueType: type, recordsHiddenStates: true, batchTokens: 200),
          threads: 1)
        let part = samples.indices.filter { $0 % 2 == parity }.map { samples[$0] }
        try other.extract(part) { index, rows in
          parts[part[index].tokens] = ExtractedRow.bytes(rows)
          return true
        }
      }
      _ = try run.run(
        samples, into: assembled,
        known: { try ExtractedRow.rows(#require(parts[$0.tokens])) })
      #expect(try Self.contents(assembled) == Self.contents(whole))
      // What is not known is computed.
      _ = try run.run(
        samples, into: mixed,
        known: { $0.tokens.count > 30 ? nil : parts[$0.tokens].flatMap { ExtractedRow.rows($0) } })
      #expect(try Self.contents(mixed) == Self.contents(whole))
    }
  }

  @Test func `bytes that are no rows are refused`() throws {
    let run = try Self.extraction(ExtractionSettings(batchTokens: 64))
    var rows: [ExtractedRow] = []
    try run.extract(Array(Self.samples(256).prefix(2))) { _, more in
      rows += more
      return true
    }
    let bytes = ExtractedRow.bytes(rows)
    #expect(ExtractedRow.rows(bytes) == rows)
    for length in stride(from: 0, to: bytes.count, by: 97) {
      #expect(ExtractedRow.rows(bytes.prefix(length)) == nil)
    }
    #expect(ExtractedRow.rows(bytes + [0]) == nil)
    var huge = bytes
    huge.replaceSubrange(4..<8, with: [255, 255, 255, 255])
    #expect(ExtractedRow.rows(huge) == nil)
  }
}
