import CanonicalJSON
import Endpoints
import Foundation
import Study
import TestSupport
import Testing

@Suite struct `Asking an endpoint` {
  static func plan(
    _ server: LocalServer, _ kind: EndpointPlan.Kind = .openai, path: String = "/v1",
    keyVariable: String? = nil, timeout: Double = 10, concurrency: Int = 4, limit: Int = 1 << 20
  ) -> EndpointPlan {
    EndpointPlan(
      id: "local", kind: kind, baseURL: server.address + path, model: "tiny",
      keyVariable: keyVariable, timeoutSeconds: timeout, concurrency: concurrency,
      maximumResponseBytes: limit)
  }

  static func client(
    _ plan: EndpointPlan, environment: [String: String] = [:], retries: Int = 0
  ) throws -> EndpointClient {
    try EndpointClient(
      plan, environment: environment, retries: RetryPolicy(count: retries, base: 0.01))
  }

  static func request(_ text: String = "Hi", label: String = "test/1") -> ChatRequest {
    ChatRequest(
      label: label, messages: [.init(role: "user", content: text)], temperature: 0.7, topP: 0.9,
      topK: 50, maximumTokens: 16, seed: 7)
  }

  /// An OpenAI answer with `text`.
  static func completion(_ text: String) -> LocalServer.Reply {
    let document: JSONValue = [
      "model": "tiny-2026", "system_fingerprint": "fp_1",
      "choices": [
        ["finish_reason": "stop", "message": ["role": "assistant", "content": .string(text)]]
      ], "usage": ["prompt_tokens": 3, "completion_tokens": 2],
    ]
    return LocalServer.Reply(body: (try? document.canonicalText()) ?? "")
  }

  static func failure(_ body: () throws -> Void) -> EndpointError? {
    do { try body() } catch { return error as? EndpointError }
    return nil
  }

