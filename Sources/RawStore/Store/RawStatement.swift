internal import CSQLite
internal import GRDB
internal import Provenance

/// A prepared statement with the cost of a C call a binding: rows come by the million.
struct RawStatement {
  /// Owns the handle.
  private let statement: Statement
  private let database: Database
  private let handle: OpaquePointer

  init(_ database: Database, _ sql: String, _ arguments: StatementArguments = []) throws {
    self.database = database
    statement = try database.makeStatement(sql: sql)
    if !arguments.isEmpty { try statement.setArguments(arguments) }
    handle = statement.sqliteStatement
  }

  func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

  func bind(_ index: Int32, _ value: Int64?) {
    if let value {
      sqlite3_bind_int64(handle, index, value)
    } else {
      sqlite3_bind_null(handle, index)
    }
  }

  /// Binds a copy of a text.
  func bind(_ index: Int32, _ text: String) {
    var text = text
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    text.withUTF8 { bytes in
      let empty: StaticString = ""
      let start = bytes.baseAddress ?? empty.utf8Start
      start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { pointer in
        _ = sqlite3_bind_text(handle, index, pointer, Int32(bytes.count), transient)
      }
    }
  }

  /// The bytes must stay where they are until ``run()`` or ``reset()``.
  func bindText(_ index: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
    let empty: StaticString = ""
    let start = bytes.baseAddress ?? empty.utf8Start
    start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { text in
      _ = sqlite3_bind_text(handle, index, text, Int32(bytes.count), nil)
    }
  }

  /// As ``bindText(_:_:)``.
  func bindBlob(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
    sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), nil)
  }

  /// Runs a statement without results and returns how many rows it changed.
  func run() throws -> Int {
    let code = sqlite3_step(handle)
    sqlite3_reset(handle)
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
    return Int(sqlite3_changes(database.sqliteConnection))
  }

  /// Whether there is a further row.
  func step() throws -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE { return false }
    let error = failure(code)
    sqlite3_reset(handle)
    throw error
  }

  func reset() { sqlite3_reset(handle) }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  func double(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  /// Valid until the next step.
  func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    // The pointer first, then the count, as SQLite asks.
    let start = sqlite3_column_blob(handle, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
  }

  /// - Throws: ``StoreError/damaged(path:reason:)`` unless the value is valid UTF-8.
  func text(_ column: Int32) throws -> String {
    guard let text = String(validating: bytes(column), as: UTF8.self) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a text is not valid UTF-8")
    }
    return text
  }

  func optionalText(_ column: Int32) throws -> String? { isNull(column) ? nil : try text(column) }

  func optionalInteger(_ column: Int32) -> Int? { isNull(column) ? nil : Int(integer(column)) }

  func optionalDouble(_ column: Int32) -> Double? { isNull(column) ? nil : double(column) }

  /// - Throws: unless there are 32 bytes or NULL.
  func digest(_ column: Int32) throws -> SHA256Digest? {
    if isNull(column) { return nil }
    guard let digest = SHA256Digest(bytes: bytes(column)) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a digest has not 32 bytes")
    }
    return digest
  }

  var columnCount: Int32 { sqlite3_column_count(handle) }

  /// A value as it is stored.
  enum Value {
    case missing
    case integer(Int)
    case real(Double)
    case text(String)
    case digest(SHA256Digest)
  }

  func value(_ column: Int32) throws -> Value {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: return .integer(Int(integer(column)))
    case SQLITE_FLOAT: return .real(double(column))
    case SQLITE_TEXT: return .text(try text(column))
    default: return try digest(column).map(Value.digest) ?? .missing
    }
  }

  private func failure(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code),
      message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
  }
}

extension Database {
  /// Reads rows without GRDB's decoding, which traps on a value of another type: a damaged file
  /// may hold any.
  func rows<Value>(
    _ sql: String, _ arguments: StatementArguments = [], _ read: (RawStatement) throws -> Value
  ) throws -> [Value] {
    let statement = try RawStatement(self, sql, arguments)
    var values: [Value] = []
    while try statement.step() { values.append(try read(statement)) }
    return values
  }
}
