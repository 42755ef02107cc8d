extension RowMapping {
  /// A mapping is a few lines.
  private static let maximumBytes = 1 << 20

  /// Reads and checks a mapping file in YAML (of which JSON is a part).
  /// - Throws: ``StudyFormatErrors`` with the place of every mistake.
  public init(file path: String) throws(StudyFormatErrors) {
    var log = ProblemLog()
    guard let mapping = Self.read(path, log: &log), !log.hasErrors else {
      throw StudyFormatErrors(problems: log.problems)
    }
    self = mapping
  }

  private static func read(_ path: String, log: inout ProblemLog) -> RowMapping? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
    guard
      let file = BoundedFile.read(
        folder: folder.isEmpty ? "/" : folder, name: String(parts.last ?? ""),
        presence: .required, maximumBytes: maximumBytes, log: &log),
      let root = YAMLReader.read(file, log: &log)
    else { return nil }
    var validator = SchemaValidator(schema: StudySchema.rowMapping.document, file: file.name)
    validator.validate(root, log: &log)
    guard !log.hasErrors else { return nil }
    var fields: [Field] = []
    for node in root["fields"]?.elements ?? [] {
      guard let name = node["name"]?.text,
        let role = node["role"]?.text.flatMap(Role.init(rawValue:))
      else { continue }
      if fields.contains(where: { $0.role == role }) {
        log.error(
          file.name, node.line, node.column, "two columns have the role \(role.rawValue)",
          remedy: "keep one of them")
      }
      fields.append(field(node, name: name, role: role))
    }
    for role in [Role.item, .outcome] where !fields.contains(where: { $0.role == role }) {
      log.error(
        file.name, root.line, nil, "no column has the role \(role.rawValue)",
        remedy: "add a field with role: \(role.rawValue)")
    }
    var constants: [String: String] = [:]
    for entry in root["constants"]?.entries ?? [] { constants[entry.key] = entry.value.text }
    return RowMapping(
      delimiter: root["delimiter"]?.text.map { $0 == "tab" ? "\t" : $0 }, fields: fields,
      constants: constants)
  }

  private static func field(_ node: YAMLNode, name: String, role: Role) -> Field {
    func texts(_ key: String) -> [String]? {
      // `true` unquoted is the text true here.
      node[key].map { $0.elements.map { $0.text ?? "" } }
    }
    var unscored: [String: String]?
    if let entries = node["unscored"]?.entries {
      unscored = [:]
      for entry in entries { unscored?[entry.key] = entry.value.text ?? "not-judged" }
    }
    return Field(
      name: name, role: role, trueValues: texts("trueValues") ?? Field.defaultTrueValues,
      falseValues: texts("falseValues") ?? Field.defaultFalseValues,
      unscored: unscored ?? Field.defaultUnscored)
  }
}
