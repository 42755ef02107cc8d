internal import Yams

/// Reads one YAML document into ``YAMLNode``.
///
/// Anchors are refused before parsing: aliases let a small file stand for an exponentially large
/// one ("billion laughs"), and a study needs none.
enum YAMLReader {
  static let maximumNodes = 200_000

  /// Returns `nil` when the document cannot be used; the reason is logged.
  static func read(_ file: BoundedFile, log: inout ProblemLog) -> YAMLNode? {
    if let place = firstAnchor(in: file.text) {
      log.error(
        file.name, place.line, place.column, "a word that starts with & is a YAML anchor",
        remedy: "anchors and aliases are not allowed: write the value out, or quote the text")
      return nil
    }
    do {
      guard let root = try Yams.compose(yaml: file.text, .basic) else {
        log.error(
          file.name, 1, nil, "the file is empty",
          remedy: "write it as the format's documentation says")
        return nil
      }
      var budget = maximumNodes
      return convert(root, file: file.name, budget: &budget, log: &log)
    } catch let error as YamlError {
      report(error, file: file.name, log: &log)
    } catch {
      log.error(file.name, nil, nil, "the YAML cannot be read", remedy: "check its syntax")
    }
    return nil
  }

  private static func convert(
    _ node: Node, file: String, budget: inout Int, log: inout ProblemLog
  ) -> YAMLNode? {
    budget -= 1
    let line = node.mark?.line ?? 1
    let column = node.mark?.column ?? 1
    guard budget >= 0 else {
      if budget == -1 {
        log.error(
          file, line, column, "the file holds more than \(maximumNodes) values",
          remedy: "check that this is the right file")
      }
      return nil
    }
    switch node {
    case .scalar(let scalar):
      return YAMLNode(
        content: .scalar(scalar.string, isPlain: scalar.style == .plain), line: line,
        column: column)
    case .sequence(let sequence):
      var elements: [YAMLNode] = []
      for element in sequence {
        guard let node = convert(element, file: file, budget: &budget, log: &log) else {
          return nil
        }
        elements.append(node)
      }
      return YAMLNode(content: .sequence(elements), line: line, column: column)
    case .mapping(let mapping):
      var entries: [YAMLNode.Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let scalar) = key else {
          log.error(
            file, key.mark?.line ?? line, key.mark?.column, "a key must be a word",
            remedy: "write key: value")
          return nil
        }
        guard let node = convert(value, file: file, budget: &budget, log: &log) else {
          return nil
        }
        entries.append(
          YAMLNode.Entry(
            key: scalar.string, line: scalar.mark?.line ?? line,
            column: scalar.mark?.column ?? 1, value: node))
      }
      return YAMLNode(content: .mapping(entries), line: line, column: column)
    case .alias:
      log.error(
        file, line, column, "aliases are not allowed", remedy: "write the value out")
      return nil
    }
  }

  private static func report(_ error: YamlError, file: String, log: inout ProblemLog) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      log.error(
        file, mark.line, mark.column, "the YAML cannot be read: \(problem)",
        remedy: "check indentation, colons and quotes here and in the line before")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.sorted().prefix(5).map(\.quotedForMessage).joined(separator: ", ")
      log.error(
        file, context.mark.line, context.mark.column, "the key \(keys) stands twice",
        remedy: "remove one of them")
    default:
      log.error(file, nil, nil, "the YAML cannot be read", remedy: "check its syntax")
    }
  }

  /// The place of the first `&name` that stands where a value could start. Text in quotes can be
  /// caught too; the remedy says so.
  private static func firstAnchor(in text: String) -> (line: Int, column: Int)? {
    var line = 1
    var column = 0
    var previous: UInt8 = 0x0A
    var anchor: (line: Int, column: Int)?
    let openers = Array(" \t\n[{,".utf8)
    for byte in text.utf8 {
      if let place = anchor {
        if byte > 0x20 { return place }
        anchor = nil
      }
      if byte & 0xC0 != 0x80 { column += 1 }
      if byte == UInt8(ascii: "&"), openers.contains(previous) { anchor = (line, column) }
      if byte == 0x0A {
        line += 1
        column = 0
      }
      previous = byte
    }
    return nil
  }
}
