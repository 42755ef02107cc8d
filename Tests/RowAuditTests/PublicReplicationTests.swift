import Audit
import Foundation
import Importing
import RawStore
import RowAudit
import Statistics
import Study
import Testing

/// The rows of a public replication on Gemma-3-4B. They are not part of this repository; where the
/// folder is absent these tests are passed over.
@Suite struct PublicReplicationTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static var folder: URL? {
    let candidates = [
      ProcessInfo.processInfo.environment["REFEREE_EXTERNAL_DATA"]
        .map { URL(fileURLWithPath: $0) },
      root.appendingPathComponent("../shared/data").standardized,
    ]
    return candidates.compactMap { $0?.appendingPathComponent("gemma3-4b") }
      .first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("README.md").path) }
  }

  static var isPresent: Bool { folder != nil }

  private static let audited = Result { () -> RowAuditResult in
    let folder = try #require(Self.folder)
    let path = FileManager.default.temporaryDirectory.appending(
      path: "referee-rows-\(UUID().uuidString).sqlite")
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path.path + suffix)
      }
    }
    let store = try RawStore(path: path.path, access: .readWrite)
    _ = try Importer.run(
      paths: [folder.path], into: store, options: ImportOptions(), tool: "test", host: "test",
      at: "2026-01-01T00:00:00Z")
    let table = try store.table()
    try store.close()
    return try RowAuditEngine.audit(
      table,
      figures: try PublishedFigures.load(
        folder: root.appending(path: "data/published/gemma3-4b").path))
  }

  @Test(.enabled(if: PublicReplicationTests.isPresent))
  func `every published figure is reproduced digit for digit`() throws {
    let result = try Self.audited.get()
    #expect(result.figures.count > 50)
    for figure: FigureResult in result.figures {
      #expect(
        figure.verdict == .reproducedExactly,
        "\(figure.id): \(figure.verdict.rawValue), \(figure.estimate), \(String(describing: figure.interval))"
      )
    }
  }

  @Test(.enabled(if: PublicReplicationTests.isPresent))
  func `its own conclusions are drawn with the paired methods`() throws {
    let result = try Self.audited.get()
    let curve = try #require(result.curves.first { $0.arm.neuronSet == "h-neurons" })
    let test = try #require(curve.test)
    #expect(test.swingCount == 138)
    #expect(test.completeCount == 1_000)
    #expect(test.shape == .monotoneIncreasing)
    #expect(!test.isFragile(level: 0.05))
    #expect(result.noOpPairs.allSatisfy { $0.flipCount == 0 && $0.commonCount == 1_000 })
    let envelope = try #require(result.envelopes.first)
    #expect(envelope.comparisons.count == 3)
    #expect(envelope.comparisons.allSatisfy { ($0.adjustedPValue.value ?? 1) < 0.001 })
    #expect(result.findings.contains { $0.rule == .splitLeakage && $0.severity == .major })
  }
}
