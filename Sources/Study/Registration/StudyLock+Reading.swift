internal import CanonicalJSON

extension StudyLock {
  /// Reads `study.lock.json` of a plan's folder and checks it against its own hash.
  ///
  /// - Returns: `nil` when the folder has no lock.
  /// - Throws: ``StudyFormatErrors`` for a lock that cannot be read, of another schema, or whose
  ///   plan does not have the stated hash: it was changed after locking.
  public static func read(folder: String) throws(StudyFormatErrors) -> StudyLock? {
    var log = ProblemLog()
    guard
      let file = BoundedFile.read(
        folder: folder, name: Self.file, presence: .optional, maximumBytes: 16 << 20, log: &log)
    else {
      if log.hasErrors { throw StudyFormatErrors(problems: log.problems) }
      return nil
    }
    func failure(_ message: String, line: Int? = nil, column: Int? = nil) -> StudyFormatErrors {
      StudyFormatErrors(problems: [
        StudyProblem(
          file: Self.file, line: line, column: column, message: message,
          remedy: "restore the lock from version control; a changed plan needs a new lock")
      ])
    }
    let document: JSONValue
    do {
      document = try JSONValue(parsing: file.text)
    } catch {
      throw failure("the lock is no JSON: \(error.message)", line: error.line, column: error.column)
    }
    guard document["schema"]?.stringValue == Self.schema else {
      throw failure("the lock is not of the schema \(Self.schema)")
    }
    guard let content = document["plan"], content.objectValue != nil,
      let sha256 = document["sha256"]?.stringValue, let tool = document["tool"]?.stringValue,
      let time = document["locked_at"]?.stringValue.flatMap({ UTCTime($0) }),
      let inputs = document["inputs"]?.arrayValue
    else { throw failure("the lock lacks its plan, inputs, hash, time or tool") }
    let lock = StudyLock(
      content: content, sha256: sha256, lockedAt: time,
      revision: document["git"].flatMap { git in
        git["commit"]?.stringValue.map {
          Revision(commit: $0, isDirty: git["dirty"]?.boolValue ?? true)
        }
      }, tool: tool, timestampFile: document["timestamp_file"].flatMap(named),
      registry: document["registry"]?.stringValue, url: document["url"]?.stringValue,
      doi: document["doi"]?.stringValue, inputs: inputs.compactMap(named))
    guard let found = try? hash(content, lock.inputs), found == sha256 else {
      throw failure(
        "the locked plan does not have the hash \(sha256.prefix(64)) that the lock states")
    }
    return lock
  }

  private static func named(_ value: JSONValue) -> NamedFile? {
    value["path"]?.stringValue.map { NamedFile(path: $0, sha256: value["sha256"]?.stringValue) }
  }
}
