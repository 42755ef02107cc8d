/// A YAML value with its place in the file. Scalars keep their text: what it means is decided by
/// the schema, never by YAML's own rules (`on` = true, `1:30` = 90, `010` = 8).
struct YAMLNode {
  struct Entry {
    let key: String
    let line: Int
    let column: Int
    let value: YAMLNode
  }

  enum Content {
    /// `isPlain`: written without quotes.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  let content: Content
  let line: Int
  let column: Int

  subscript(key: String) -> YAMLNode? { entry(key)?.value }

  func entry(_ key: String) -> Entry? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }
  }

  var elements: [YAMLNode] {
    if case .sequence(let elements) = content { elements } else { [] }
  }

  var entries: [Entry] { if case .mapping(let entries) = content { entries } else { [] } }

  /// The text of a scalar; `nil` for null and for containers.
  var text: String? {
    guard case .scalar(let text, _) = content, !isNull else { return nil }
    return text
  }

  /// `null`, `~` or nothing, unquoted.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// `true` or `false`, unquoted; nothing else is a truth value.
  var bool: Bool? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    return text == "true" ? true : text == "false" ? false : nil
  }

  /// A decimal number, unquoted: `12`, `-0.5`, `1e-4`. Not `010`, `1:30`, `0x10`, `.inf`, `1_000`.
  var number: Double? {
    guard case .scalar(let text, isPlain: true) = content, Self.isDecimal(text),
      let value = Double(text), value.isFinite
    else { return nil }
    return value
  }

  var integer: Int? {
    guard case .scalar(let text, isPlain: true) = content, Self.isDecimal(text),
      !text.contains(where: { ".eE".contains($0) })
    else { return nil }
    return Int(text)
  }

  private static func isDecimal(_ text: String) -> Bool {
    var bytes = Substring(text).utf8
    func digits() -> Int {
      let run = bytes.prefix { (0x30...0x39).contains($0) }.count
      bytes = bytes.dropFirst(run)
      return run
    }
    if bytes.first == UInt8(ascii: "-") { bytes = bytes.dropFirst() }
    let startsWithZero = bytes.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, whole == 1 || !startsWithZero else { return false }
    if bytes.first == UInt8(ascii: ".") {
      bytes = bytes.dropFirst()
      guard digits() > 0 else { return false }
    }
    if bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") {
      bytes = bytes.dropFirst()
      if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") {
        bytes = bytes.dropFirst()
      }
      guard digits() > 0 else { return false }
    }
    return bytes.isEmpty
  }

  /// Whether YAML 1.1 readers take the unquoted text for something else than text.
  var looksLikeAnotherType: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    if isNull || number != nil { return true }
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", ".nan", ".inf", "-.inf"]
    if words.contains(text.lowercased()) { return true }
    // 010, 1:30, 0x1F, 1_000: numbers of YAML 1.1.
    guard let first = text.utf8.first, (0x30...0x39).contains(first) || first == 0x2D else {
      return false
    }
    return text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || ":_-".utf8.contains($0) || $0 == UInt8(ascii: ".")
    } || text.hasPrefix("0x") || text.hasPrefix("0o") || text.hasPrefix("0b")
  }

  /// For messages: `text "on"`, `a list`.
  var described: String {
    switch content {
    case .scalar(let text, let isPlain):
      isNull ? "nothing" : isPlain ? text.quotedForMessage : "the text \(text.quotedForMessage)"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
