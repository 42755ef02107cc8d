import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// A small study whose responses, spans and verdicts come from a server on the loopback address.
@Suite(.serialized) struct EndpointRunTests {
  /// Training questions with what the server answers.
  struct Item: Sendable {
    let id: String
    let line: String
    let question: String
    let alias: String
    let response: String
  }

  static let verbatim = "It is Nowhere <b>&amp; e\u{301} 𝄞 \u{202E}\u{7}\u{0}.\r\n"

  static func items(_ count: Int) throws -> [Item] {
    let path = Repository.root.appending(path: "data/reference-model/questions/training.jsonl")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").prefix(count)
    return try lines.enumerated().map { index, line in
      let json = try JSONValue(parsing: String(line))
      let alias = json["aliases"]?[0]?.stringValue ?? ""
      return Item(
        id: json["id"]?.stringValue ?? "", line: String(line),
        question: json["messages"]?[0]?["content"]?.stringValue ?? "", alias: alias,
        response: index == 1
          ? verbatim : index % 2 == 0 ? "It is \(alias)." : "It is Elsewhere \(index).")
    }
  }

  static func reply(_ text: String) -> LocalServer.Reply {
    let document: JSONValue = [
      "model": "tiny-v2", "system_fingerprint": "fp_7",
      "choices": [["finish_reason": "stop", "message": ["content": .string(text)]]],
    ]
    return LocalServer.Reply(body: (try? document.canonicalText()) ?? "")
  }

  /// Answers from the words of the request alone.
  static func answer(_ request: LocalServer.Request, _ items: [Item]) -> LocalServer.Reply {
    guard let body = try? JSONValue(parsing: request.body),
      let text = body["messages"]?[0]?["content"]?.stringValue
    else { return LocalServer.Reply(status: 400) }
    if let item = items.first(where: { $0.question == text }) { return reply(item.response) }
    let asked = items.first { text.contains($0.question) }
    guard let asked else { return LocalServer.Reply(status: 404) }
    if text.hasPrefix("You judge") {
      if asked.id == items[2].id { return reply("I think so") }
      return reply(text.contains("Answer: It is \(asked.alias).") ? "RIGHT" : " wrong.\n")
    }
    if asked.id == items[4].id { return reply("something else") }
    return reply(String(asked.response.dropFirst(6).prefix { $0 != "." }))
  }

  static func plan(_ address: String, concurrency: Int = 4) -> String {
    """
    kind: plan
    schema_version: 1
    study: {id: through-an-endpoint, title: Through an endpoint}
    questions:
      - {id: Q1, text: "Does it transfer?"}
    hypotheses:
      - id: H1
        question: Q1
        statement: Detection transfers.
        analysis: detection
        detection_sets: [held-out]
        smallest_effect_of_interest: 0.1
        family: confirmatory
        interpretation: {supported: It does., refuted: It does not., inconclusive: Unknown.}
    design:
      model: {path: \(Repository.root.appending(path: "data/reference-model").path)}
      alphas: [1]
      no_op_alpha: 1
      seed: 5
    endpoints:
      - {id: local, kind: openai, base_url: "\(address)/v1", model: tiny, concurrency: \(concurrency), retries: 1}
    sampling: {questions: training.jsonl, endpoint: local, responses: 3, temperature: 0.8, max_tokens: 32}
    spans: {endpoint: local}
    judge: {kind: model, endpoint: local, gold: gold.jsonl, correct_rates: true}
    classifier: {rows: 1-vs-1, c_grid: [0.1, 1], folds: 3}
    detection:
      sets: [{id: held-out, file: held-out.jsonl}]
      random_sets: 2
    limits: Made for a test.

    """
  }

  private final class Scratch {
    let path = NSTemporaryDirectory() + "referee-endpoint-" + UUID().uuidString

