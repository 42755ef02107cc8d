/// Input that no statistic can be computed from. A quantity that merely does not exist for valid
/// input is ``Measured/undefined(_:)``, not an error.
public enum StatisticsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An argument is outside the range in which the method is defined.
  case argumentOutOfRange(argument: String, found: String, expected: String)
  /// Two arrays that describe the same units differ in length.
  case lengthMismatch(first: String, firstCount: Int, second: String, secondCount: Int)
  /// A value is NaN or infinite.
  case notFinite(argument: String, index: Int)
  /// The computation would need more memory or time than the stated bound.
  case tooLarge(what: String, found: Int, limit: Int)

  public var description: String {
    switch self {
    case .argumentOutOfRange(let argument, let found, let expected):
      "\(argument) is \(found); it must be \(expected)"
    case .lengthMismatch(let first, let firstCount, let second, let secondCount):
      "\(first) has \(firstCount) values and \(second) has \(secondCount); they must agree"
    case .notFinite(let argument, let index):
      "\(argument)[\(index)] is not a finite number; remove or mark the row as unscored"
    case .tooLarge(let what, let found, let limit):
      "\(what) would be \(found), above the limit of \(limit)"
    }
  }
}
