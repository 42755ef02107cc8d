internal import CanonicalJSON
internal import Foundation
internal import GRDB
internal import Provenance

/// The hash chain of a store: each record names what came in and the hash of every part of the
/// content afterwards, and holds the hash of the record before.
enum Ledger {
  static let schema = "referee/ledger/v1"

  struct Appended {
    let position: Int
    let contentHash: String
  }

  /// Appends the record of a transaction whose rows are written.
  static func append(
    stage: String, tool: String, sources: [RowWriter.RecordedSource], to database: Database
  ) throws -> Appended {
    let reader = try ContentReader(database)
    let parts = try reader.studies().flatMap { try reader.parts(study: $0) }
    let contentHash = try ContentReader.hash(parts)
    let last = try database.rows(
      "SELECT position, sha256 FROM ledger ORDER BY position DESC LIMIT 1"
    ) { (position: Int($0.integer(0)), digest: try $0.digest(1)) }.first
    let position = (last?.position ?? 0) &+ 1
    let inputs = sources.sorted {
      ($0.file.study, $0.file.path, $0.file.sha256.hexadecimal, $0.file.format)
        < ($1.file.study, $1.file.path, $1.file.sha256.hexadecimal, $1.file.format)
    }
    let record: JSONValue = [
      "schema": .string(schema), "position": .integer(Int64(position)), "stage": .string(stage),
      "tool": .string(tool), "content": .string(contentHash),
      "previous": last.map { .string($0.digest?.hexadecimal ?? "") } ?? .null,
      "parts": .array(parts.map(\.json)),
      "inputs": .array(
        inputs.map { input in
          [
            "study": .string(input.file.study), "path": .string(input.file.path),
            "sha256": .string(input.file.sha256.hexadecimal),
            "sizeBytes": .integer(Int64(input.file.sizeBytes)),
            "format": .string(input.file.format), "parameters": .string(input.file.parameters),
            "accepted": .integer(Int64(input.acceptedCount)),
            "skipped": .integer(Int64(input.skippedCount)),
            "rejected": .integer(Int64(input.rejectedCount)),
          ]
        }),
    ]
    let text = try record.canonicalText()
    try database.execute(
      sql: "INSERT INTO ledger VALUES (?, ?, ?)",
      arguments: [position, text, SHA256Digest(of: text).data])
    return Appended(position: position, contentHash: contentHash)
  }
}
