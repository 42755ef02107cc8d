internal import Foundation
internal import GRDB

/// What a transaction did.
public struct WriteResult: Hashable, Sendable {
  /// Whether the store has anything that it had not before.
  public let hasChanges: Bool
  /// Content hash of the store afterwards; `nil` when nothing changed.
  public let contentHash: String?

  public init(hasChanges: Bool, contentHash: String?) {
    self.hasChanges = hasChanges
    self.contentHash = contentHash
  }
}

extension RawStore {
  /// Writes rows and their ledger record in one transaction: all or nothing, whatever happens.
  ///
  /// A body that throws, or that met a conflict, leaves the store as it was. A body that adds
  /// nothing leaves no record.
  /// - Parameters:
  ///   - stage: the ledger's word for what is done, for example `import`.
  ///   - tool: name and version of the writing program.
  ///   - host: outside the hash; for people.
  ///   - body: adds rows; returns whether to commit.
  public func write(
    stage: String, tool: String, host: String = "", at time: String = "",
    _ body: (RowWriter) throws -> Bool
  ) throws -> WriteResult {
    var thrown: (any Error)?
    var result = WriteResult(hasChanges: false, contentHash: nil)
    try attempt {
      try queue.writeWithoutTransaction { database in
        try database.inTransaction(.immediate) {
          let writer = try RowWriter(database)
          let isWanted: Bool
          do { isWanted = try body(writer) } catch {
            thrown = error
            return .rollback
          }
          try writer.flush()
          guard isWanted, writer.conflictCount == 0, writer.hasChanges else { return .rollback }
          let record = try Ledger.append(
            stage: stage, tool: tool, sources: writer.sources, to: database)
          try database.execute(
            sql: "INSERT INTO ledger_time VALUES (?, ?, ?)",
            arguments: [record.position, time, host])
          result = WriteResult(hasChanges: true, contentHash: record.contentHash)
          return .commit
        }
      }
    }
    if let thrown {
      if let error = thrown as? DatabaseError { throw StoreError(error, path: path) }
      throw thrown
    }
    return result
  }
}
