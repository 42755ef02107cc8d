extension StudyPlanReader {
  func readEndpoint(_ node: YAMLNode) -> EndpointPlan {
    EndpointPlan(
      id: node.string("id"), kind: node.choice("kind", otherwise: .openai),
      baseURL: node.string("base_url"), model: node.string("model"),
      keyVariable: node["key_variable"]?.text, sendsSeed: node["send_seed"]?.bool ?? true,
      sendsTopK: node["send_top_k"]?.bool,
      tokenLimitKey: node.choice("token_limit_key", otherwise: .maximumTokens),
      timeoutSeconds: node["timeout"]?.number ?? 120, retryCount: node["retries"]?.integer ?? 5,
      concurrency: node["concurrency"]?.integer ?? 4,
      maximumResponseBytes: node["max_response_bytes"]?.integer ?? 4 << 20)
  }

  func readSpans(_ node: YAMLNode) -> SpanPlan? {
    guard let endpoint = node["endpoint"]?.text else { return nil }
    return SpanPlan(
      endpoint: endpoint, prompt: node["prompt"]?.text ?? SpanPlan.defaultPrompt,
      maximumTokens: node["max_tokens"]?.integer ?? 64)
  }

  func readJudge(_ node: YAMLNode) -> JudgePlan {
    JudgePlan(
      kind: node.choice("kind", otherwise: .rule), endpoint: node["endpoint"]?.text,
      modelPath: node["model"]?.text, prompt: node["prompt"]?.text ?? JudgePlan.defaultPrompt,
      behaviourPrompt: node["behaviour_prompt"]?.text ?? JudgePlan.defaultBehaviourPrompt,
      maximumTokens: node["max_tokens"]?.integer ?? 16, gold: node["gold"]?.text,
      correctsRates: node["correct_rates"]?.bool ?? false)
  }

  /// What a schema cannot say of endpoints and of what asks them.
  mutating func checkEndpoints(_ plan: StudyPlan, _ root: YAMLNode) {
    checkUnique(root["endpoints"], section: "endpoints")
    let (sampling, spans, judge) = (root["sampling"], root["spans"], root["judge"])
    let names = plan.endpoints.map(\.id)
    let users = [sampling?["endpoint"], spans?["endpoint"], judge?["endpoint"]]
    for user in users { checkName(user, among: names, section: "endpoints") }
    let used = Set(users.compactMap { $0?.text })
    for (endpoint, node) in zip(plan.endpoints, root["endpoints"]?.elements ?? []) {
      check(endpoint, node)
      if !used.contains(endpoint.id) {
        warning(
          node, "the endpoint \(endpoint.id) is not used",
          "name it as endpoint of sampling, spans or judge, or leave it out")
      }
      if sampling?["endpoint"]?.text == endpoint.id, !endpoint.sendsTopK,
        let place = sampling?["top_k"]
      {
        warning(
          place, "top_k is not sent to \(endpoint.id): the OpenAI API has no such setting",
          "leave top_k out, or write send_top_k: true for a server that takes it")
      }
    }
    if let judge { check(judge, plan) }
    for (node, name, needed) in [
      (judge?["prompt"], "judge.prompt", JudgePlan.placeholders),
      (judge?["behaviour_prompt"], "judge.behaviour_prompt", JudgePlan.placeholders),
      (spans?["prompt"], "spans.prompt", JudgePlan.placeholders),
    ] {
      guard let node, let text = node.text else { continue }
      for placeholder in needed where !text.contains(placeholder) {
        error(
          node, "\(name) does not hold \(placeholder)",
          "write \(placeholder) where its text belongs")
      }
    }
  }

  private mutating func check(_ endpoint: EndpointPlan, _ node: YAMLNode) {
    guard let place = node["base_url"] else { return }
    guard let address = EndpointAddress(endpoint.baseURL) else {
      error(
        place, "\(endpoint.baseURL.quotedForMessage) is no address of a server",
        "write http(s)://host[:port][/path] without user, query and fragment")
      return
    }
    if endpoint.keyVariable != nil, !address.isEncrypted, !address.isLocal {
      warning(
        place, "the key of \(endpoint.id) would travel unencrypted",
        "use https, or leave key_variable out")
    }
  }

  private mutating func check(_ judge: YAMLNode, _ plan: StudyPlan) {
    let isModel = plan.judge?.kind == .model
    for key in ["endpoint", "model", "prompt", "behaviour_prompt", "max_tokens"] where !isModel {
      guard let place = judge[key] else { continue }
      error(
        place, "the rule judge has no \(key)", "write kind: model, or leave judge.\(key) out")
    }
    if let place = judge["model"], judge["endpoint"] != nil {
      error(
        place, "the judge is both an endpoint and a checkpoint",
        "leave judge.endpoint or judge.model out")
    }
    if judge["gold"] == nil {
      if plan.judge?.correctsRates == true {
        error(
          judge["correct_rates"] ?? judge, "rates cannot be corrected without gold labels",
          "name the file of judged responses as judge.gold")
      } else if isModel {
        warning(
          judge, "the judge is not validated: the report will say so",
          "name a file of responses that people judged as judge.gold")
      }
    }
    if isModel, judge["endpoint"] == nil, judge["model"] == nil {
      warning(
        judge, "the model under study judges itself",
        "name another checkpoint as judge.model, or an endpoint")
    }
  }
}

/// The parts of an address that a plan may hold.
struct EndpointAddress {
  let isEncrypted: Bool
  let host: String

  var isLocal: Bool { ["localhost", "127.0.0.1", "[::1]"].contains(host.lowercased()) }

  init?(_ text: String) {
    let scheme: String
    if text.hasPrefix("https://") {
      scheme = "https://"
    } else if text.hasPrefix("http://") {
      scheme = "http://"
    } else {
      return nil
    }
    isEncrypted = scheme == "https://"
    let rest = text.utf8.dropFirst(scheme.utf8.count)
    // Printable ASCII; no user, query, fragment or backslash.
    guard rest.allSatisfy({ (0x21...0x7E).contains($0) && !"@?#\\\"<>".utf8.contains($0) }) else {
      return nil
    }
    let place = rest.prefix { $0 != UInt8(ascii: "/") }
    let hostLength: Int
    if place.first == UInt8(ascii: "["), let end = place.firstIndex(of: UInt8(ascii: "]")) {
      hostLength = place.distance(from: place.startIndex, to: end) + 1
    } else {
      hostLength = place.prefix { $0 != UInt8(ascii: ":") }.count
    }
    let port = place.dropFirst(hostLength)
    if !port.isEmpty {
      guard port.first == UInt8(ascii: ":"),
        let number = Int(String(decoding: port.dropFirst(), as: UTF8.self)),
        (1...65_535).contains(number)
      else { return nil }
    }
    host = String(decoding: place.prefix(hostLength), as: UTF8.self)
    if host.isEmpty { return nil }
  }
}
