internal import Foundation
internal import GRDB
public import Provenance

/// Finished units of a run in one SQLite file: of one shard, or of all shards once merged.
///
/// A unit is the smallest thing that one process computes: the responses to a question, the
/// contributions of a response, an item of a cell of the interventions. It is stored under its stage
/// and the digest of all that decides its value. A file has one writer; a value is in it as soon as
/// ``add(_:to:)`` returns and is never changed. The journal is SQLite's rollback journal and not a WAL, which needs memory
/// that only one machine shares.
public final class UnitFile: Sendable {
  /// What all shards of a run have in common.
  public struct Origin: Hashable, Sendable {
    /// Hash of the plan as `referee study lock` writes it.
    public let plan: String
    /// Items of each file at most; `nil` for a full run.
    public let limit: Int?
    /// Name and version of the program.
    public let tool: String

    public init(plan: String, limit: Int?, tool: String) {
      self.plan = plan
      self.limit = limit
      self.tool = tool
    }
  }

  /// A stage under one key.
  public struct Place: Hashable, Sendable {
    public let stage: String
    /// Digest of everything that decides the values.
    public let key: String

    public init(stage: String, key: String) {
      self.stage = stage
      self.key = key
    }
  }

  /// "RFUN".
  static let applicationID: Int32 = 0x5246_554E

  static let schema = """
    CREATE TABLE origin (
      plan TEXT NOT NULL, item_limit INTEGER, tool TEXT NOT NULL,
      shard INTEGER NOT NULL, shards INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE planned (
      stage TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL,
      PRIMARY KEY (stage, key, unit)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE unit (
      id INTEGER PRIMARY KEY, stage TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32), value BLOB NOT NULL,
      UNIQUE (stage, key, unit)
    ) STRICT;
    CREATE TABLE part (
      stage TEXT NOT NULL, key TEXT NOT NULL, shard INTEGER NOT NULL, shards INTEGER NOT NULL,
      units INTEGER NOT NULL, PRIMARY KEY (stage, key, shard, shards)
    ) STRICT, WITHOUT ROWID;
    """

  public let path: String
  public let origin: Origin
  /// ``Shard/whole`` for merged files.
  public let shard: Shard
  let queue: DatabaseQueue

  /// Opens the file of a shard for writing, or makes it.
  ///
  /// - Throws: ``UnitFileError``; `otherRun` when the file belongs to another plan or limit.
  public convenience init(
    path: String, origin: Origin, shard: Shard = .whole
  ) throws(UnitFileError) {
    try self.init(path, creating: (origin, shard))
    for (what, mine, its) in [
      ("the plan", origin.plan, self.origin.plan), ("the version", origin.tool, self.origin.tool),
      ("the limit", Self.text(origin.limit), Self.text(self.origin.limit)),
      ("the shard", shard.description, self.shard.description),
    ] where mine != its {
      throw .otherRun(
        what: what, path: path, value: its, otherPath: "this command", otherValue: mine)
    }
  }

  /// Opens a file that is there; a transaction that a kill cut off is undone.
  public convenience init(reading path: String) throws(UnitFileError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
    try self.init(path, creating: nil)
  }

  private init(_ path: String, creating: (Origin, Shard)?) throws(UnitFileError) {
    self.path = path
    (queue, origin, shard) = try Self.open(path, creating: creating)
  }

