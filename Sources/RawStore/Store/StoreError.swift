internal import GRDB

/// Why a raw store could not be used, with what to do.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(path: String)
  /// The file is no raw store.
  case notAStore(path: String, reason: String)
  /// Written by a newer version of Referee.
  case newerSchema(path: String)
  /// The file is damaged, or its schema was changed by hand.
  case damaged(path: String, reason: String)
  /// Another process is writing.
  case busy(path: String)
  case inputOutput(path: String, reason: String)
  case noStudy(path: String)
  case unknownStudy(name: String, known: [String])
  case severalStudies(names: [String])
  /// A row that no dose curve can hold.
  case invalidRow(reason: String)
  /// The cells of one arm would fill memory because most are missing.
  case tooSparse(arm: String, cells: Int, rows: Int)
  case tooMany(what: String, limit: Int)

  public var description: String {
    switch self {
    case .missing(let path): "\(path) does not exist; make it with referee import"
    case .notAStore(let path, let reason): "\(path) is not a raw store: \(reason)"
    case .newerSchema(let path):
      "\(path) was written by a newer version of referee; update referee to read it"
    case .damaged(let path, let reason):
      "\(path) is damaged: \(reason); import the rows again into a new store"
    case .busy(let path): "\(path) is being written by another process; try again"
    case .inputOutput(let path, let reason):
      "\(path) cannot be used: \(reason); check permissions and free space"
    case .noStudy(let path): "\(path) holds no rows; import some first"
    case .unknownStudy(let name, let known):
      "the store holds no study \(name); it holds \(known.joined(separator: ", "))"
    case .severalStudies(let names):
      "the store holds several studies (\(names.joined(separator: ", "))); name one with --study"
    case .invalidRow(let reason): reason
    case .tooSparse(let arm, let cells, let rows):
      "\(arm) has \(rows) rows for \(cells) cells of items × doses × replicates; "
        + "split it into arms whose items share their doses and replicates"
    case .tooMany(let what, let limit): "more than \(limit) \(what) in one store; split the study"
    }
  }

  /// The error that a failure of SQLite stands for.
  init(_ error: DatabaseError, path: String) {
    let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_NOTADB: self = .notAStore(path: path, reason: "it is no SQLite file")
    case .SQLITE_CORRUPT: self = .damaged(path: path, reason: reason)
    case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_PERM:
      self = .inputOutput(path: path, reason: reason)
    default: self = .damaged(path: path, reason: reason)
    }
  }
}
