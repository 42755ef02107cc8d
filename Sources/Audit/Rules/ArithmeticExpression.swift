/// Evaluates `40*(256*512+512)`: decimal numbers, `+ - * /`, parentheses.
///
/// Grammar: sum = product (("+" | "-") product)*; product = factor (("*" | "/") factor)*;
/// factor = "-" factor | number | "(" sum ")".
package struct ArithmeticExpression {
  /// Longest expression and deepest nesting accepted from a file.
  static let limits = (characters: 500, depth: 50)

  private let characters: [Character]
  private var position = 0
  private var depth = 0

  private init(_ text: String) { characters = text.filter { !$0.isWhitespace }.map { $0 } }

  /// The value, or `nil` when the text is not an expression or divides by zero.
  package static func value(of text: String) -> Double? {
    guard text.utf8.count <= limits.characters else { return nil }
    var parser = ArithmeticExpression(text)
    guard let value = parser.sum(), parser.position == parser.characters.count, value.isFinite
    else { return nil }
    return value
  }

  private mutating func sum() -> Double? {
    guard var total = product() else { return nil }
    while let sign = take(["+", "-", "\u{2212}"]) {
      guard let next = product() else { return nil }
      total = sign == "+" ? total + next : total - next
    }
    return total
  }

  private mutating func product() -> Double? {
    guard var total = factor() else { return nil }
    while let sign = take(["*", "/", "\u{00D7}"]) {
      guard let next = factor() else { return nil }
      if sign == "/" {
        guard next != 0 else { return nil }
        total /= next
      } else {
        total *= next
      }
    }
    return total
  }

  private mutating func factor() -> Double? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.limits.depth else { return nil }
    if take(["-", "\u{2212}"]) != nil { return factor().map { -$0 } }
    if take(["("]) != nil {
      guard let inner = sum(), take([")"]) != nil else { return nil }
      return inner
    }
    let start = position
    while position < characters.count,
      characters[position].isASCII, characters[position].isNumber || characters[position] == "."
    {
      position += 1
    }
    let digits = String(characters[start..<position])
    guard let first = digits.first, let last = digits.last, first != ".", last != "." else {
      return nil
    }
    return Double(digits)
  }

  private mutating func take(_ accepted: Set<Character>) -> Character? {
    guard position < characters.count, accepted.contains(characters[position]) else { return nil }
    defer { position += 1 }
    return characters[position]
  }
}
