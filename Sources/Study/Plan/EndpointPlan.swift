/// A server of somebody else's that answers chats, and how it is asked. Never holds a key.
public struct EndpointPlan: Hashable, Sendable, Identifiable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// `POST {base_url}/chat/completions`.
    case openai
    /// `POST {base_url}/api/chat`.
    case ollama
  }

  /// What the OpenAI API calls the bound on tokens: newer models refuse the older name.
  public enum TokenLimitKey: String, Hashable, Sendable, CaseIterable {
    case maximumTokens = "max_tokens"
    case maximumCompletionTokens = "max_completion_tokens"
  }

  public let id: String
  public let kind: Kind
  /// `http` or `https`, without query, fragment and user; the path is extended.
  public let baseURL: String
  public let model: String
  /// Name of the environment variable that holds the key; `nil` sends none.
  public let keyVariable: String?
  public let sendsSeed: Bool
  /// No part of the OpenAI API; vLLM, llama.cpp and Ollama take it.
  public let sendsTopK: Bool
  public let tokenLimitKey: TokenLimitKey
  /// Of one attempt, in seconds.
  public let timeoutSeconds: Double
  /// Attempts after the first one.
  public let retryCount: Int
  /// Requests at the same time.
  public let concurrency: Int
  public let maximumResponseBytes: Int

  public init(
    id: String, kind: Kind, baseURL: String, model: String, keyVariable: String? = nil,
    sendsSeed: Bool = true, sendsTopK: Bool? = nil, tokenLimitKey: TokenLimitKey = .maximumTokens,
    timeoutSeconds: Double = 120, retryCount: Int = 5, concurrency: Int = 4,
    maximumResponseBytes: Int = 4 << 20
  ) {
    self.id = id
    self.kind = kind
    self.baseURL = baseURL
    self.model = model
    self.keyVariable = keyVariable
    self.sendsSeed = sendsSeed
    self.sendsTopK = sendsTopK ?? (kind == .ollama)
    self.tokenLimitKey = tokenLimitKey
    self.timeoutSeconds = timeoutSeconds
    self.retryCount = retryCount
    self.concurrency = concurrency
    self.maximumResponseBytes = maximumResponseBytes
  }
}
