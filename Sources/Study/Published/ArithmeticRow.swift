/// A number that the text computes, with the expression that should give it.
public struct ArithmeticRow: Hashable, Sendable {
  public let id: String
  /// Integers, decimals, `+ - * / ( )`, for example `40*(256*512+512)`.
  public let expression: String
  public let printed: PrintedNumber
  public let source: SourceReference

  public init(
    id: String,
    expression: String,
    printed: PrintedNumber,
    source: SourceReference
  ) {
    self.id = id
    self.expression = expression
    self.printed = printed
    self.source = source
  }
}
