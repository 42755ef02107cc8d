import Study
import Testing

@Suite struct `Endpoints, spans and judge of a plan` {
  static let sections = """
    endpoints:
      - {id: local, kind: ollama, base_url: "http://localhost:11434", model: "qwen3:8b"}
      - {id: far, kind: openai, base_url: "https://example.org/v1", model: big, key_variable: BIG_KEY, timeout: 30, retries: 2, concurrency: 8, max_response_bytes: 65536, send_seed: false, token_limit_key: max_completion_tokens}
    spans: {endpoint: local, max_tokens: 20}
    judge: {kind: model, endpoint: far, gold: gold.jsonl, correct_rates: true}

    """

  private static func check(_ old: String = "", _ new: String = "") throws -> PlanCheck {
    var text = `Reading a plan`.complete + "\n" + sections
    text = text.replacing("sampling: {", with: "sampling: {endpoint: local, ")
    if !old.isEmpty { text = text.replacing(old, with: new) }
    let folder = try StudyFolder(["study.yaml": text])
    return withExtendedLifetime(folder) { StudyPlan.check(folder: folder.path) }
  }

  @Test func `are read with their defaults`() throws {
    let check = try Self.check()
    #expect(check.problems.map(\.description) == [])
    let plan = try #require(check.plan)
    #expect(
      plan.endpoints == [
        EndpointPlan(
          id: "local", kind: .ollama, baseURL: "http://localhost:11434", model: "qwen3:8b",
          sendsSeed: true, sendsTopK: true, timeoutSeconds: 120, retryCount: 5, concurrency: 4,
          maximumResponseBytes: 4 << 20),
        EndpointPlan(
          id: "far", kind: .openai, baseURL: "https://example.org/v1", model: "big",
          keyVariable: "BIG_KEY", sendsSeed: false, sendsTopK: false,
          tokenLimitKey: .maximumCompletionTokens, timeoutSeconds: 30, retryCount: 2,
          concurrency: 8, maximumResponseBytes: 65_536),
      ])
    #expect(plan.sampling.endpoint == "local" && plan.spans?.endpoint == "local")
    #expect(plan.spans?.maximumTokens == 20 && plan.judge?.maximumTokens == 16)
    #expect(plan.judge?.prompt == JudgePlan.defaultPrompt && plan.judgeName == "big")
    #expect(plan.inputPaths.contains("gold.jsonl"))
  }

  @Test func `decide what is registered, except how long and how often is waited`() throws {
    let plan = try #require(try Self.check().plan)
    func content(_ old: String, _ new: String) throws -> StudyPlan {
      try #require(try Self.check(old, new).plan)
    }
    #expect(
      try content("timeout: 30, retries: 2, concurrency: 8", "timeout: 60").registeredContent
        == plan.registeredContent)
    #expect(try content("BIG_KEY", "OTHER_KEY").registeredContent == plan.registeredContent)
    #expect(try content("model: big", "model: small").registeredContent != plan.registeredContent)
    #expect(
      try content("correct_rates: true", "correct_rates: false").registeredContent
        != plan.registeredContent)
  }

  struct Mistake: Sendable {
    let old: String
    let new: String
    let message: String
    let remedy: String
    var isError = true
  }

  static let mistakes: [Mistake] = [
    Mistake(
      old: "judge: {kind: model, endpoint: far", new: "judge: {kind: model, endpoint: fat",
      message: "unknown name \"fat\"", remedy: "did you mean far?"),
    Mistake(
      old: "https://example.org/v1", new: "ftp://example.org",
      message: "is no address of a server", remedy: "http(s)://host"),
    Mistake(
      old: "https://example.org/v1", new: "https://me:secret@example.org",
      message: "is no address of a server", remedy: "without user"),
    Mistake(
      old: "https://example.org/v1", new: "http://example.org/v1",
      message: "the key of far would travel unencrypted", remedy: "use https", isError: false),
    Mistake(
      old: "BIG_KEY", new: "sk-12345", message: "key_variable", remedy: ""),
    Mistake(
      old: "kind: model, endpoint: far, gold: gold.jsonl, correct_rates: true",
      new: "kind: rule, endpoint: far", message: "the rule judge has no endpoint",
      remedy: "write kind: model"),
    Mistake(
      old: "endpoint: far, gold", new: "endpoint: far, model: other, gold",
      message: "both an endpoint and a checkpoint",
      remedy: "leave judge.endpoint or judge.model out"),
    Mistake(
      old: "gold: gold.jsonl, ", new: "", message: "rates cannot be corrected without gold labels",
      remedy: "judge.gold"),
    Mistake(
      old: ", gold: gold.jsonl, correct_rates: true", new: "",
      message: "the judge is not validated", remedy: "judge.gold", isError: false),
    Mistake(
      old: "kind: model, endpoint: far, gold", new: "kind: model, gold",
      message: "the model under study judges itself", remedy: "judge.model", isError: false),
    Mistake(
      old: "spans: {endpoint: local",
      new: "spans: {endpoint: local, prompt: \"Which part of {response}?\"",
      message: "spans.prompt does not hold {question}", remedy: "write {question}"),
    Mistake(
      old: "- {id: far", new: "- {id: local", message: "endpoints names \"local\" twice",
      remedy: "give each its own id"),
    Mistake(
      old: "spans: {endpoint: local, max_tokens: 20}\n", new: "spans: {max_tokens: 20}\n",
      message: "endpoint", remedy: ""),
    Mistake(old: "retries: 2", new: "retries: -1", message: "retries", remedy: ""),
  ]

  @Test(arguments: mistakes)
  func `mistakes have their place and remedy`(_ mistake: Mistake) throws {
    let check = try Self.check(mistake.old, mistake.new)
    let problem = try #require(
      check.problems.first { $0.description.contains(mistake.message) },
      "\(check.problems.map(\.description))")
    #expect(problem.line != nil && problem.remedy.contains(mistake.remedy))
    #expect((check.plan == nil) == mistake.isError)
  }
}
