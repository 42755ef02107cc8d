internal import GRDB

/// Why the units of shards cannot be used, with what to do.
public enum UnitFileError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(path: String)
  case notAUnitFile(path: String, reason: String)
  case damaged(path: String, reason: String)
  /// Another process is writing.
  case busy(path: String)
  case inputOutput(path: String, reason: String)
  /// Two files belong to different runs.
  case otherRun(what: String, path: String, value: String, otherPath: String, otherValue: String)
  /// A unit lies in the file of a shard that it does not belong to.
  case wrongShard(path: String, shard: String, unit: String, belongsTo: String)
  /// One unit, two values.
  case conflict(unit: String, path: String, value: String, otherPath: String, otherValue: String)
  /// Shards or units that no file has.
  case incomplete(missing: [String])

  public var description: String {
    switch self {
    case .missing(let path): "\(path) does not exist; run its shard first"
    case .notAUnitFile(let path, let reason): "\(path) does not hold units of shards: \(reason)"
    case .damaged(let path, let reason):
      "\(path) is damaged: \(reason); remove it and run its shard again"
    case .busy(let path): "\(path) is being written by another process; wait for its shard"
    case .inputOutput(let path, let reason):
      "\(path) cannot be used: \(reason); check permissions and free space"
    case .otherRun(let what, let path, let value, let otherPath, let otherValue):
      "nothing merged: \(what) differs: \(value) in \(path), \(otherValue) in \(otherPath); "
        + "run all shards with one plan, one limit and one version"
    case .wrongShard(let path, let shard, let unit, let belongsTo):
      "nothing merged: \(path) is shard \(shard) and holds \(unit), which belongs to \(belongsTo); "
        + "remove the file and run the shard again"
    case .conflict(let unit, let path, let value, let otherPath, let otherValue):
      "nothing merged: \(unit) has two values: \(value) in \(path), \(otherValue) in \(otherPath); "
        + "find out which is wrong, remove its file and run that shard again"
    case .incomplete(let missing):
      "nothing merged: missing are " + missing.joined(separator: "; ")
        + "; run these shards again and merge then"
    }
  }

  /// The error that a failure of SQLite stands for.
  init(_ error: DatabaseError, path: String) {
    let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_NOTADB: self = .notAUnitFile(path: path, reason: "it is no SQLite file")
    case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_PERM:
      self = .inputOutput(path: path, reason: reason)
    default: self = .damaged(path: path, reason: reason)
    }
  }
}
