internal import Foundation
public import Study

/// Asks one endpoint: bounded, retried, in parallel, in the order of the requests.
///
/// Redirects are followed only to the same scheme, host and port and only when they keep the method
/// (307, 308): the key and the texts go nowhere else.
public final class EndpointClient: Sendable {
  public let endpoint: EndpointPlan
  private let retries: RetryPolicy
  private let url: URL
  private let key: String?
  private let shape: ChatProtocol
  private static let redirectLimit = 3
  private static let excerptLength = 200

  /// - Parameters:
  ///   - environment: where the variable of the key is looked up.
  ///   - retries: the endpoint's own count with the usual delays when `nil`.
  /// - Throws: ``EndpointError`` for an address that is none and a key that is not set.
  public init(
    _ endpoint: EndpointPlan, environment: [String: String], retries: RetryPolicy? = nil
  ) throws(EndpointError) {
    self.endpoint = endpoint
    self.retries = retries ?? RetryPolicy(count: endpoint.retryCount)
    shape = ChatProtocol(endpoint: endpoint)
    var base = Substring(endpoint.baseURL)
    while base.hasSuffix("/") { base.removeLast() }
    guard let url = URL(string: String(base) + shape.path), let host = url.host, !host.isEmpty,
      url.scheme == "http" || url.scheme == "https", url.user == nil, url.query == nil,
      url.fragment == nil
    else { throw EndpointError(endpoint: endpoint.id, kind: .badAddress(endpoint.baseURL)) }
    self.url = url
    if let variable = endpoint.keyVariable {
      guard let value = environment[variable], !value.isEmpty,
        value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
      else { throw EndpointError(endpoint: endpoint.id, kind: .missingKey(variable: variable)) }
      key = value
    } else {
      key = nil
    }
  }

  /// Answers requests in parallel.
  ///
  /// - Parameters:
  ///   - isCancelled: asked while waiting; `true` ends the work.
  ///   - finished: called on the calling thread as replies arrive, in any order, with the place of
  ///     the request.
  /// - Throws: the ``EndpointError`` of the first request in order that failed, when the requests on
  ///   their way have ended; what `finished` throws.
  public func answer(
    _ requests: [ChatRequest], isCancelled: @escaping @Sendable () -> Bool = { false },
    finished: (Int, ChatReply) throws -> Void
  ) throws {
    let connection = HTTPConnection(concurrency: endpoint.concurrency)
    defer { connection.close() }
    let queue = WorkQueue(count: requests.count)
    for _ in 0..<min(endpoint.concurrency, requests.count) {
      queue.startWorker { index in
        self.reply(to: requests[index], over: connection) {
          queue.isStopped || isCancelled()
        }
      }
    }
    defer { queue.stopAndWait() }
    while let (index, result) = queue.next() {
      if case .success(let reply) = result { try finished(index, reply) }
    }
    if let error = queue.firstError { throw error }
    if isCancelled() {
      throw EndpointError(endpoint: endpoint.id, kind: .interrupted)
    }
  }

  /// All replies, in the order of the requests.
  public func replies(to requests: [ChatRequest]) throws -> [ChatReply] {
    var replies = [ChatReply?](repeating: nil, count: requests.count)
    try answer(requests) { replies[$0] = $1 }
    return replies.compactMap { $0 }
  }

  // MARK: - One request

  private func reply(
    to request: ChatRequest, over connection: HTTPConnection, isCancelled: @escaping () -> Bool
  ) -> Result<ChatReply, EndpointError> {
    func failure(_ kind: EndpointError.Kind, _ attempts: Int) -> Result<ChatReply, EndpointError> {
      .failure(
        EndpointError(
          endpoint: endpoint.id, request: request.label, attempts: attempts, kind: kind))
    }
    let body: String
    do { body = try shape.body(request) } catch { return failure(.malformed("\(error)"), 0) }
    var attempt = 0
    while true {
      let (result, retryAfter) = exchange(body, over: connection, isCancelled: isCancelled)
      attempt += 1
      switch result {
      case .success(let reply): return .success(reply)
      case .failure(let kind):
        let error = EndpointError(
          endpoint: endpoint.id, request: request.label, attempts: attempt, kind: kind)
        guard error.isTransient, attempt <= retries.count else { return .failure(error) }
        let delay = retries.delay(
          after: attempt - 1, label: request.label, retryAfter: retryAfter)
        guard delay <= retries.patience else {
          return failure(.retryLater(seconds: delay), attempt)
        }
        guard Self.sleep(delay, isCancelled) else { return failure(.interrupted, attempt) }
      }
    }
  }

