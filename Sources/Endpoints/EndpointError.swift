/// Why an endpoint gave no reply to a request.
public struct EndpointError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    case badAddress(String)
    case missingKey(variable: String)
    /// A status other than 200, with the start of the body.
    case status(Int, excerpt: String)
    /// A redirect that is not followed.
    case redirect(to: String, reason: String)
    case tooLarge(limit: Int)
    case timeout(seconds: Double)
    case notReached(String)
    /// A body that is not what the API documents.
    case malformed(String)
    /// The server asks to come back later than a run should wait.
    case retryLater(seconds: Double)
    case interrupted
  }

  public let endpoint: String
  /// What was asked, for example `sample/item-7/3`; empty before the first request.
  public let request: String
  public let attempts: Int
  public let kind: Kind

  public init(endpoint: String, request: String = "", attempts: Int = 0, kind: Kind) {
    self.endpoint = endpoint
    self.request = request
    self.attempts = attempts
    self.kind = kind
  }

  /// Whether the same command may succeed later without any change.
  public var isTransient: Bool {
    switch kind {
    case .status(let code, _): Self.retriedStatus.contains(code)
    case .timeout, .notReached, .retryLater: true
    default: false
    }
  }

  /// Too many requests and what servers say while they start, are busy or are restarted.
  static let retriedStatus: Set<Int> = [408, 425, 429, 500, 502, 503, 504, 529]

  public var description: String {
    let place = request.isEmpty ? "endpoint \(endpoint)" : "endpoint \(endpoint), \(request)"
    let after = attempts > 1 ? " after \(attempts) attempts" : ""
    let (problem, remedy) = words
    return "\(place): \(problem)\(after); \(remedy)"
  }

  private var words: (problem: String, remedy: String) {
    switch kind {
    case .badAddress(let text):
      ("\(text) is no address", "write base_url as http(s)://host[:port][/path]")
    case .missingKey(let variable):
      (
        "the environment variable \(variable) is not set",
        "set it to the key, or leave key_variable out"
      )
    case .status(let code, let excerpt):
      (
        "status \(code)" + (excerpt.isEmpty ? "" : " (\(excerpt))"),
        code == 401 || code == 403
          ? "check the key in the variable that key_variable names"
          : Self.retriedStatus.contains(code)
            ? "run the same command again later; finished requests are kept"
            : "check base_url, model and the settings that are sent"
      )
    case .redirect(let target, let reason):
      ("a redirect to \(target) is not followed: \(reason)", "name the final address as base_url")
    case .tooLarge(let limit):
      ("the response is larger than \(limit) bytes", "lower max_tokens or raise max_response_bytes")
    case .timeout(let seconds):
      (
        "no response within \(seconds) seconds",
        "raise timeout, or run the same command again; finished requests are kept"
      )
    case .notReached(let reason):
      ("it was not reached (\(reason))", "start the server, then run the same command again")
    case .malformed(let problem):
      ("the response is not a chat completion: \(problem)", "check kind and base_url")
    case .retryLater(let seconds):
      (
        "the server asks to wait \(Int(seconds)) seconds",
        "run the same command again then; finished requests are kept"
      )
    case .interrupted:
      ("interrupted", "run the same command again to go on; finished requests are kept")
    }
  }
}
