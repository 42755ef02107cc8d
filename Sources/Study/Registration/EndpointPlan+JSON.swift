public import CanonicalJSON

extension EndpointPlan {
  /// What decides replies: not the key's variable, nor how long and how often is waited.
  public var json: JSONValue {
    StudyPlan.object([
      ("id", .string(id)), ("kind", .string(kind.rawValue)), ("base_url", .string(baseURL)),
      ("model", .string(model)), ("send_seed", .bool(sendsSeed)),
      ("send_top_k", .bool(sendsTopK)), ("token_limit_key", .string(tokenLimitKey.rawValue)),
    ])
  }
}

extension SpanPlan {
  public var json: JSONValue {
    [
      "endpoint": .string(endpoint), "prompt": .string(prompt),
      "max_tokens": .integer(Int64(maximumTokens)),
    ]
  }
}

extension JudgePlan {
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("kind", .string(kind.rawValue)), ("gold", StudyPlan.text(gold)),
      ("correct_rates", .bool(correctsRates)),
    ]
    if kind == .model {
      members += [
        ("endpoint", StudyPlan.text(endpoint)), ("model", StudyPlan.text(modelPath)),
        ("prompt", .string(prompt)), ("behaviour_prompt", .string(behaviourPrompt)),
        ("max_tokens", .integer(Int64(maximumTokens))),
      ]
    }
    return StudyPlan.object(members)
  }
}
