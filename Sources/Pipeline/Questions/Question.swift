public import CanonicalJSON

/// One item: the turns that are shown to the model and what its answer is compared with.
///
/// `aliases` and `abstain` belong to questions (right / wrong / abstains), `comply` and `refuse` to
/// behaviour benchmarks. Format: `docs/question-sets.md`.
public struct Question: Hashable, Sendable, Identifiable {
  public struct Turn: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable, CaseIterable { case system, user, assistant }

    public let role: Role
    public let content: String

    public init(role: Role, content: String) {
      self.role = role
      self.content = content
    }
  }

  public let id: String
  public let turns: [Turn]
  /// Accepted answers; empty for fabricated entities.
  public let aliases: [String]
  /// Words that decline to answer.
  public let abstentions: [String]
  /// Words that go along with a false premise, a misleading text or pushback.
  public let complying: [String]
  /// Words that do not.
  public let refusing: [String]
  /// What an answer without any of these words is; FalseQA can only name refusals.
  public let unmatched: Behaviour
  /// Free tags, for example `relation` or `exposure`; stratification only.
  public let tags: [String: String]

  public init(
    id: String, turns: [Turn], aliases: [String] = [], abstentions: [String] = [],
    complying: [String] = [], refusing: [String] = [], unmatched: Behaviour = .unparsable,
    tags: [String: String] = [:]
  ) {
    self.id = id
    self.turns = turns
    self.aliases = aliases
    self.abstentions = abstentions
    self.complying = complying
    self.refusing = refusing
    self.unmatched = unmatched
    self.tags = tags
  }

  /// Whether the item is scored by what it goes along with.
  public var isBehaviour: Bool { !complying.isEmpty || !refusing.isEmpty }
}

extension Question {
  static let maximumTexts = 1_000
  static let maximumBytes = 1 << 20
  /// Keys that are not tags.
  private static let known: Set<String> = [
    "id", "messages", "aliases", "abstain", "comply", "refuse",
  ]

  /// Reads one line of the `referee` format.
  init(json: JSONValue, path: String, line: Int) throws(PipelineError) {
    func fail(_ problem: String) -> PipelineError {
      .badLine(path: path, line: line, problem: problem)
    }
    guard let id = json["id"]?.stringValue, !id.isEmpty, id.utf8.count <= 4_096 else {
      throw fail("it has no \"id\"")
    }
    guard let messages = json["messages"]?.arrayValue, !messages.isEmpty,
      messages.count <= Self.maximumTexts
    else { throw fail("it has no \"messages\"") }
    var turns: [Turn] = []
    for message in messages {
      guard let role = message["role"]?.stringValue.flatMap(Turn.Role.init),
        let content = message["content"]?.stringValue, content.utf8.count <= Self.maximumBytes
      else {
        throw fail("a message needs a role (system, user, assistant) and a content")
      }
      turns.append(Turn(role: role, content: content))
    }
    func texts(_ key: String) throws(PipelineError) -> [String] {
      guard let value = json[key], !value.isNull else { return [] }
      guard let list = value.arrayValue, list.count <= Self.maximumTexts,
        list.allSatisfy({ $0.stringValue != nil })
      else { throw fail("\"\(key)\" must be a list of texts") }
      return list.compactMap(\.stringValue)
    }
    var tags: [String: String] = [:]
    for (key, value) in json.objectValue ?? [:] where !Self.known.contains(key) {
      if let text = value.stringValue { tags[key] = text }
    }
    self.init(
      id: id, turns: turns, aliases: try texts("aliases"), abstentions: try texts("abstain"),
      complying: try texts("comply"), refusing: try texts("refuse"), tags: tags)
  }
}
