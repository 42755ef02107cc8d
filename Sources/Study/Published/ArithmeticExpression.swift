/// An expression of decimal numbers with `+ - * / ( )`, as written in `arithmetic.csv`.
public struct ArithmeticExpression: Hashable, Sendable {
  /// Where and why a text is no expression.
  public struct Failure: Error, Hashable, Sendable {
    /// 1-based, in characters.
    public let column: Int
    public let message: String
  }

  public let text: String
  /// The result; infinite or NaN after a division by zero.
  public let value: Double

  /// - Throws: ``Failure``; also for more than 400 characters or 50 nested parentheses.
  public init(parsing text: String) throws(Failure) {
    guard text.utf8.count <= 400 else {
      throw Failure(column: 1, message: "the expression is longer than 400 characters")
    }
    var parser = Parser(text: Array(text.utf8))
    value = try parser.wholeText()
    self.text = text
  }

  private struct Parser {
    let text: [UInt8]
    var position = 0
    var depth = 0

    mutating func wholeText() throws(Failure) -> Double {
      let value = try sum()
      guard peek() == nil else { throw failure("an operator is missing here") }
      return value
    }

    private mutating func sum() throws(Failure) -> Double {
      var value = try product()
      while let byte = peek(), byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
        position += 1
        let term = try product()
        value = byte == UInt8(ascii: "+") ? value + term : value - term
      }
      return value
    }

    private mutating func product() throws(Failure) -> Double {
      var value = try factor()
      while let byte = peek(), byte == UInt8(ascii: "*") || byte == UInt8(ascii: "/") {
        position += 1
        let next = try factor()
        value = byte == UInt8(ascii: "*") ? value * next : value / next
      }
      return value
    }

    private mutating func factor() throws(Failure) -> Double {
      guard let byte = peek() else { throw failure("a number is missing at the end") }
      if byte == UInt8(ascii: "-") {
        position += 1
        return -(try atom())
      }
      return try atom()
    }

    private mutating func atom() throws(Failure) -> Double {
      guard let byte = peek() else { throw failure("a number is missing at the end") }
      if byte == UInt8(ascii: "(") {
        guard depth < 50 else { throw failure("more than 50 nested parentheses") }
        position += 1
        depth += 1
        let value = try sum()
        guard peek() == UInt8(ascii: ")") else { throw failure("a closing parenthesis is missing") }
        position += 1
        depth -= 1
        return value
      }
      let start = position
      while position < text.count, isDigit(text[position]) { position += 1 }
      guard position > start else { throw failure("expected a number") }
      if position < text.count, text[position] == UInt8(ascii: ".") {
        position += 1
        let fraction = position
        while position < text.count, isDigit(text[position]) { position += 1 }
        guard position > fraction else { throw failure("a digit is missing after the point") }
      }
      guard let value = Double(String(decoding: text[start..<position], as: UTF8.self)) else {
        throw failure("expected a number")
      }
      return value
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private mutating func peek() -> UInt8? {
      while position < text.count, text[position] == 0x20 { position += 1 }
      return position < text.count ? text[position] : nil
    }

    private func failure(_ message: String) -> Failure {
      Failure(column: position + 1, message: message)
    }
  }
}
