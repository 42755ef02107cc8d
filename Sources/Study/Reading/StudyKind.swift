/// What a `study.yaml` describes, told by its `kind:` line.
public enum StudyKind: String, Hashable, Sendable, CaseIterable {
  /// A published study, to be audited.
  case published
  /// The plan of a study, to be registered and run.
  case plan

  /// Reads `kind:` of the `study.yaml` in a folder, and nothing else.
  /// - Throws: ``StudyFormatErrors`` when the file is absent, no YAML or of another kind.
  public static func sniff(folder: String) throws(StudyFormatErrors) -> StudyKind {
    var log = ProblemLog()
    if let kind = read(folder: folder, log: &log) { return kind }
    throw StudyFormatErrors(problems: log.problems)
  }

  private static func read(folder: String, log: inout ProblemLog) -> StudyKind? {
    let name = PublishedStudyReader.cardFile
    guard
      let file = BoundedFile.read(
        folder: folder, name: name, presence: .required, maximumBytes: 4 << 20, log: &log),
      let root = YAMLReader.read(file, log: &log)
    else { return nil }
    let words = allCases.map(\.rawValue)
    let remedy = "write kind: \(words.joined(separator: " or kind: "))"
    guard let entry = root.entry("kind") else {
      log.error(name, root.line, root.column, "the document has no kind", remedy: remedy)
      return nil
    }
    guard let kind = entry.value.text.flatMap(StudyKind.init) else {
      log.error(
        name, entry.value.line, entry.value.column,
        "kind cannot be \(entry.value.described)", remedy: remedy)
      return nil
    }
    return kind
  }
}
