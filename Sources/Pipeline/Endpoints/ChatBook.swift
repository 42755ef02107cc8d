internal import CanonicalJSON
internal import Endpoints
internal import Model
internal import Study

/// What answers chats: somebody else's endpoint or a model of the own engine.
enum ChatSource {
  case endpoint(EndpointClient)
  case engine(TextModel, batchSize: Int)

  /// Everything that decides a reply beside the request.
  var identity: JSONValue {
    switch self {
    case .endpoint(let client): client.endpoint.json
    case .engine(let model, _): ["checkpoint": .string(model.digest)]
    }
  }

  func answer(
    _ requests: [ChatRequest], isCancelled: @escaping @Sendable () -> Bool,
    finished: (Int, ChatReply) throws -> Void
  ) throws {
    switch self {
    case .endpoint(let client):
      try client.answer(requests, isCancelled: isCancelled, finished: finished)
    case .engine(let model, let batchSize):
      for start in stride(from: 0, to: requests.count, by: max(1, batchSize)) {
        if isCancelled() { throw EndpointError(endpoint: "own engine", kind: .interrupted) }
        let part = start..<min(start + max(1, batchSize), requests.count)
        let replies = try Self.generate(requests[part], model)
        for (place, reply) in zip(part, replies) { try finished(place, reply) }
      }
    }
  }

  private static func generate(
    _ requests: ArraySlice<ChatRequest>, _ model: TextModel
  ) throws -> [ChatReply] {
    let generated = try requests.map { request in
      let question = Question(
        id: request.label,
        turns: request.messages.map {
          Question.Turn(role: Question.Turn.Role(rawValue: $0.role) ?? .user, content: $0.content)
        })
      return model.request(
        question, prompt: try model.prompt(question), maximumTokens: request.maximumTokens,
        sampling: request.temperature == 0
          ? .greedy
          : .random(
            temperature: request.temperature, topK: request.topK, topP: request.topP ?? 1),
        seed: UInt64(request.seed ?? 0), responseIndex: 0)
    }
    return try model.model.generate(generated, batchSize: generated.count).map {
      let response = try Response($0, tokenizer: model)
      return ChatReply(
        text: response.text, model: "sha256:" + model.digest,
        ending: response.isComplete ? "stop" : "length", responseTokens: response.tokens.count)
    }
  }
}

/// Replies of one source, each kept on disk the moment it is there: what was asked once is not asked
/// again, by this process or the next one.
final class ChatBook {
  private let source: ChatSource
  private let folder: StageFolder
  private let settings: RunSettings
  private var known: [String: JSONValue]

  /// Everything that decides the replies of the source.
  var identity: JSONValue { source.identity }

  /// - Parameters:
  ///   - folder: where books are; each source has a folder of its own in it.
  ///   - stage: the first stage that asks.
  init(_ source: ChatSource, in folder: String, stage: Stage, settings: RunSettings) throws {
    self.source = source
    self.settings = settings
    self.folder = try StageFolder(
      stage: stage, in: folder, parameters: source.identity, inputs: [:])
    known = try self.folder.finishedUnits()
  }

  /// Replies in the order of the requests; requests that are equal are asked once.
  func replies(to requests: [ChatRequest]) throws -> [ChatReply] {
    let digests = try requests.map { try $0.digest }
    var missing: [Int] = []
    var seen: Set<String> = []
    for (place, digest) in digests.enumerated()
    where known[digest] == nil && seen.insert(digest).inserted { missing.append(place) }
    do {
      try source.answer(missing.map { requests[$0] }, isCancelled: settings.isCancelled) {
        place, reply in
        let digest = digests[missing[place]]
        try folder.append([(digest, reply.json)])
        known[digest] = reply.json
      }
    } catch let error as EndpointError where error.kind == .interrupted {
      throw PipelineError.interrupted(
        stage: folder.stage.rawValue, done: digests.count { known[$0] != nil },
        total: requests.count)
    }
    return try digests.map { digest in
      guard let reply = known[digest].flatMap(ChatReply.init) else {
        throw PipelineError.damagedStage(folder: folder.path, problem: "a reply has no text")
      }
      return reply
    }
  }
}
