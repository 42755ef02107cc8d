import Foundation
import Importing
import RawStore
import Testing

@Suite struct HNeuronFolderTests {
  @Test func `a replication's folder becomes arms, samples, scores, neurons and splits`() throws {
    let scratch = try ImportScratch()
    try scratch.writeHNeuronFolder()
    let store = try scratch.store()
    let report = try scratch.run(store)
    #expect(report.isCommitted)
    #expect(report.rejectedCount == 0)
    #expect(report.files.filter { $0.state == .unrecognised }.map(\.path) == ["README.md"])
    let table = try store.table()
    #expect(table.outcomes.map(\.arm.neuronSet) == ["h-neurons", "seed_0_layer_matched"])
    #expect(table.outcomes.map(\.arm.isControl) == [false, true])
    let target = try #require(table.outcomes.first)
    #expect(target.arm.benchmark == "faith")
    #expect(target.arm.endpoint == "compliance")
    #expect(target.doses == [0, 1, 2])
    let counts = (0..<3).map { column in
      (0..<6).count { target.outcome(item: $0, column: column) == true }
    }
    #expect(counts == [1, 3, 5])
    // A failed parse is unscored although its line says that compliance is false.
    let control = table.outcomes[1]
    #expect(control.unscoredClasses == ["parse-failure"])
    #expect(control.code(item: 5, column: 0) == OutcomeMatrix.Code.firstUnscored)
    #expect(table.samples.map(\.judgements) == [[true, false, nil], [true, true, true]])
    #expect(table.samples.first?.responseHashes[0] == table.samples.first?.responseHashes[1])
    let conflict = try #require(table.identicalResponses.first { $0.benchmark == "consistency" })
    #expect(conflict.item == "q1")
    #expect(conflict.isConflicting)
    let scores = try #require(table.detection.first)
    #expect(scores.set == "disjoint")
    #expect(scores.detector == "fit")
    #expect(scores.labels == [true, false])
    #expect(scores.scores == [0.75, 0.5])
    #expect(scores.spanLengths == [1, nil])
    #expect(scores.responseLengths == [2, nil])
    // Listed neurons and the rest of their layer sum to the layer's count.
    #expect(table.neurons.map(\.layer) == [0, 0, 1, 2])
    #expect(table.neurons.map(\.count) == [1, 1, 0, 1])
    #expect(table.neurons.allSatisfy { $0.eligibleCount == 8 && $0.detector == "fit" })
    #expect(table.splits == ["test-disjoint": ["q4", "q5"], "train": ["q1", "q2", "q3"]])
    #expect(table.classifierRows.map(\.rowCount) == [2])
    #expect(table.runs.map(\.status) == ["interrupted"])
    let sidecar = try #require(report.files.first { $0.format == "run-provenance" })
    #expect(sidecar.remarks.contains { $0.reason.contains("interrupted, not completed") })
  }

  @Test func `importing twice changes nothing, wherever the folder lies`() throws {
    let scratch = try ImportScratch()
    try scratch.writeHNeuronFolder()
    let store = try scratch.store()
    let first = try scratch.run(store)
    let ledger = try store.ledger()
    let second = try scratch.run(store)
    #expect(second.isCommitted && !second.hasChanges)
    #expect(second.contentHash == first.contentHash)
    #expect(try store.ledger() == ledger)
    #expect(second.files.filter { $0.path != "README.md" }.allSatisfy { $0.state == .unchanged })
    let moved = scratch.folder.appending(path: "moved")
    try FileManager.default.moveItem(at: URL(fileURLWithPath: scratch.root), to: moved)
    #expect(try !scratch.run(store, paths: [moved.path]).hasChanges)
  }

  @Test func `text can be left out without another content`() throws {
    let scratch = try ImportScratch()
    try scratch.writeHNeuronFolder()
    let with = try scratch.store("with.sqlite")
    let without = try scratch.store("without.sqlite")
    let first = try scratch.run(with)
    let second = try scratch.run(without) { $0.keepsText = false }
    #expect(first.contentHash == second.contentHash)
    try without.close()
    let bytes = try Data(contentsOf: scratch.folder.appending(path: "without.sqlite"))
    #expect(bytes.range(of: Data("Why?".utf8)) == nil)
  }

