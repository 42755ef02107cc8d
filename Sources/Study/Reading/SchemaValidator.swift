internal import CanonicalJSON

/// Checks a YAML document against a JSON Schema (draft 2020-12, the keywords that the schemas of
/// this repository use) and reports every violation with its place.
///
/// Keywords: `type`, `enum`, `const`, `required`, `properties`, `additionalProperties`,
/// `propertyNames`, `maxProperties`, `pattern`, `minLength`, `maxLength`, `minimum`, `maximum`,
/// `exclusiveMinimum`, `exclusiveMaximum`, `items`, `minItems`, `maxItems`, `uniqueItems`, `$ref`
/// into the same document. Annotations are skipped; a test refuses schemas with other keywords.
struct SchemaValidator {
  let root: JSONValue
  let file: String
  private var patterns: [String: Regex<AnyRegexOutput>] = [:]

  init(schema: JSONValue, file: String) {
    root = schema
    self.file = file
  }

  mutating func validate(_ node: YAMLNode, log: inout ProblemLog) {
    check(node, root, path: "", log: &log)
  }

  private mutating func check(
    _ node: YAMLNode, _ schema: JSONValue, path: String, log: inout ProblemLog
  ) {
    let schema = resolve(schema)
    let name = path.isEmpty ? "the document" : path
    guard checkType(node, schema, name: name, log: &log) else { return }
    if node.isNull { return }
    checkChoice(node, schema, name: name, log: &log)
    switch node.content {
    case .scalar: checkScalar(node, schema, name: name, log: &log)
    case .sequence(let elements):
      checkSequence(node, elements, schema, path: path, name: name, log: &log)
    case .mapping(let entries):
      checkMapping(node, entries, schema, path: path, name: name, log: &log)
    }
  }

  private func resolve(_ schema: JSONValue) -> JSONValue {
    guard let reference = schema["$ref"]?.stringValue else { return schema }
    var target: JSONValue? = root
    for part in reference.split(separator: "/").dropFirst() { target = target?[String(part)] }
    guard let target else { preconditionFailure("the schema has no \(reference)") }
    return resolve(target)
  }

  /// Returns whether the node has an allowed type; a wrong one makes the other checks moot.
  private func checkType(
    _ node: YAMLNode, _ schema: JSONValue, name: String, log: inout ProblemLog
  ) -> Bool {
    let types =
      schema["type"]?.arrayValue?.compactMap(\.stringValue)
      ?? schema["type"]?.stringValue.map { [$0] } ?? []
    guard !types.isEmpty, !types.contains(where: { has(node, type: $0) }) else { return true }
    let wanted = types.map(Self.typeName).joined(separator: " or ")
    var remedy = schema["description"]?.stringValue.map(Self.asRemedy) ?? "write \(wanted)"
    if types.contains("string"), node.looksLikeAnotherType, !node.isNull {
      remedy = "put it into quotes if it is meant as text"
    } else if types.contains("boolean"), case .scalar = node.content {
      remedy = "write true or false"
    } else if types.contains("number") || types.contains("integer"), case .scalar = node.content {
      remedy =
        "write a decimal number without quotes, leading zeros or units, for example 10"
        + (types.contains("number") ? " or 0.5" : "")
    }
    log.error(
      file, node.line, node.column, "\(name) must be \(wanted), found \(node.described)",
      remedy: remedy)
    return false
  }

  private func has(_ node: YAMLNode, type: String) -> Bool {
    switch (type, node.content) {
    case ("null", _): node.isNull
    case ("string", .scalar): !node.looksLikeAnotherType
    case ("boolean", _): node.bool != nil
    case ("number", _): node.number != nil
    case ("integer", _): node.integer != nil
    case ("array", .sequence), ("object", .mapping): true
    default: false
    }
  }

  private static func typeName(_ type: String) -> String {
    switch type {
    case "string": "text"
    case "boolean": "true or false"
    case "number": "a number"
    case "integer": "a whole number"
    case "array": "a list"
    case "object": "a mapping (key: value)"
    default: "empty"
    }
  }

  private static func asRemedy(_ description: String) -> String {
    "expected: " + (description.hasSuffix(".") ? String(description.dropLast()) : description)
  }

  private func checkChoice(
    _ node: YAMLNode, _ schema: JSONValue, name: String, log: inout ProblemLog
  ) {
    let choices = schema["enum"]?.arrayValue ?? schema["const"].map { [$0] }
    guard let choices, case .scalar(let text, _) = node.content else { return }
    let words = choices.map { choice in
      choice.stringValue ?? choice.intValue.map(String.init)
        ?? choice.boolValue.map { $0 ? "true" : "false" } ?? "null"
    }
    guard !words.contains(text) else { return }
    let suggestion = text.closest(in: words).map { "did you mean \($0)? " } ?? ""
    log.error(
      file, node.line, node.column, "\(name) cannot be \(text.quotedForMessage)",
      remedy: "\(suggestion)allowed: \(words.joined(separator: ", "))")
  }

