internal import Foundation

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// What a server answered to one POST.
struct HTTPAnswer: Sendable {
  let status: Int
  /// Names in lower case.
  let headers: [String: String]
  let body: [UInt8]
}

/// POST requests to one server: no cookies, no cache, no stored credentials, no redirect that is
/// followed by itself, a bound on the body and on the time.
///
/// `@unchecked Sendable`: the exchanges are guarded by the lock.
final class HTTPConnection: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  enum Failure: Error, Equatable {
    case tooLarge, timeout, cancelled
    case notReached(String)
  }

  /// One request on its way. Guarded by the lock of the connection.
  private final class Exchange {
    var response: HTTPURLResponse?
    var body: [UInt8] = []
    var failure: Failure?
    let limit: Int
    let done = DispatchSemaphore(value: 0)

    init(limit: Int) { self.limit = limit }
  }

  private let lock = NSLock()
  private var exchanges: [Int: Exchange] = [:]
  private var session: URLSession?

  init(concurrency: Int) {
    super.init()
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil
    configuration.httpMaximumConnectionsPerHost = concurrency
    session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
  }

  /// Ends the session, which holds its delegate until then.
  func close() {
    session?.invalidateAndCancel()
    session = nil
  }

  /// - Parameters:
  ///   - timeout: seconds for the whole exchange.
  ///   - limit: bytes of the body at most.
  func post(
    _ url: URL, headers: [String: String], body: String, timeout: Double, limit: Int,
    isCancelled: () -> Bool
  ) -> Result<HTTPAnswer, Failure> {
    guard let session else { return .failure(.cancelled) }
    // The deadline below decides; the session's own clock counts whole seconds.
    var request = URLRequest(url: url, timeoutInterval: timeout.rounded(.up) + 5)
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    request.httpShouldHandleCookies = false
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let exchange = Exchange(limit: limit)
    let task = session.dataTask(with: request)
    lock.withLock { exchanges[task.taskIdentifier] = exchange }
    defer { lock.withLock { exchanges[task.taskIdentifier] = nil } }
    task.resume()
    let deadline = DispatchTime.now() + timeout
    while exchange.done.wait(timeout: min(deadline, .now() + 0.1)) == .timedOut {
      if isCancelled() {
        task.cancel()
        return .failure(.cancelled)
      }
      if DispatchTime.now() >= deadline {
        task.cancel()
        return .failure(.timeout)
      }
    }
    return lock.withLock {
      if let failure = exchange.failure { return .failure(failure) }
      guard let response = exchange.response else {
        return .failure(.notReached("no HTTP response"))
      }
      var names: [String: String] = [:]
      for (name, value) in response.allHeaderFields {
        if let name = name as? String, let value = value as? String {
          names[name.lowercased()] = value
        }
      }
      return .success(
        HTTPAnswer(status: response.statusCode, headers: names, body: exchange.body))
    }
  }

  // MARK: - URLSessionDataDelegate

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    // The client decides: a redirect is an answer like any other.
    lock.withLock { exchanges[task.taskIdentifier]?.response = response }
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    lock.withLock {
      exchanges[dataTask.taskIdentifier]?.response = response as? HTTPURLResponse
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isOver = lock.withLock {
      guard let exchange = exchanges[dataTask.taskIdentifier], exchange.failure == nil else {
        return false
      }
      guard exchange.body.count + data.count <= exchange.limit else {
        exchange.failure = .tooLarge
        exchange.body = []
        return true
      }
      exchange.body += data
      return false
    }
    if isOver { dataTask.cancel() }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    lock.withLock {
      guard let exchange = exchanges[task.taskIdentifier] else { return }
      let isRedirect = (300..<400).contains(exchange.response?.statusCode ?? 0)
      if let error, exchange.failure == nil, !isRedirect {
        exchange.failure =
          (error as? URLError)?.code == .timedOut
          ? .timeout : .notReached(error.localizedDescription)
      }
      exchange.done.signal()
    }
  }
}
