/// Llama-3: `<|start_header_id|>role<|end_header_id|>\n\n…<|eot_id|>`.
///
/// From 3.1 on every conversation starts with a system message that names two dates. The second is
/// the day of the request when the template can ask for it; here it is the template's fixed date,
/// so that a prompt does not depend on the day.
/// - Source: the templates of Llama-3, 3.1, 3.2 and 3.3 Instruct. Oracle: Jinja2 on them.
struct Llama3Chat: Equatable, Sendable {
  var namesDates: Bool
  var date: String

  init(source: String) {
    namesDates = source.contains("Cutting Knowledge Date")
    date =
      source.firstMatch(of: #/date_string = "([^"]+)"/#).map { String($0.1) } ?? "26 Jul 2024"
  }

  func render(_ messages: [ChatMessage], addsPrompt: Bool) -> String {
    var text = "<|begin_of_text|>"
    var turns = messages[...]
    func turn(_ role: String, _ content: String) -> String {
      "<|start_header_id|>\(role)<|end_header_id|>\n\n\(content)<|eot_id|>"
    }
    if namesDates {
      var system = "Cutting Knowledge Date: December 2023\nToday Date: \(date)\n\n"
      if let first = turns.first, first.role == .system {
        system += first.content.trimmed()
        turns = turns.dropFirst()
      }
      text += turn("system", system)
    }
    for message in turns { text += turn(message.role.rawValue, message.content.trimmed()) }
    if addsPrompt { text += "<|start_header_id|>assistant<|end_header_id|>\n\n" }
    return text
  }
}
