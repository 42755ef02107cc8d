/// A quantity that is either defined or undefined *for a stated reason*.
///
/// Referee never prints 0 or NaN for a number that does not exist. Every estimator whose answer may
/// not exist (AUROC with one class, kappa with one category, heterogeneity of one study) returns a
/// `Measured`. In JSON an undefined value is `null`, with its reason under `reasons`.
public enum Measured<Value> {
  case defined(Value)
  case undefined(UndefinedReason)

  /// The value, or `nil` when it is undefined.
  public var value: Value? {
    if case .defined(let value) = self { value } else { nil }
  }

  /// Why there is no value, or `nil` when there is one.
  public var reason: UndefinedReason? {
    if case .undefined(let reason) = self { reason } else { nil }
  }

  /// Transforms a defined value and passes an undefined one on with its reason.
  public func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Measured<Other> {
    switch self {
    case .defined(let value): .defined(try transform(value))
    case .undefined(let reason): .undefined(reason)
    }
  }

  /// Chains a computation that may itself be undefined.
  public func flatMap<Other>(
    _ transform: (Value) throws -> Measured<Other>
  ) rethrows -> Measured<Other> {
    switch self {
    case .defined(let value): try transform(value)
    case .undefined(let reason): .undefined(reason)
    }
  }
}

extension Measured: Sendable where Value: Sendable {}
extension Measured: Equatable where Value: Equatable {}
extension Measured: Hashable where Value: Hashable {}

extension Measured where Value == Double {
  /// A finite number is defined; NaN and infinities become undefined with the reason given.
  public init(finite number: Double, otherwise reason: @autoclosure () -> UndefinedReason) {
    self = number.isFinite ? .defined(number) : .undefined(reason())
  }
}

/// Why a quantity has no value: a closed code for programs and a sentence for people.
public struct UndefinedReason: Hashable, Sendable, CustomStringConvertible {
  /// The closed list of reasons. The raw value is what JSON shows.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    case emptyInput = "empty-input"
    case emptyArm = "empty-arm"
    case singleClass = "single-class"
    case noVariance = "no-variance"
    case singularCovariance = "singular-covariance"
    case noDiscordance = "no-discordance"
    case tooFew = "too-few"
    case boundary
    case zeroDenominator = "zero-denominator"
    case notReported = "not-reported"
    case notApplicable = "not-applicable"
    case outOfDomain = "out-of-domain"
    case notConverged = "not-converged"
    case tooLarge = "too-large"
  }

  public let code: Code
  /// One sentence without a full stop: what is missing, with the numbers found.
  public let description: String

  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
