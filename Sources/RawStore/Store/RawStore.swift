internal import CSQLite
internal import Foundation
internal import GRDB

/// The raw rows of studies in one SQLite file: append-only, with the source of every row and a
/// ledger whose records form a hash chain over the canonical rows.
///
/// An import is one transaction: after a kill at any moment the store holds all of it or nothing.
/// Not for numbers that were computed: a store holds what was measured.
public final class RawStore: Sendable {
  public enum Access: Sendable {
    case readOnly
    /// Creates the file, and migrates an older schema.
    case readWrite
  }

  public let path: String
  let queue: DatabaseQueue

  /// - Throws: ``StoreError``.
  public init(path: String, access: Access = .readOnly) throws(StoreError) {
    self.path = path
    let exists = FileManager.default.fileExists(atPath: path)
    if !exists && access == .readOnly { throw .missing(path: path) }
    var isFolder: ObjCBool = false
    if exists, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      throw .notAStore(path: path, reason: "it is a folder")
    }
    do {
      queue = try Self.open(path, access: access)
      try Self.prepare(queue, path: path, access: access)
    } catch let error as StoreError {
      throw error
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    } catch {
      throw .inputOutput(path: path, reason: "\(error)")
    }
  }

  /// Ends all work and removes SQLite's side files. The store is not used afterwards.
  public func close() throws(StoreError) {
    try attempt { try queue.close() }
  }

  /// Translates SQLite's errors.
  func attempt<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
    do { return try body() } catch let error as StoreError {
      throw error
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    } catch {
      throw .inputOutput(path: path, reason: "\(error)")
    }
  }

  /// A consistent view of the whole store.
  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    try attempt { try queue.read(body) }
  }

  // MARK: - Opening

  private static func open(_ path: String, access: Access) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = access == .readOnly
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      // Without this, INSERT OR REPLACE would delete without firing the delete triggers.
      try database.execute(sql: "PRAGMA recursive_triggers = ON")
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
      try database.execute(sql: "PRAGMA cache_size = -65536")
      try database.execute(sql: "PRAGMA temp_store = MEMORY")
    }
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CANTOPEN && access == .readOnly
    {
      return try openImmutable(path, configuration: configuration)
    }
  }

  /// A store on a read-only medium: WAL wants to write its index beside the file, so SQLite is
  /// told that nobody changes the file. Only when there is no log to recover.
  private static func openImmutable(
    _ path: String, configuration: Configuration
  ) throws -> DatabaseQueue {
    let log = (try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size]) as? Int
    guard (log ?? 0) == 0 else {
      throw StoreError.inputOutput(
        path: path, reason: "the folder is read-only and the store has a log to recover")
    }
    guard
      let escaped = URL(fileURLWithPath: path).path.addingPercentEncoding(
        withAllowedCharacters: .urlPathAllowed)
    else { throw StoreError.inputOutput(path: path, reason: "the path is not valid") }
    return try DatabaseQueue(path: "file:\(escaped)?immutable=1", configuration: configuration)
  }

  private static func prepare(_ queue: DatabaseQueue, path: String, access: Access) throws {
    let migrator = StoreSchema.migrator
    let (identifier, tables) = try queue.read { database in
      (
        try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
        try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
      )
    }
    if identifier != StoreSchema.applicationID {
      // A kill before the first migration leaves an empty database: it is nobody's.
      guard tables == 0 && identifier == 0 else {
        throw StoreError.notAStore(path: path, reason: "it is another program's database")
      }
      guard access == .readWrite else {
        throw StoreError.notAStore(path: path, reason: "the file is empty")
      }
    } else if try queue.read({ try migrator.hasBeenSuperseded($0) }) {
      throw StoreError.newerSchema(path: path)
    }
    switch access {
    case .readWrite:
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = FULL")
      }
      try migrator.migrate(queue)
    case .readOnly:
      guard try queue.read({ try migrator.hasCompletedMigrations($0) }) else {
        throw StoreError.notAStore(
          path: path, reason: "its schema is older; open it once with referee import")
      }
    }
    try checkSchema(queue, path: path)
  }

  /// A trigger that was dropped or a table that was altered by hand is found here.
  private static func checkSchema(_ queue: DatabaseQueue, path: String) throws {
    let fresh = try DatabaseQueue()
    try StoreSchema.migrator.migrate(fresh)
    func schema(of queue: DatabaseQueue) throws -> [String] {
      try queue.read { database in
        try database.rows(
          "SELECT type, name, ifnull(sql, '') FROM sqlite_schema "
            + "WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name"
        ) { row in try (0...2).map { try row.text($0) }.joined(separator: "\t") }
      }
    }
    let expected = try schema(of: fresh)
    let found = try schema(of: queue)
    guard expected != found else { return }
    let difference = Set(expected).symmetricDifference(found).sorted().first ?? ""
    let name = difference.split(separator: "\t").prefix(2).joined(separator: " ")
    throw StoreError.damaged(path: path, reason: "its schema was changed by hand (\(name))")
  }
}
