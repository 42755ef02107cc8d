public import CanonicalJSON
public import Statistics

/// The input object of one call, read field by field with errors that name the field.
public struct ComputeArguments: Sendable {
  private let members: [String: JSONValue]

  /// Bound on the elements of one array, so that a hostile input cannot exhaust memory twice.
  public static let maximumElements = 4_000_000

  public init(_ input: JSONValue, declared: [ComputeInput]) throws(ComputeError) {
    guard case .object(var members) = input else {
      throw .notAnObject(found: Self.kind(of: input))
    }
    let known = declared.map(\.name)
    if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknownField(field: unknown, known: known)
    }
    for field in declared where members[field.name] == nil {
      if let value = field.defaultValue {
        members[field.name] = value
      } else if field.isRequired {
        throw .missingField(field: field.name, expected: field.kind)
      }
    }
    self.members = members
  }

  /// The raw value, or `nil` when an optional field is absent.
  public subscript(field: String) -> JSONValue? { members[field] }

  public func has(_ field: String) -> Bool { members[field].map { !$0.isNull } ?? false }

  // MARK: - Scalars

  public func number(_ field: String) throws(ComputeError) -> Double {
    try Self.number(try value(field), field)
  }

  public func number(
    _ field: String, in range: ClosedRange<Double>
  ) throws(ComputeError) -> Double {
    let number = try number(field)
    guard range.contains(number) else {
      throw .outOfRange(
        field: field, expected: "in \(range.lowerBound)...\(range.upperBound)", found: "\(number)")
    }
    return number
  }

  /// A number strictly between 0 and 1, as confidence and test levels are.
  public func level(_ field: String) throws(ComputeError) -> Double {
    let number = try number(field)
    guard number > 0, number < 1 else {
      throw .outOfRange(
        field: field, expected: "between 0 and 1, both excluded", found: "\(number)")
    }
    return number
  }

  public func probability(_ field: String) throws(ComputeError) -> Double {
    try number(field, in: 0...1)
  }

  public func integer(_ field: String, in range: ClosedRange<Int>) throws(ComputeError) -> Int {
    try Self.integer(try value(field), field, in: range)
  }

  /// A count: an integer in 0...10¹².
  public func count(
    _ field: String, upTo limit: Int = BinomialDistribution.maximumTrials
  ) throws(ComputeError) -> Int {
    try integer(field, in: 0...limit)
  }

  /// Any 64-bit seed; negative integers keep their bits.
  public func seed(_ field: String) throws(ComputeError) -> UInt64 {
    UInt64(bitPattern: Int64(try integer(field, in: Int.min...Int.max)))
  }

  public func string(_ field: String) throws(ComputeError) -> String {
    let value = try value(field)
    guard let text = value.stringValue else {
      throw .wrongType(field: field, expected: "a string", found: Self.kind(of: value))
    }
    return text
  }

  public func bool(_ field: String) throws(ComputeError) -> Bool {
    let value = try value(field)
    guard let flag = value.boolValue else {
      throw .wrongType(field: field, expected: "true or false", found: Self.kind(of: value))
    }
    return flag
  }

  // MARK: - Arrays

  public func numbers(_ field: String) throws(ComputeError) -> [Double] {
    try Self.numbers(try value(field), field)
  }

  public func counts(_ field: String) throws(ComputeError) -> [Int] {
    try Self.counts(try value(field), field)
  }

  /// Labels 0 and 1 (or false and true).
  public func labels(_ field: String) throws(ComputeError) -> [Bool] {
    var labels: [Bool] = []
    for (index, element) in try Self.elements(try value(field), field).enumerated() {
      if let flag = element.boolValue {
        labels.append(flag)
      } else {
        labels.append(try Self.integer(element, "\(field)[\(index)]", in: 0...1) == 1)
      }
    }
    return labels
  }

  public func matrix(_ field: String) throws(ComputeError) -> [[Double]] {
    var rows: [[Double]] = []
    for (index, row) in try Self.elements(try value(field), field).enumerated() {
      rows.append(try Self.numbers(row, "\(field)[\(index)]"))
    }
    return rows
  }

  public func countMatrix(_ field: String) throws(ComputeError) -> [[Int]] {
    var rows: [[Int]] = []
    for (index, row) in try Self.elements(try value(field), field).enumerated() {
      rows.append(try Self.counts(row, "\(field)[\(index)]"))
    }
    return rows
  }

  /// The members of an object of objects, in the order of their names.
  public func named(
    _ field: String, declared: [ComputeInput]
  ) throws(ComputeError) -> [(name: String, arguments: ComputeArguments)] {
    let value = try value(field)
    guard let members = value.objectValue else {
      throw .wrongType(field: field, expected: "an object", found: Self.kind(of: value))
    }
    var result: [(name: String, arguments: ComputeArguments)] = []
    for name in members.keys.sorted() {
      result.append((name, try ComputeArguments(members[name] ?? .null, declared: declared)))
    }
    return result
  }

  // MARK: - Reading one value

  private func value(_ field: String) throws(ComputeError) -> JSONValue {
    guard let value = members[field] else {
      throw .missingField(field: field, expected: "a value")
    }
    return value
  }

  public static func number(_ value: JSONValue, _ field: String) throws(ComputeError) -> Double {
    guard let number = value.doubleValue else {
      throw .wrongType(field: field, expected: "a number", found: kind(of: value))
    }
    return number
  }

  public static func integer(
    _ value: JSONValue, _ field: String, in range: ClosedRange<Int>
  ) throws(ComputeError) -> Int {
    guard let integer = value.intValue else {
      throw .wrongType(field: field, expected: "an integer", found: kind(of: value))
    }
    guard range.contains(integer) else {
      throw .outOfRange(
        field: field, expected: "in \(range.lowerBound)...\(range.upperBound)", found: "\(integer)")
    }
    return integer
  }

  static func elements(_ value: JSONValue, _ field: String) throws(ComputeError) -> [JSONValue] {
    guard let elements = value.arrayValue else {
      throw .wrongType(field: field, expected: "an array", found: kind(of: value))
    }
    guard elements.count <= maximumElements else {
      throw .outOfRange(
        field: field, expected: "an array of at most \(maximumElements) elements",
        found: "\(elements.count) elements")
    }
    return elements
  }

  static func numbers(_ value: JSONValue, _ field: String) throws(ComputeError) -> [Double] {
    var result: [Double] = []
    for (index, element) in try elements(value, field).enumerated() {
      result.append(try number(element, "\(field)[\(index)]"))
    }
    return result
  }

  static func counts(_ value: JSONValue, _ field: String) throws(ComputeError) -> [Int] {
    var result: [Int] = []
    for (index, element) in try elements(value, field).enumerated() {
      result.append(
        try integer(element, "\(field)[\(index)]", in: 0...BinomialDistribution.maximumTrials))
    }
    return result
  }

  /// What a value is, in words, for error messages.
  static func kind(of value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool: "true or false"
    case .integer(let integer): "the integer \(integer)"
    case .number(let number): "the number \(number)"
    case .string(let text): "the string \"\(text.prefix(40))\""
    case .array: "an array"
    case .object: "an object"
    }
  }
}
