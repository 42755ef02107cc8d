import CanonicalJSON
import Tokenizer

/// A line of a prompt file that cannot be used.
struct PromptFileError: Error, CustomStringConvertible {
  let path: String
  let line: Int
  let problem: String

  var description: String { "\(path):\(line): \(problem)" }
}

/// Prompts as JSON Lines.
enum PromptFile {
  enum Content: Equatable {
    case text(String)
    case message(String)
    case conversation([ChatMessage])
  }

  struct Line {
    /// The `id`, or the number of the line.
    let item: String
    let content: Content
  }

  /// - Throws: ``PromptFileError``, ``FileAccessError``.
  static func lines(_ path: String) throws -> [Line] {
    var lines: [Line] = []
    var items: Set<String> = []
    let bytes = try FileAccess.read(path)
    let rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, row) in rows.enumerated() {
      func wrong(_ problem: String) -> PromptFileError {
        PromptFileError(path: path, line: index + 1, problem: problem)
      }
      if row.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      let value: JSONValue
      do throws(JSONError) { value = try JSONValue(parsing: row) } catch {
        throw wrong("no valid JSON: column \(error.column): \(error.message)")
      }
      let item =
        value["id"]?.stringValue ?? value["id"]?.intValue.map(String.init) ?? String(index + 1)
      guard items.insert(item).inserted else {
        throw wrong("the id \"\(item.prefix(60))\" stands twice; ids address random numbers")
      }
      if let text = value["prompt"]?.stringValue {
        lines.append(Line(item: item, content: .text(text)))
      } else if let text = value["chat_prompt"]?.stringValue {
        lines.append(Line(item: item, content: .message(text)))
      } else if let list = value["messages"]?.arrayValue {
        let messages = list.compactMap { message -> ChatMessage? in
          guard let role = ChatMessage.Role(rawValue: message["role"]?.stringValue ?? ""),
            let content = message["content"]?.stringValue
          else { return nil }
          return ChatMessage(role: role, content: content)
        }
        guard messages.count == list.count else {
          throw wrong("a message needs a role (system, user or assistant) and a content")
        }
        lines.append(Line(item: item, content: .conversation(messages)))
      } else {
        throw wrong("it needs \"prompt\", \"chat_prompt\" or \"messages\"")
      }
    }
    guard !lines.isEmpty else {
      throw PromptFileError(path: path, line: 1, problem: "the file holds no prompt")
    }
    return lines
  }
}
