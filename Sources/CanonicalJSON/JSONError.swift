/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String
  /// 1-based line and 1-based column, counted in bytes.
  public let line: Int
  public let column: Int

  public init(message: String, line: Int, column: Int) {
    self.message = message
    self.line = line
    self.column = column
  }

  public var description: String { "\(line):\(column): \(message)" }
}

/// A value that JSON cannot express.
public enum JSONEncodingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// NaN or an infinity at a path such as `$.rows[3].p`. Use `null` with a reason.
  case notFinite(path: String)

  public var description: String {
    switch self {
    case .notFinite(let path): "\(path) is not a finite number; write null with a reason"
    }
  }
}