    init(_ items: [Item], plan: String) throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try write(plan, to: "study.yaml")
      try write(items.prefix(40).map(\.line).joined(separator: "\n") + "\n", to: "training.jsonl")
      try write(
        items.dropFirst(40).map(\.line).joined(separator: "\n") + "\n", to: "held-out.jsonl")
      let gold = try items.prefix(24).enumerated().map { index, item in
        var members = try JSONValue(parsing: item.line).objectValue ?? [:]
        members["response"] = .string(item.response)
        // People disagree with the server on the fifth and the sixth.
        members["label"] = .string(
          (index % 2 == 0) != (index == 4 || index == 5) ? "right" : "wrong")
        return try JSONValue.object(members).canonicalText()
      }
      try write(gold.joined(separator: "\n") + "\n", to: "gold.jsonl")
    }

    func write(_ text: String, to name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func run(_ scratch: Scratch, _ out: String, until: String) throws -> RefereeRun {
    try RefereeRun([
      "run", scratch.path, "--out", scratch.path + "/" + out, "--quiet", "--until", until,
    ])
  }

  /// Sealed rows of a stage.
  private func rows(_ scratch: Scratch, _ out: String, _ stage: String) throws -> [JSONValue] {
    let stages = scratch.path + "/" + out + "/stages"
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: stages).first {
        $0.hasPrefix(stage + "-")
      })
    let text = try String(contentsOfFile: "\(stages)/\(name)/rows.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test func `a study runs through a server, from responses to the report`() throws {
    let items = try Self.items(60)
    let server = try LocalServer { Self.answer($0, items) }
    let scratch = try Scratch(items, plan: Self.plan(server.address))
    let check = try RefereeRun(["study", "check", scratch.path])
    #expect(check.status == 0, "\(check.errors)\(check.output)")
    let whole = try run(scratch, "run", until: "store")
    #expect(whole.status == 0, "\(whole.errors)")
    let samples = try rows(scratch, "run", "sample")
    #expect(samples.count == 40)
    // Verbatim, scalar by scalar.
    let kept = try #require(samples[1]["responses"]?[0])
    #expect(kept["text"]?.stringValue.map { Array($0.utf8) } == Array(Self.verbatim.utf8))
    #expect(kept["reply"]?["model"] == "tiny-v2" && kept["reply"]?["fingerprint"] == "fp_7")
    let filtered = try rows(scratch, "run", "filter")
    #expect(filtered[0]["judgements"] == ["right", "right", "right"])
    #expect(filtered[1]["judgements"] == ["wrong", "wrong", "wrong"])
    #expect(filtered[1]["verdicts"]?[0]?["text"] == " wrong.\n")
    #expect(filtered[2]["judgements"] == ["no-verdict", "no-verdict", "no-verdict"])
    #expect(filtered[2]["outcome"] == "unscored")
    let spans = try rows(scratch, "run", "spans")
    #expect(spans[0]["span"]?.stringValue == items[0].alias)
    #expect(spans[0]["method"] == "model" && (spans[0]["answer"]?.arrayValue?.count ?? 0) > 0)
    let lost = try #require(spans.first { $0["item"]?.stringValue == items[4].id })
    #expect(lost["reason"] == "span-not-verbatim" && lost["answer"] == [])
    let report = try RefereeRun([
      "render", scratch.path + "/run/raw.sqlite", "--plan", scratch.path, "--out",
      scratch.path + "/report",
    ])
    #expect(report.status == 0, "\(report.errors)")
    let html = try String(
      contentsOfFile: scratch.path + "/report/report.html", encoding: .utf8)
    for words in [
      "judge-labels-answers", "judge-rates-answers", "Rogan", "tiny-v2", "fp_7",
      server.address + "/v1",
    ] { #expect(html.contains(words), "\(words)") }
    // Of 24 labels 12 are right: 10 found, 1 missed, 1 unscored; 12 are wrong: 11 found.
    let findings = try JSONValue(
      parsing: try String(contentsOfFile: scratch.path + "/report/findings.json", encoding: .utf8))
    func value(_ id: String, _ key: String) -> Double {
      let analysis = (findings["analyses"]?.arrayValue ?? []).first(where: {
        $0["id"]?.stringValue == id
      })
      return analysis?["evidence"]?[key]?["value"]?.doubleValue ?? .nan
    }
    #expect(abs(value("judge-validation/answers", "sensitivity") - 10.0 / 11) < 1e-12)
    #expect(abs(value("judge-validation/answers", "specificity") - 11.0 / 12) < 1e-12)
    #expect(abs(value("judge-validation/answers", "kappa") - 0.76) < 1e-12)
    // (19/39 + 11/12 − 1) / (10/11 + 11/12 − 1)
    let corrected = (19.0 / 39 + 11.0 / 12 - 1) / (10.0 / 11 + 11.0 / 12 - 1)
    #expect(abs(value("judge-rate/answers/1", "corrected") - corrected) < 1e-12)
    // Three responses to 40 training questions, and one to each of the 20 held out.
    let replies = (1...3).map { value("endpoint/sampling", "replies-\($0)") }
    #expect(replies.filter { !$0.isNaN }.reduce(0, +) == 140, "\(replies)")
    let asked = server.requests.count
    let again = try run(scratch, "run", until: "spans")
    #expect(again.output == "sample: stands\nfilter: stands\nspans: stands\n")
    #expect(server.requests.count == asked)
  }

  @Test func `concurrency changes no byte, and what was answered is not asked again`() throws {
    let items = try Self.items(60)
    let server = try LocalServer { request in
      var reply = Self.answer(request, items)
      reply.delay = Double(request.number * 13 % 7) * 0.002
      return reply
    }
    let one = try Scratch(items, plan: Self.plan(server.address, concurrency: 1))
    #expect(try run(one, "run", until: "spans").status == 0)
    let count = server.requests.count
    #expect(server.concurrency == 1)
    let many = try Scratch(items, plan: Self.plan(server.address, concurrency: 8))
    #expect(try run(many, "run", until: "spans").status == 0)
    #expect(server.requests.count == 2 * count && server.concurrency > 1)
    for stage in ["sample", "filter", "spans"] {
      #expect(try rows(one, "run", stage) == rows(many, "run", stage))
    }
    // Another setting is another result.
    try many.write(
      Self.plan(server.address).replacingOccurrences(of: "model: tiny,", with: "model: other,"),
      to: "study.yaml")
    #expect(try run(many, "run", until: "sample").output == "sample: done\n")
    #expect(server.requests.count > 2 * count)
  }

  @Test func `a run that a server ends goes on where it was`() throws {
    let items = try Self.items(60)
    let server = try LocalServer { request in
      (50..<54).contains(request.number)
        ? LocalServer.Reply(status: 503) : Self.answer(request, items)
    }
    let scratch = try Scratch(items, plan: Self.plan(server.address, concurrency: 1))
    let first = try run(scratch, "run", until: "spans")
    #expect(first.status == 75)
    #expect(first.errors.contains("endpoint local, sample/"), "\(first.errors)")
    #expect(first.errors.contains("status 503 after 2 attempts"), "\(first.errors)")
    #expect(server.requests.count == 52)
    #expect(try run(scratch, "run", until: "spans").status == 75)
    #expect(try run(scratch, "run", until: "spans").status == 0)
    let smooth = try Scratch(items, plan: Self.plan(server.address, concurrency: 1))
    let before = server.requests.count
    #expect(try run(smooth, "run", until: "spans").status == 0)
    #expect(before == server.requests.count - before + 4)
    for stage in ["sample", "filter", "spans"] {
      #expect(try rows(scratch, "run", stage) == rows(smooth, "run", stage))
    }
  }

  @Test func `a judge without gold labels is said not to be validated`() throws {
    let items = try Self.items(60)
    let server = try LocalServer { Self.answer($0, items) }
    let plan = Self.plan(server.address)
      .replacingOccurrences(of: ", gold: gold.jsonl, correct_rates: true", with: "")
    let scratch = try Scratch(items, plan: plan)
    let check = try RefereeRun(["study", "check", scratch.path])
    #expect(check.output.contains("the judge is not validated"))
    #expect(try run(scratch, "run", until: "store").status == 0)
    let report = try RefereeRun([
      "render", scratch.path + "/run/raw.sqlite", "--plan", scratch.path, "--out",
      scratch.path + "/report",
    ])
    #expect(report.status == 0, "\(report.errors)")
    let html = try String(contentsOfFile: scratch.path + "/report/report.html", encoding: .utf8)
    #expect(html.contains("is not validated"))
    #expect(!html.contains("judge-labels-answers"))
  }
}
