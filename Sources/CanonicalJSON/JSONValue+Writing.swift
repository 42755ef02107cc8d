extension JSONValue {
  /// The canonical bytes: RFC 8785 (JCS). Keys in UTF-16 order, no blanks, shortest round-trip
  /// numbers in ECMAScript notation, minimal escapes. Equal values give equal bytes anywhere.
  ///
  /// Integers beyond ±2⁵³ keep all digits (JCS would round them).
  /// - Throws: ``JSONEncodingError/notFinite(path:)``.
  public func canonicalText() throws -> String {
    var text = ""
    try write(into: &text, indent: nil, depth: 0, path: "$")
    return text
  }

  /// The same order and the same numbers, indented by two blanks, for people. Ends with a newline.
  public func prettyText() throws -> String {
    var text = ""
    try write(into: &text, indent: 2, depth: 0, path: "$")
    return text + "\n"
  }

  private func write(
    into text: inout String, indent: Int?, depth: Int, path: String
  ) throws {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value):
      guard value.isFinite else { throw JSONEncodingError.notFinite(path: path) }
      text += Self.canonicalNumber(value)
    case .string(let value): Self.writeString(value, into: &text)
    case .array(let elements):
      if elements.isEmpty { text += "[]"; return }
      // Arrays of scalars stay on one line in the pretty form.
      let broken = indent != nil && elements.contains { $0.isContainer }
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += indent == nil || broken ? "," : ", " }
        if broken { Self.newline(into: &text, indent: indent, depth: depth + 1) }
        try element.write(
          into: &text, indent: indent, depth: depth + 1, path: "\(path)[\(index)]")
      }
      if broken { Self.newline(into: &text, indent: indent, depth: depth) }
      text += "]"
    case .object(let members):
      if members.isEmpty { text += "{}"; return }
      text += "{"
      let keys = members.keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
      for (index, key) in keys.enumerated() {
        if index > 0 { text += "," }
        Self.newline(into: &text, indent: indent, depth: depth + 1)
        Self.writeString(key, into: &text)
        text += indent == nil ? ":" : ": "
        try (members[key] ?? .null).write(
          into: &text, indent: indent, depth: depth + 1, path: "\(path).\(key)")
      }
      Self.newline(into: &text, indent: indent, depth: depth)
      text += "}"
    }
  }

  private var isContainer: Bool {
    switch self {
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    default: false
    }
  }

  private static func newline(into text: inout String, indent: Int?, depth: Int) {
    guard let indent else { return }
    text += "\n" + String(repeating: " ", count: indent * depth)
  }

  /// ECMAScript `Number::toString`: fixed notation for 1e-7 < |x| < 1e21, else exponent with sign.
  public static func canonicalNumber(_ value: Double) -> String {
    if value == 0 { return "0" }
    // Swift prints the shortest digits that round-trip, as ECMAScript does; only the layout differs.
    var digits = ""
    var exponent = 0
    let printed = "\(abs(value))"
    let parts = printed.split(separator: "e", omittingEmptySubsequences: false)
    if parts.count == 2 { exponent = Int(parts[1]) ?? 0 }
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    digits = String(whole + fraction)
    var point = whole.count + exponent
    while digits.hasPrefix("0") && digits.count > 1 {
      digits.removeFirst()
      point -= 1
    }
    while digits.hasSuffix("0") && digits.count > 1 { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    if point > 21 || point < -5 {
      let rest = digits.dropFirst()
      let power = point - 1
      return sign + String(digits.prefix(1)) + (rest.isEmpty ? "" : ".\(rest)")
        + "e" + (power < 0 ? "-" : "+") + String(abs(power))
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count {
      return sign + digits + String(repeating: "0", count: point - digits.count)
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  private static func writeString(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{08}": text += "\\b"
      case "\u{0C}": text += "\\f"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
