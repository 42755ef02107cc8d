/// Why an import could not be done, with what to do.
public enum ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  /// The file is larger than its format allows.
  case tooLarge(path: String, limitBytes: Int)
  case tooManyFiles(path: String, limit: Int)
  /// The bytes differ between two reads.
  case changed(path: String)
  /// The whole file cannot be used.
  case malformed(path: String, line: Int?, reason: String)

  public var description: String {
    switch self {
    case .missing(let path): "\(path) does not exist; check the path"
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .tooLarge(let path, let limit):
      "\(path) is larger than \(limit >> 20) MiB; split it, or export JSON Lines or CSV"
    case .tooManyFiles(let path, let limit):
      "\(path) holds more than \(limit) files; import its folders one by one"
    case .changed(let path): "\(path) changed while it was read; import it again"
    case .malformed(let path, let line, let reason):
      "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)"
    }
  }
}