  /// One attempt, with the redirects of the same server.
  private func exchange(
    _ body: String, over connection: HTTPConnection, isCancelled: () -> Bool
  ) -> (Result<ChatReply, Failed>, retryAfter: Double?) {
    var headers = ["Content-Type": "application/json", "Accept": "application/json"]
    if let key { headers["Authorization"] = "Bearer " + key }
    var target = url
    for _ in 0...Self.redirectLimit {
      let answer: HTTPAnswer
      switch connection.post(
        target, headers: headers, body: body, timeout: endpoint.timeoutSeconds,
        limit: endpoint.maximumResponseBytes, isCancelled: isCancelled)
      {
      case .success(let value): answer = value
      case .failure(.tooLarge):
        return (.failure(.tooLarge(limit: endpoint.maximumResponseBytes)), nil)
      case .failure(.timeout): return (.failure(.timeout(seconds: endpoint.timeoutSeconds)), nil)
      case .failure(.cancelled): return (.failure(.interrupted), nil)
      case .failure(.notReached(let reason)): return (.failure(.notReached(reason)), nil)
      }
      switch answer.status {
      case 200:
        do { return (.success(try shape.reply(answer.body)), nil) } catch {
          return (.failure(.malformed(error.problem)), nil)
        }
      case 300..<400:
        switch redirect(answer, from: target) {
        case .success(let next): target = next
        case .failure(let kind): return (.failure(kind), nil)
        }
      default:
        return (
          .failure(.status(answer.status, excerpt: excerpt(answer.body))),
          RetryPolicy.seconds(
            retryAfter: answer.headers["retry-after"], date: answer.headers["date"])
        )
      }
    }
    return (.failure(.redirect(to: shown(target.absoluteString), reason: "too many in a row")), nil)
  }

  private func redirect(_ answer: HTTPAnswer, from url: URL) -> Result<URL, Failed> {
    let location = answer.headers["location"] ?? ""
    guard let next = URL(string: location, relativeTo: url)?.absoluteURL, !location.isEmpty else {
      return .failure(.redirect(to: shown(location), reason: "it names no address"))
    }
    func port(_ url: URL) -> Int { url.port ?? (url.scheme == "https" ? 443 : 80) }
    guard next.scheme == url.scheme, next.host?.lowercased() == url.host?.lowercased(),
      port(next) == port(url), next.user == nil
    else {
      return .failure(.redirect(to: shown(location), reason: "it is another server"))
    }
    guard answer.status == 307 || answer.status == 308 else {
      return .failure(
        .redirect(to: shown(location), reason: "status \(answer.status) drops the request's body"))
    }
    return .success(next)
  }

  /// Start of a server's text for a message: one line, printable, without the key.
  private func excerpt(_ body: [UInt8]) -> String {
    shown(String(decoding: body.prefix(4_096), as: UTF8.self))
  }

  private func shown(_ text: String) -> String {
    var text = text
    if let key { text = text.replacingOccurrences(of: key, with: "[key]") }
    var view = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(Self.excerptLength) {
      let isPlain: Bool
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
        .unassigned:
        isPlain = false
      default: isPlain = true
      }
      view.append(isPlain ? scalar : " ")
    }
    return String(view).trimmingCharacters(in: .whitespaces)
  }

  private static func sleep(_ seconds: Double, _ isCancelled: () -> Bool) -> Bool {
    let deadline = DispatchTime.now() + seconds
    while DispatchTime.now() < deadline {
      if isCancelled() { return false }
      let rest = Double(deadline.uptimeNanoseconds - DispatchTime.now().uptimeNanoseconds) / 1e9
      Thread.sleep(forTimeInterval: min(0.05, max(0, rest)))
    }
    return !isCancelled()
  }
}

extension EndpointClient {
  /// The kind of a failure, to be completed with its place.
  private typealias Failed = EndpointError.Kind
}

extension EndpointError.Kind: Error {}