  private mutating func checkScalar(
    _ node: YAMLNode, _ schema: JSONValue, name: String, log: inout ProblemLog
  ) {
    if let number = node.number {
      checkBounds(number, node, schema, name: name, log: &log)
    }
    guard case .scalar(let text, _) = node.content else { return }
    let length = text.unicodeScalars.count
    if let minimum = schema["minLength"]?.intValue, length < minimum {
      log.error(
        file, node.line, node.column, "\(name) is empty",
        remedy: schema["description"]?.stringValue.map(Self.asRemedy) ?? "write it")
    }
    if let maximum = schema["maxLength"]?.intValue, length > maximum {
      log.error(
        file, node.line, node.column, "\(name) has \(length) characters, at most \(maximum) fit",
        remedy: "shorten it")
      return
    }
    if let pattern = schema["pattern"]?.stringValue, !matches(text, pattern), length > 0 {
      log.error(
        file, node.line, node.column, "\(name) is not well formed: \(text.quotedForMessage)",
        remedy: schema["description"]?.stringValue.map(Self.asRemedy) ?? "it must match \(pattern)")
    }
  }

  private func checkBounds(
    _ number: Double, _ node: YAMLNode, _ schema: JSONValue, name: String, log: inout ProblemLog
  ) {
    let bounds: [(String, String, (Double, Double) -> Bool)] = [
      ("minimum", "at least", { $0 >= $1 }), ("maximum", "at most", { $0 <= $1 }),
      ("exclusiveMinimum", "above", { $0 > $1 }), ("exclusiveMaximum", "below", { $0 < $1 }),
    ]
    for (keyword, words, holds) in bounds {
      guard let bound = schema[keyword]?.doubleValue, !holds(number, bound) else { continue }
      log.error(
        file, node.line, node.column,
        "\(name) must be \(words) \(PrintedNumber.text(of: bound)), found \(node.described)",
        remedy: schema["description"]?.stringValue.map(Self.asRemedy) ?? "correct the number")
    }
  }

  private mutating func checkSequence(
    _ node: YAMLNode, _ elements: [YAMLNode], _ schema: JSONValue, path: String, name: String,
    log: inout ProblemLog
  ) {
    if let minimum = schema["minItems"]?.intValue, elements.count < minimum {
      log.error(
        file, node.line, node.column, "\(name) needs at least \(minimum) entries",
        remedy: schema["description"]?.stringValue.map(Self.asRemedy) ?? "add them")
    }
    if let maximum = schema["maxItems"]?.intValue, elements.count > maximum {
      log.error(
        file, node.line, node.column,
        "\(name) has \(elements.count) entries, at most \(maximum) fit",
        remedy: "shorten the list")
      return
    }
    if schema["uniqueItems"]?.boolValue == true {
      var seen: Set<String> = []
      for element in elements {
        guard let text = element.text, !seen.insert(text).inserted else { continue }
        log.error(
          file, element.line, element.column, "\(name) lists \(text.quotedForMessage) twice",
          remedy: "remove one of them")
      }
    }
    guard let items = schema["items"] else { return }
    for (index, element) in elements.enumerated() {
      check(element, items, path: "\(path)[\(index)]", log: &log)
    }
  }

  private mutating func checkMapping(
    _ node: YAMLNode, _ entries: [YAMLNode.Entry], _ schema: JSONValue, path: String, name: String,
    log: inout ProblemLog
  ) {
    let properties = schema["properties"]?.objectValue ?? [:]
    for key in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
    where node[key] == nil {
      log.error(
        file, node.line, node.column, "\(name) has no \(key)",
        remedy: properties[key].flatMap { resolve($0)["description"]?.stringValue }.map {
          "add \(key): \($0)"
        } ?? "add \(key)")
    }
    if let maximum = schema["maxProperties"]?.intValue, entries.count > maximum {
      log.error(
        file, node.line, node.column, "\(name) has \(entries.count) keys, at most \(maximum) fit",
        remedy: "remove some")
      return
    }
    let additional = schema["additionalProperties"]
    for entry in entries {
      let inner = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      if let property = properties[entry.key] {
        check(entry.value, property, path: inner, log: &log)
        continue
      }
      if additional?.boolValue == false {
        let known = properties.keys.sorted()
        let suggestion = entry.key.closest(in: known).map { "did you mean \($0)? " } ?? ""
        log.error(
          file, entry.line, entry.column,
          "unknown key \(entry.key.quotedForMessage) in \(name)",
          remedy: "\(suggestion)known: \(known.joined(separator: ", "))")
        continue
      }
      if let pattern = schema["propertyNames"]?["pattern"]?.stringValue,
        !matches(entry.key, pattern)
      {
        log.error(
          file, entry.line, entry.column,
          "the key \(entry.key.quotedForMessage) is not well formed",
          remedy: "use letters, digits and hyphens")
      }
      if let additional, additional.objectValue != nil {
        check(entry.value, additional, path: inner, log: &log)
      }
    }
  }

  private mutating func matches(_ text: String, _ pattern: String) -> Bool {
    if patterns[pattern] == nil {
      guard let compiled = try? Regex(pattern) else {
        preconditionFailure("the schema's pattern \(pattern) cannot be compiled")
      }
      patterns[pattern] = compiled.matchingSemantics(.unicodeScalar)
    }
    guard let regex = patterns[pattern] else { return false }
    return (try? regex.firstMatch(in: text)) != nil
  }
}