  @Test func `lines that are no rows are rejected with their number`() throws {
    let scratch = try ImportScratch()
    try scratch.write(
      "faith/h-neurons/alpha_1.0.jsonl",
      """
      {"id": "a", "alpha": 1.0, "compliance": true}
      {"id": "b", "alpha": 1.0, "compliance": tru

      {"id": "c", "alpha": 2.0, "compliance": true}
      {"alpha": 1.0, "compliance": true}
      {"id": "d", "alpha": 1.0, "compliance": 7}
      {"id": "e", "alpha": 1.0, "compliance": null}
      """)
    let store = try scratch.store()
    let report = try scratch.run(store)
    let file = try #require(report.files.first)
    #expect(file.acceptedCount == 2)
    #expect(file.skippedCount == 1)
    #expect(file.remarks.map(\.line) == [2, 4, 5, 6])
    #expect(file.remarks.allSatisfy { $0.kind == .rejected })
    #expect(file.remarks[1].reason.contains("the file's name says 1.0"))
    #expect(try store.table().outcomes.first?.unscoredClasses == ["not-judged"])
    let strict = try scratch.store("strict.sqlite")
    let refused = try scratch.run(strict) { $0.isStrict = true }
    #expect(!refused.isCommitted)
    #expect(try strict.ledger().isEmpty)
    #expect(try strict.studies().isEmpty)
  }

  @Test func `contradicting files are shown with both lines and leave no row`() throws {
    let scratch = try ImportScratch()
    try scratch.write(
      "faith/h-neurons/alpha_1.0.jsonl", #"{"id": "a", "alpha": 1.0, "compliance": true}"# + "\n")
    try scratch.write(
      "faith/h-neurons/more/alpha_1.0.jsonl",
      "\n" + #"{"id": "a", "alpha": 1, "compliance": false}"#)
    let store = try scratch.store()
    let report = try scratch.run(store) { options in
      options.benchmark = "faith"
      options.configuration = "default"
      options.neuronSet = "h-neurons"
    }
    #expect(!report.isCommitted)
    let conflict = try #require(report.conflicts.first)
    #expect(conflict.earlier.description == "faith/h-neurons/alpha_1.0.jsonl:1")
    #expect(conflict.later.description == "faith/h-neurons/more/alpha_1.0.jsonl:2")
    #expect(try store.studies().isEmpty)
  }

  /// The rows of the public replication are other people's: they are not in this repository.
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/data/gemma3-4b").standardizedFileURL.path

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: folder),
      "the public rows of gemma3-4b are not here"))
  func `the public replication's published rates come out`() throws {
    let scratch = try ImportScratch()
    let store = try scratch.store()
    let report = try scratch.run(store, paths: [Self.folder])
    #expect(report.rejectedCount == 0)
    let table = try store.table()
    let target = try #require(table.outcomes.first { $0.arm.neuronSet == "h-neurons" })
    let counts = target.doses.indices.map { column in
      target.items.indices.count { target.outcome(item: $0, column: column) == true }
    }
    // Published rates in prior work: 64.2 65.4 66.0 67.0 68.2 69.5 70.5 %.
    #expect(counts == [642, 654, 660, 670, 682, 695, 705])
    let funnel = table.samples.map { sample in sample.judgements.count { $0 == true } }
    #expect(funnel.count { $0 == 10 } == 1_435)
    #expect(funnel.count { $0 == 0 } == 1_680)
    let train = Set(table.splits["train"] ?? [])
    #expect((table.splits["test"] ?? []).count { train.contains($0) } == 1_327)
    #expect((table.splits["test-disjoint"] ?? []).count { train.contains($0) } == 0)
    #expect(table.detection.map(\.items.count) == [780, 1_993])
    #expect(table.neurons.reduce(0) { $0 + $1.count } == 38)
  }
}
