public import Statistics

/// Why a function of ``ComputeRegistry`` could not run on the JSON it was given.
public enum ComputeError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownFunction(name: String, nearest: String?)
  /// The input is no JSON object.
  case notAnObject(found: String)
  case missingField(field: String, expected: String)
  case unknownField(field: String, known: [String])
  /// `field` is a path such as `table[1][0]`.
  case wrongType(field: String, expected: String, found: String)
  case outOfRange(field: String, expected: String, found: String)
  case statistics(StatisticsError)

  public var description: String {
    switch self {
    case .unknownFunction(let name, let nearest):
      "there is no function \"\(name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
        + " (--list names all)"
    case .notAnObject(let found):
      "the input is \(found); it must be a JSON object with named fields"
    case .missingField(let field, let expected):
      "the field \"\(field)\" is missing; give \(expected)"
    case .unknownField(let field, let known):
      "the field \"\(field)\" is not used here; the fields are \(known.joined(separator: ", "))"
    case .wrongType(let field, let expected, let found):
      "\(field) is \(found); it must be \(expected)"
    case .outOfRange(let field, let expected, let found):
      "\(field) is \(found); it must be \(expected)"
    case .statistics(let error): error.description
    }
  }
}
