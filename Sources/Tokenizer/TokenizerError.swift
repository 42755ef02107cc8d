/// What is wrong with a tokenizer file, a text or a token, where, and what to do about it.
public enum TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file breaks its own format. `offset` counts bytes from its start; `nil`: a metadata entry.
  case corruptFile(path: String, offset: Int?, problem: String)
  /// The tokenizer is built of a part that is not implemented.
  case unsupported(path: String, part: String)
  /// The vocabulary has no token for a part of the text and no token for unknown text.
  case unencodable(byteOffset: Int, bytes: [UInt8])
  /// A token id without a token.
  case unknownToken(id: Int32, count: Int)
  /// A chat cannot be rendered.
  case chat(problem: String)

  public var description: String {
    switch self {
    case .corruptFile(let path, let offset, let problem):
      "\(path)\(offset.map { ", byte \($0)" } ?? ""): \(problem); "
        + "the tokenizer is damaged or incomplete, fetch it again"
    case .unsupported(let path, let part):
      "\(path): \(part) is not supported; tokenize elsewhere and pass --tokens"
    case .unencodable(let offset, let bytes):
      "the text has at byte \(offset) what the vocabulary cannot express: "
        + bytes.prefix(8).map { "0x" + String($0, radix: 16, uppercase: true) }
        .joined(separator: " ")
    case .unknownToken(let id, let count):
      "there is no token \(id); the vocabulary has \(count) tokens"
    case .chat(let problem):
      problem
    }
  }
}
