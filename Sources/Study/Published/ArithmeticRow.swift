/// A number that the text computes, with the expression that should give it.
///
/// The expression gives the plain number, whatever unit is printed: `1807/1864` for `96.9%`
/// (compare with ``PrintedNumber/proportion``).
public struct ArithmeticRow: Hashable, Sendable {
  public let id: String
  /// Integers, decimals, `+ - * / ( )`, for example `40*(256*512+512)`.
  public let expression: String
  public let printed: PrintedNumber
  /// How the text relates the printed number to the expression.
  public let relation: ArithmeticRelation
  public let source: SourceReference

  public init(
    id: String,
    expression: String,
    printed: PrintedNumber,
    relation: ArithmeticRelation = .equals,
    source: SourceReference
  ) {
    self.id = id
    self.expression = expression
    self.printed = printed
    self.relation = relation
    self.source = source
  }
}

/// What the text says about a computed number.
public enum ArithmeticRelation: String, Hashable, Sendable, CaseIterable {
  /// The printed number is the value, rounded to its printed digits.
  case equals
  /// "over 19 billion": the value is larger than the printed number.
  case over
  /// "fewer than 0.1 %": the value is smaller than the printed number.
  case under
}