  private static func open(
    _ path: String, creating: (Origin, Shard)?
  ) throws(UnitFileError) -> (DatabaseQueue, Origin, Shard) {
    try attempt(path) {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      configuration.readonly =
        creating == nil && !FileManager.default.isWritableFile(atPath: path)
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL")
      }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      func identify(_ database: Database) throws -> Int32 {
        try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      }
      if let (origin, shard) = creating {
        try queue.write { database in
          let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
          guard tables == 0 else { return }
          try database.execute(sql: schema)
          try database.execute(sql: "PRAGMA application_id = \(applicationID)")
          try database.execute(
            sql: "INSERT INTO origin VALUES (?, ?, ?, ?, ?)",
            arguments: [origin.plan, origin.limit, origin.tool, shard.index, shard.count])
        }
      }
      guard try queue.read(identify) == applicationID else {
        throw UnitFileError.notAUnitFile(path: path, reason: "it is another program's database")
      }
      let rows = try queue.read { database in
        try database.rows("SELECT plan, item_limit, tool, shard, shards FROM origin") { row in
          (
            Origin(
              plan: try row.text(0), limit: row.optionalInteger(1), tool: try row.text(2)),
            Shard(index: Int(row.integer(3)), count: Int(row.integer(4)))
          )
        }
      }
      guard rows.count == 1, let (origin, known) = rows.first, let shard = known else {
        throw UnitFileError.damaged(path: path, reason: "it does not say which run it belongs to")
      }
      return (queue, origin, shard)
    }
  }

  /// Whether a file is one of units and not, say, a raw store.
  public static func isUnitFile(_ path: String) -> Bool {
    // Bytes 68…71 of SQLite's header are the application id.
    guard let handle = FileHandle(forReadingAtPath: path),
      let header = try? handle.read(upToCount: 72), header.count == 72
    else { return false }
    return header.suffix(4).reduce(Int32(0)) { $0 << 8 | Int32($1) } == applicationID
  }

  public func close() throws(UnitFileError) { try attempt { try queue.close() } }

  static func text(_ limit: Int?) -> String { limit.map { "\($0) items" } ?? "none" }

  static func attempt<Value>(_ path: String, _ body: () throws -> Value) throws(UnitFileError)
    -> Value
  {
    do { return try body() } catch let error as UnitFileError {
      throw error
    } catch let error as DatabaseError {
      throw UnitFileError(error, path: path)
    } catch {
      throw .inputOutput(path: path, reason: "\(error)")
    }
  }

  func attempt<Value>(_ body: () throws -> Value) throws(UnitFileError) -> Value {
    try Self.attempt(path, body)
  }

  // MARK: - Units

  /// Names units of a stage that all shards together must have.
  public func plan(_ units: [String], of place: Place) throws(UnitFileError) {
    try attempt {
      try queue.write { database in
        for unit in units {
          try database.execute(
            sql: "INSERT OR IGNORE INTO planned VALUES (?, ?, ?)",
            arguments: [place.stage, place.key, unit])
        }
      }
    }
  }

  /// Adds finished units in one transaction; they survive a kill from here on.
  public func add(
    _ units: [(unit: String, value: [UInt8])], to place: Place
  ) throws(UnitFileError) {
    try attempt {
      try queue.write { database in
        for (unit, value) in units {
          let digest = value.withUnsafeBytes { SHA256Digest(of: $0) }
          try database.execute(
            sql: "INSERT INTO unit (stage, key, unit, sha256, value) VALUES (?, ?, ?, ?, ?)",
            arguments: [place.stage, place.key, unit, digest.data, Data(value)])
        }
      }
    }
  }

  /// Ids of the units that are there.
  public func units(of place: Place) throws(UnitFileError) -> Set<String> {
    Set(
      try attempt {
        try queue.read { database in
          try database.rows(
            "SELECT unit FROM unit WHERE stage = ? AND key = ?", [place.stage, place.key]
          ) { try $0.text(0) }
        }
      })
  }

  /// The value of a unit, checked against its digest; `nil` when it is not there.
  public func value(of unit: String, in place: Place) throws(UnitFileError) -> [UInt8]? {
    try attempt {
      try queue.read { database in
        try database.rows(
          "SELECT sha256, value FROM unit WHERE stage = ? AND key = ? AND unit = ?",
          [place.stage, place.key, unit]
        ) { row -> [UInt8] in
          let value = row.bytes(1)
          guard try row.digest(0) == SHA256Digest(of: value) else {
            throw UnitFileError.damaged(
              path: path, reason: "\(place.stage) of \(unit) does not match its digest")
          }
          return Array(value)
        }.first
      }
    }
  }

  /// Says that the units of this file's shard are all there.
  public func finish(_ place: Place) throws(UnitFileError) {
    try attempt {
      try queue.write { database in
        try database.execute(
          sql: """
            INSERT OR IGNORE INTO part
            SELECT ?1, ?2, ?3, ?4, count(*) FROM unit WHERE stage = ?1 AND key = ?2
            """, arguments: [place.stage, place.key, shard.index, shard.count])
      }
    }
  }
}
