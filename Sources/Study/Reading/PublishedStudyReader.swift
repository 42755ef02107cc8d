internal import CanonicalJSON
internal import Provenance

/// Reads a published-study folder and collects every mistake in it.
struct PublishedStudyReader {
  let folder: String
  var log = ProblemLog()
  var files: [StudyFile] = []
  /// `nil` until the card has been read without errors.
  var card: StudyCard?

  init(folder: String) { self.folder = folder }

  mutating func read() -> StudyCheck {
    guard let names = FolderListing.names(of: folder) else {
      log.error(
        folder, nil, nil, "there is no such folder",
        remedy: "name the folder that holds study.yaml")
      return StudyCheck(study: nil, problems: log.problems)
    }
    warnOfUnknownFiles(names)
    if let document = yaml("study.yaml", presence: .required, schema: .publishedStudy) {
      card = readCard(document)
    }
    let tables = readTables()
    let claims = readClaims(tables)
    checkNotes(claims)
    guard !log.hasErrors, let card else {
      return StudyCheck(study: nil, problems: log.problems.sorted())
    }
    let study = PublishedStudy(
      id: card.id, title: card.title, citation: card.citation, language: card.language,
      versions: card.versions, model: card.model, design: card.design, sampling: card.sampling,
      classifier: card.classifier, auditor: card.auditor, limits: card.limits, cells: tables.cells,
      detection: tables.detection, grid: tables.grid, neurons: tables.neurons,
      summaries: tables.summaries, tests: tables.tests, validations: tables.validations,
      arithmetic: tables.arithmetic, liveness: tables.liveness, claims: claims,
      files: files.sorted { $0.path < $1.path })
    return StudyCheck(study: study, problems: log.problems.sorted())
  }

  /// `cell.csv` would be passed over in silence otherwise.
  private mutating func warnOfUnknownFiles(_ names: [String]) {
    let known = [Self.cardFile, Self.claimsFile] + RowReference.Table.allCases.map(\.fileName)
    for name in names where !known.contains(name) {
      guard name.hasSuffix(".csv") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") else {
        continue
      }
      let suggestion = name.closest(in: known).map { "did you mean \($0)? " } ?? ""
      log.warning(
        String(name.prefix(80)), nil, nil, "no table of this name belongs to the format",
        remedy: "\(suggestion)the files are \(known.joined(separator: ", "))")
    }
  }

  /// A document that satisfies its schema, or `nil`.
  mutating func yaml(
    _ name: String, presence: BoundedFile.Presence, schema: StudySchema
  ) -> YAMLNode? {
    guard let file = open(name, presence: presence, maximumBytes: 4 << 20),
      let node = YAMLReader.read(file, log: &log)
    else { return nil }
    let before = log.problems.count
    var validator = SchemaValidator(schema: schema.document, file: name)
    validator.validate(node, log: &log)
    return log.problems.count == before ? node : nil
  }

  mutating func table(
    _ name: String, required: [String], optional: [String] = []
  ) -> CSVTable? {
    guard let file = open(name, presence: .optional, maximumBytes: 64 << 20) else { return nil }
    return CSVTable(
      file, required: required, optional: optional + ["place", "quote"], log: &log)
  }

  private mutating func open(
    _ name: String, presence: BoundedFile.Presence, maximumBytes: Int
  ) -> BoundedFile? {
    let file = BoundedFile.read(
      folder: folder, name: name, presence: presence, maximumBytes: maximumBytes, log: &log)
    if let file {
      files.append(
        StudyFile(path: name, sha256: file.sha256.description, sizeBytes: file.sizeBytes))
    }
    return file
  }
}
