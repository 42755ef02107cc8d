public import CanonicalJSON
public import Statistics
public import Study

extension Evidence {
  /// `{label, text, value | null + reason, interval, style, method, sources}`.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "label": .string(label), "text": .string(text),
    ]
    if let method { members["method"] = .string(method) }
    if !sources.isEmpty { members["sources"] = .array(sources.map(\.json)) }
    switch value {
    case .number(let number, let style):
      members["style"] = .string(style.name)
      Self.add(number, to: &members)
    case .estimate(let number, let interval, let style):
      members["style"] = .string(style.name)
      Self.add(number, to: &members)
      members["interval"] = [
        "lower": .number(interval.lower), "upper": .number(interval.upper),
        "confidenceLevel": .number(interval.confidenceLevel),
        "method": .string(interval.method.rawValue),
      ]
    case .text(let words): members["value"] = .string(words)
    case .list(let items): members["value"] = .array(items.map(JSONValue.string))
    }
    return .object(members)
  }

  private static func add(_ number: Measured<Double>, to members: inout [String: JSONValue]) {
    switch number {
    case .defined(let value): members["value"] = .number(value)
    case .undefined(let reason):
      members["value"] = .null
      members["reason"] = reason.json
    }
  }
}

extension UndefinedReason {
  /// `{code, text}`.
  public var json: JSONValue {
    ["code": .string(code.rawValue), "text": .string(description)]
  }
}

extension NumberStyle {
  /// The name in JSON.
  public var name: String {
    switch self {
    case .percent: "percent"
    case .percentagePoints, .points: "percentage-points"
    case .pValue, .pStatement: "p"
    case .count: "count"
    case .decimal, .signed, .significant: "number"
    case .multiple: "multiple"
    case .scaled(let factor, _): "number × \(factor)"
    case .withoutInterval(let style): style.name
    }
  }
}

extension SourceReference {
  /// `{file, line, key}`.
  public var json: JSONValue {
    ["file": .string(file), "line": .integer(Int64(line)), "key": .string(key)]
  }
}

extension JSONValue {
  init(_ evidence: [String: Evidence]) { self = .object(evidence.mapValues(\.json)) }

  /// A text or null.
  init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
}
