internal import CanonicalJSON
internal import Study

/// How a kind of server is asked and what it answers.
///
/// - Source: OpenAI API reference, "Create chat completion"; Ollama API, "Generate a chat
///   completion" with `stream` off.
struct ChatProtocol {
  let endpoint: EndpointPlan

  /// Appended to the path of the base address.
  var path: String {
    switch endpoint.kind {
    case .openai: "/chat/completions"
    case .ollama: "/api/chat"
    }
  }

  func body(_ request: ChatRequest) throws -> String {
    let messages: JSONValue = .array(
      request.messages.map { ["role": .string($0.role), "content": .string($0.content)] })
    var members: [String: JSONValue] = [
      "model": .string(endpoint.model), "messages": messages, "stream": false,
    ]
    var sampling: [String: JSONValue] = ["temperature": .number(request.temperature)]
    if let topP = request.topP { sampling["top_p"] = .number(topP) }
    if endpoint.sendsTopK, let topK = request.topK { sampling["top_k"] = .integer(Int64(topK)) }
    if endpoint.sendsSeed, let seed = request.seed { sampling["seed"] = .integer(Int64(seed)) }
    let limit = JSONValue.integer(Int64(request.maximumTokens))
    switch endpoint.kind {
    case .openai:
      sampling[endpoint.tokenLimitKey.rawValue] = limit
      members.merge(sampling) { first, _ in first }
    case .ollama:
      sampling["num_predict"] = limit
      members["options"] = .object(sampling)
    }
    return try JSONValue.object(members).canonicalText()
  }

  /// - Throws: ``EndpointError/Kind`` as ``Malformed`` with what is missing.
  func reply(_ body: [UInt8]) throws(Malformed) -> ChatReply {
    let document: JSONValue
    do { document = try JSONValue(parsing: body) } catch {
      throw Malformed("line \(error.line), column \(error.column): \(error.message)")
    }
    switch endpoint.kind {
    case .openai:
      guard let choice = document["choices"]?[0] else { throw Malformed("choices[0] is missing") }
      guard let text = choice["message"]?["content"]?.stringValue else {
        throw Malformed("choices[0].message.content is no text")
      }
      return ChatReply(
        text: text, model: document["model"]?.stringValue,
        fingerprint: document["system_fingerprint"]?.stringValue,
        ending: choice["finish_reason"]?.stringValue,
        promptTokens: document["usage"]?["prompt_tokens"]?.intValue,
        responseTokens: document["usage"]?["completion_tokens"]?.intValue)
    case .ollama:
      guard let text = document["message"]?["content"]?.stringValue else {
        throw Malformed("message.content is no text")
      }
      guard document["done"]?.boolValue == true else { throw Malformed("done is not true") }
      return ChatReply(
        text: text, model: document["model"]?.stringValue,
        ending: document["done_reason"]?.stringValue,
        promptTokens: document["prompt_eval_count"]?.intValue,
        responseTokens: document["eval_count"]?.intValue)
    }
  }

  struct Malformed: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
  }
}