  @Test func `OpenAI chat completions are asked and read as documented`() throws {
    let server = try LocalServer { _ in Self.completion("Paris") }
    let plan = Self.plan(server, keyVariable: "TEST_KEY")
    let reply = try Self.client(plan, environment: ["TEST_KEY": "sk-secret"])
      .replies(to: [Self.request()])
    #expect(
      reply == [
        ChatReply(
          text: "Paris", model: "tiny-2026", fingerprint: "fp_1", ending: "stop", promptTokens: 3,
          responseTokens: 2)
      ])
    let seen = try #require(server.requests.first)
    #expect(seen.method == "POST" && seen.path == "/v1/chat/completions")
    #expect(seen.headers["authorization"] == "Bearer sk-secret")
    #expect(seen.headers["content-type"] == "application/json")
    let expected: JSONValue = [
      "model": "tiny", "messages": [["role": "user", "content": "Hi"]], "stream": false,
      "temperature": 0.7, "top_p": 0.9, "max_tokens": 16, "seed": 7,
    ]
    #expect(try JSONValue(parsing: seen.body) == expected)
  }

  @Test func `Ollama chats are asked and read as documented`() throws {
    let server = try LocalServer { _ in
      LocalServer.Reply(
        body: """
          {"model":"tiny:1b","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant",\
          "content":"Rome"},"done":true,"done_reason":"length","prompt_eval_count":4,"eval_count":16}
          """)
    }
    let reply = try Self.client(Self.plan(server, .ollama, path: "/"))
      .replies(to: [Self.request()])
    #expect(
      reply == [
        ChatReply(
          text: "Rome", model: "tiny:1b", ending: "length", promptTokens: 4, responseTokens: 16)
      ])
    #expect(!reply[0].isComplete)
    let seen = try #require(server.requests.first)
    #expect(seen.path == "/api/chat" && seen.headers["authorization"] == nil)
    let expected: JSONValue = [
      "model": "tiny", "messages": [["role": "user", "content": "Hi"]], "stream": false,
      "options": ["temperature": 0.7, "top_p": 0.9, "top_k": 50, "num_predict": 16, "seed": 7],
    ]
    #expect(try JSONValue(parsing: seen.body) == expected)
  }

  @Test(arguments: [
    "", " \n\t leading and trailing \r\n", "<b onload=\"x\">&amp;</b><script>",
    "e\u{301} é 𝄞 👩‍👩‍👧 \u{202E}x",
    "nul \u{0} bell \u{7} escape \u{1B}[31m del \u{7F}", "\u{FEFF}\u{FFFE}\u{2028}",
    "\\u0041 \"quoted\"",
  ])
  func `text arrives verbatim`(_ text: String) throws {
    let server = try LocalServer { _ in Self.completion(text) }
    let reply = try #require(
      try Self.client(Self.plan(server)).replies(to: [Self.request()]).first)
    #expect(Array(reply.text.utf8) == Array(text.utf8))
    let kept = try JSONValue(parsing: try reply.json.canonicalText())
    #expect(ChatReply(json: kept).map { Array($0.text.utf8) } == Array(text.utf8))
  }

  @Test(arguments: [429, 500, 502, 503, 504])
  func `a busy server is asked again`(_ status: Int) throws {
    let server = try LocalServer { request in
      request.number < 2 ? LocalServer.Reply(status: status) : Self.completion("late")
    }
    let reply = try Self.client(Self.plan(server), retries: 3).replies(to: [Self.request()])
    #expect(reply.map(\.text) == ["late"])
    #expect(server.requests.count == 3)
    let bodies = server.requests.map(\.body)
    #expect(Set(bodies).count == 1)
  }

  @Test func `attempts end, and the error says where, how often and what to do`() throws {
    let server = try LocalServer { _ in LocalServer.Reply(status: 503, body: "loading") }
    let client = try Self.client(Self.plan(server), retries: 2)
    let error = try #require(Self.failure { _ = try client.replies(to: [Self.request()]) })
    #expect(server.requests.count == 3)
    #expect(error.isTransient)
    #expect(
      error.description
        == "endpoint local, test/1: status 503 (loading) after 3 attempts; run the same command "
        + "again later; finished requests are kept")
  }

  @Test(arguments: [400, 401, 404, 422])
  func `what is wrong is not asked again`(_ status: Int) throws {
    let server = try LocalServer { _ in LocalServer.Reply(status: status, body: "no") }
    let client = try Self.client(Self.plan(server), retries: 3)
    let error = try #require(Self.failure { _ = try client.replies(to: [Self.request()]) })
    #expect(server.requests.count == 1)
    #expect(error.kind == .status(status, excerpt: "no") && !error.isTransient)
  }

  @Test func `Retry-After is waited for, and too long a wait ends the run`() throws {
    let server = try LocalServer { request in
      request.number < 1
        ? LocalServer.Reply(status: 429, headers: ["Retry-After": "1"]) : Self.completion("ok")
    }
    let start = ContinuousClock.now
    _ = try Self.client(Self.plan(server), retries: 1).replies(to: [Self.request()])
    #expect(ContinuousClock.now - start >= .seconds(1))
    let patient = try LocalServer { _ in
      LocalServer.Reply(
        status: 429,
        headers: [
          "Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 10:49:37 GMT",
        ])
    }
    let error = Self.failure {
      _ = try Self.client(Self.plan(patient), retries: 3).replies(to: [Self.request()])
    }
    #expect(error?.kind == .retryLater(seconds: 7_200))
    #expect(patient.requests.count == 1)
  }

  @Test func `delays grow, have a bound and depend on the request alone`() {
    let policy = RetryPolicy(count: 9)
    for attempt in 0..<12 {
      let grown = min(60, 0.5 * pow(2, Double(attempt)))
      let delay = policy.delay(after: attempt, label: "a", retryAfter: nil)
      #expect(delay >= grown / 2 && delay < grown)
      #expect(delay == policy.delay(after: attempt, label: "a", retryAfter: nil))
      #expect(delay != policy.delay(after: attempt, label: "b", retryAfter: nil))
    }
  }

  @Test func `the same server may redirect, another one may not`() throws {
    let other = try LocalServer { _ in Self.completion("stolen") }
    let target = other.address + "/v1/chat/completions"
    let server = try LocalServer { request in
      switch request.path {
      case "/v1/chat/completions": LocalServer.Reply(status: 308, headers: ["Location": "/v2/chat"])
      case "/v2/chat": Self.completion("moved")
      case "/away/chat/completions": LocalServer.Reply(status: 307, headers: ["Location": target])
      case "/get/chat/completions":
        LocalServer.Reply(status: 302, headers: ["Location": "/v2/chat"])
      default: LocalServer.Reply(status: 307, headers: ["Location": request.path])
      }
    }
    let key = ["K": "secret"]
    func ask(_ path: String) throws -> [ChatReply] {
      try Self.client(Self.plan(server, path: path, keyVariable: "K"), environment: key, retries: 2)
        .replies(to: [Self.request()])
    }
    #expect(try ask("/v1").map(\.text) == ["moved"])
    #expect(server.requests[1].body == server.requests[0].body)
    #expect(server.requests[1].headers["authorization"] == "Bearer secret")
    let away = Self.failure { _ = try ask("/away") }
    #expect(away?.kind == .redirect(to: target, reason: "it is another server"))
    #expect(other.requests.isEmpty)
    let get = Self.failure { _ = try ask("/get") }
    #expect(
      get?.kind == .redirect(to: "/v2/chat", reason: "status 302 drops the request's body"))
    let loop = Self.failure { _ = try ask("/loop") }
    #expect(loop?.description.contains("too many in a row") == true)
  }

  @Test(arguments: [true, false])
  func `a body above the limit is refused`(_ announced: Bool) throws {
    let server = try LocalServer { _ in
      LocalServer.Reply(
        body: String(repeating: " ", count: 8 << 20), announcesLength: announced)
    }
    let client = try Self.client(Self.plan(server, limit: 100_000), retries: 3)
    let error = Self.failure { _ = try client.replies(to: [Self.request()]) }
    #expect(error?.kind == .tooLarge(limit: 100_000))
    #expect(server.requests.count == 1)
  }

  @Test func `a silent server is given up after the timeout, and tried again`() throws {
    let server = try LocalServer { request in
      var reply = Self.completion("awake")
      reply.delay = request.number == 0 ? 3 : 0
      return reply
    }
    let plan = Self.plan(server, timeout: 0.5)
    #expect(
      try Self.client(plan, retries: 1).replies(to: [Self.request()]).map(\.text) == ["awake"])
    let silent = try LocalServer { _ in LocalServer.Reply(delay: 3) }
    let start = ContinuousClock.now
    let error = Self.failure {
      _ = try Self.client(Self.plan(silent, timeout: 0.5)).replies(to: [Self.request()])
    }
    #expect(error?.kind == .timeout(seconds: 0.5))
    #expect(ContinuousClock.now - start < .seconds(2.5))
  }

  @Test(arguments: [
    ("{\"choices\":[", "line 1, column 13"), ("<html>", "line 1, column 1"), ("{}", "choices[0]"),
    ("{\"choices\":[{\"message\":{\"content\":null}}]}", "content is no text"),
    ("{\"choices\":[{\"message\":{\"content\":\"\\ud800\"}}]}", "line 1, column"),
  ])
  func `a body that is no completion is an error with its place`(
    _ body: String, _ problem: String
  ) throws {
    let server = try LocalServer { _ in LocalServer.Reply(body: body) }
    let error = Self.failure {
      _ = try Self.client(Self.plan(server), retries: 3).replies(to: [Self.request()])
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    #expect(server.requests.count == 1)
  }

  @Test func `nobody listening, no key and no address are errors`() throws {
    var port = 0
    do { port = try LocalServer { _ in LocalServer.Reply() }.port }
    let gone = EndpointPlan(
      id: "gone", kind: .openai, baseURL: "http://127.0.0.1:\(port)/v1", model: "m")
    let error = Self.failure {
      _ = try Self.client(gone).replies(to: [Self.request()])
    }
    #expect(error?.isTransient == true, "\(String(describing: error))")
    let keyed = EndpointPlan(
      id: "k", kind: .openai, baseURL: "https://example.org/v1", model: "m", keyVariable: "NO_KEY")
    #expect(
      throws: EndpointError(endpoint: "k", kind: .missingKey(variable: "NO_KEY"))
    ) { try Self.client(keyed) }
    for address in ["ftp://example.org", "example.org", "http://", "http://a:b@example.org"] {
      let plan = EndpointPlan(id: "a", kind: .openai, baseURL: address, model: "m")
      #expect(throws: EndpointError(endpoint: "a", kind: .badAddress(address))) {
        try Self.client(plan)
      }
    }
  }

  @Test func `a key that a server repeats is not shown`() throws {
    let server = try LocalServer { _ in
      LocalServer.Reply(status: 401, body: "bad key sk-secret\u{1B}[31m")
    }
    let client = try Self.client(
      Self.plan(server, keyVariable: "K"), environment: ["K": "sk-secret"])
    let error = try #require(Self.failure { _ = try client.replies(to: [Self.request()]) })
    #expect(error.kind == .status(401, excerpt: "bad key [key] [31m"))
  }

  @Test(arguments: [1, 3, 8])
  func `replies stand in the order of requests at any concurrency`(_ concurrency: Int) throws {
    let server = try LocalServer { request in
      let text = (try? JSONValue(parsing: request.body))?["messages"]?[0]?["content"]?.stringValue
      var reply = Self.completion("reply to " + (text ?? ""))
      reply.delay = Double(request.number * 7 % 5) * 0.01
      return reply
    }
    let client = try Self.client(Self.plan(server, concurrency: concurrency))
    let requests = (0..<24).map { Self.request("\($0)", label: "test/\($0)") }
    #expect(
      try client.replies(to: requests).map(\.text) == (0..<24).map { "reply to \($0)" })
    #expect(server.concurrency <= concurrency)
    #expect(concurrency == 1 || server.concurrency > 1)
  }

  @Test func `what is finished is handed over before an error`() throws {
    let server = try LocalServer { request in
      request.number < 5 ? Self.completion("ok") : LocalServer.Reply(status: 400)
    }
    let client = try Self.client(Self.plan(server, concurrency: 1))
    var finished: [Int] = []
    let error = Self.failure {
      try client.answer((0..<9).map { Self.request(label: "test/\($0)") }) { place, _ in
        finished.append(place)
      }
    }
    #expect(finished == [0, 1, 2, 3, 4])
    #expect(error?.request == "test/5")
    #expect(server.requests.count == 6)
  }

  @Test func `an interruption ends the waiting`() throws {
    let server = try LocalServer { _ in LocalServer.Reply(delay: 3) }
    let client = try Self.client(Self.plan(server))
    let start = ContinuousClock.now
    let error = Self.failure {
      try client.answer(
        [Self.request()], isCancelled: { ContinuousClock.now - start > .seconds(0.3) }
      ) { _, _ in }
    }
    #expect(error?.kind == .interrupted)
    #expect(ContinuousClock.now - start < .seconds(2))
  }
}
