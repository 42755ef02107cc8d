public import CanonicalJSON
public import Statistics

/// The output object of one call: values, and a reason for each value that does not exist.
public struct ComputeOutput: Sendable {
  private var values: [String: JSONValue] = [:]
  private var reasons: [String: JSONValue] = [:]

  public init() {}

  /// A finite number; infinities become the strings `"Infinity"` and `"-Infinity"`, NaN an
  /// undefined value.
  public mutating func set(_ key: String, _ number: Double) {
    values[key] = Self.json(number)
    if number.isNaN { reasons[key] = "the computation has no finite result for this input" }
  }

  public mutating func set(_ key: String, _ measured: Measured<Double>) {
    switch measured {
    case .defined(let number): set(key, number)
    case .undefined(let reason): setUndefined(key, reason)
    }
  }

  public mutating func set(_ key: String, _ count: Int) { values[key] = .integer(Int64(count)) }
  public mutating func set(_ key: String, _ flag: Bool) { values[key] = .bool(flag) }
  public mutating func set(_ key: String, _ text: String) { values[key] = .string(text) }
  public mutating func set(_ key: String, _ value: JSONValue) { values[key] = value }

  public mutating func set(_ key: String, _ numbers: [Double]) {
    values[key] = .array(numbers.map(Self.json))
    if numbers.contains(where: \.isNaN) {
      reasons[key] = "some elements have no finite result for this input"
    }
  }

  public mutating func set(_ key: String, _ counts: [Int]) {
    values[key] = .array(counts.map { .integer(Int64($0)) })
  }

  public mutating func set(_ key: String, _ rows: [[Double]]) {
    values[key] = .array(rows.map { .array($0.map(Self.json)) })
  }

  /// An interval as the pair [lower, upper].
  public mutating func set(_ key: String, _ interval: Measured<Interval>) {
    switch interval {
    case .defined(let interval): set(key, [interval.lower, interval.upper])
    case .undefined(let reason): setUndefined(key, reason)
    }
  }

  /// An interval as two keys.
  public mutating func set(lower: String, upper: String, _ interval: Measured<Interval>) {
    set(lower, interval.map(\.lower))
    set(upper, interval.map(\.upper))
  }

  public mutating func setUndefined(_ key: String, _ reason: UndefinedReason) {
    values[key] = .null
    reasons[key] = .string("\(reason.code.rawValue): \(reason.description)")
  }

  /// The object; `reasons` is present only when something is undefined.
  public var json: JSONValue {
    var members = values
    if !reasons.isEmpty { members["reasons"] = .object(reasons) }
    return .object(members)
  }

  private static func json(_ number: Double) -> JSONValue {
    if number.isFinite { return .number(number) }
    if number.isNaN { return .null }
    return number > 0 ? "Infinity" : "-Infinity"
  }
}
