import Foundation

/// Compares a text with a file in the folder `Snapshots` beside the test.
///
/// With `RECORD_SNAPSHOTS=1` in the environment the file is written instead, and the comparison
/// fails all the same, so that a recording run never passes for a test run.
/// ```
/// try Snapshot.compare(chart.svg(id: "figure"), to: "forest.svg")
/// ```
public enum Snapshot {
  /// - Parameters:
  ///   - name: File name in `Snapshots`.
  ///   - test: The test's source file; the folder is beside it.
  /// - Throws: ``SnapshotMismatch``.
  public static func compare(_ text: String, to name: String, beside test: String = #filePath)
    throws(SnapshotMismatch)
  {
    let folder = URL(fileURLWithPath: test).deletingLastPathComponent()
      .appendingPathComponent("Snapshots")
    let file = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      } catch {
        throw SnapshotMismatch(name: name, reason: "could not be recorded: \(error)")
      }
      throw SnapshotMismatch(
        name: name, reason: "recorded; look at the change and run again without RECORD_SNAPSHOTS")
    }
    guard let data = try? Data(contentsOf: file) else {
      throw SnapshotMismatch(name: name, reason: "is not recorded; run with RECORD_SNAPSHOTS=1")
    }
    let expected = String(decoding: data, as: UTF8.self)
    guard expected != text else { return }
    throw SnapshotMismatch(name: name, reason: difference(expected, text))
  }

  private static func difference(_ expected: String, _ found: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = found.split(separator: "\n", omittingEmptySubsequences: false)
    let index = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    guard let index else { return "has \(new.count) lines instead of \(old.count)" }
    return "differs in line \(index + 1):\n- \(old[index].prefix(300))\n+ \(new[index].prefix(300))"
  }
}

/// A snapshot that is missing, was just recorded, or differs.
public struct SnapshotMismatch: Error, CustomStringConvertible, Sendable {
  public let name: String
  public let reason: String

  public var description: String { "snapshot \(name): \(reason)" }
}
