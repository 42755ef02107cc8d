internal import CSQLite
internal import GRDB
public import Provenance

/// Appends rows inside one transaction of a ``RawStore``.
///
/// Rows belong to the source that was begun last. A row that the store has already is counted as
/// known; one that contradicts it is a ``RowConflict``, and the transaction will not commit.
public final class RowWriter {
  /// The most conflicts that are kept with their text; the rest is counted.
  static let keptConflicts = 20
  static let maximumNameBytes = 4_096

  let database: Database
  private var items = ByteInterner()
  /// `[index of items]`.
  private var itemIDs: [Int64] = []
  private var nextItemID: Int64 = 1
  private let insertItem: RawStatement
  var seriesIDs: [SeriesKey: Int64] = [:]
  private var classCodes: [String: Int64] = [:]
  let insertOutcome: RawStatement
  private let insertText: RawStatement
  private var sourceIDs: [SourceFile: Int64] = [:]
  private var nextSourceID: Int64

  /// Whether response texts are stored; their digests always are.
  public var keepsText = true
  public private(set) var conflicts: [RowConflict] = []
  public private(set) var conflictCount = 0
  /// Whether anything was added since the transaction began.
  private(set) var hasChanges = false
  private(set) var sources: [RecordedSource] = []

  /// The source that rows are being added from.
  private(set) var source: SourceFile?
  var sourceID: Int64 = 0
  private(set) var studyID: Int64 = 0
  /// Rows of the current source that the store had already.
  public private(set) var knownCount = 0
  /// Rows of the current source that were new.
  public private(set) var addedCount = 0

  var pending: [PendingOutcome] = []

  /// A source with its counts, for the ledger.
  struct RecordedSource {
    let file: SourceFile
    let acceptedCount: Int
    let skippedCount: Int
    let rejectedCount: Int
  }

  init(_ database: Database) throws {
    self.database = database
    insertItem = try RawStatement(database, "INSERT INTO item (id, name) VALUES (?1, ?2)")
    insertOutcome = try RawStatement(
      database,
      "INSERT INTO outcome (cell, outcome, response, source, line) VALUES (?1, ?2, ?3, ?4, ?5) "
        + "ON CONFLICT DO NOTHING")
    insertText = try RawStatement(
      database,
      "INSERT INTO response_text (sha256, text) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
    nextSourceID =
      try Int64.fetchOne(database, sql: "SELECT ifnull(max(id), 0) + 1 FROM source") ?? 1
    let names = try RawStatement(database, "SELECT id, name FROM item ORDER BY id")
    while try names.step() {
      let (_, isNew) = items.intern(names.bytes(1).assumingMemoryBound(to: UInt8.self))
      if isNew { itemIDs.append(names.integer(0)) }
      nextItemID = names.integer(0) + 1
    }
    for (code, name) in try database.rows(
      "SELECT code, name FROM outcome_class", [], { ($0.integer(0), try $0.text(1)) })
    {
      classCodes[name] = code
    }
  }

  // MARK: - Sources

  /// Starts a file; `false` when the same bytes were imported with the same parameters before, so
  /// that there is nothing to do.
  public func begin(_ file: SourceFile) throws -> Bool {
    let study = try studyID(named: file.study)
    let known = try Int64.fetchOne(
      database,
      sql: "SELECT id FROM source WHERE study = ? AND sha256 = ? AND format = ? AND parameters = ?",
      arguments: [study, file.sha256.data, file.format, file.parameters])
    guard known == nil else { return false }
    source = file
    studyID = study
    sourceID = nextSourceID
    nextSourceID += 1
    knownCount = 0
    addedCount = 0
    return true
  }

  /// Ends the file with the counts of its lines; the store keeps them.
  public func finish(acceptedCount: Int, skippedCount: Int, rejectedCount: Int) throws {
    try flush()
    guard let file = source else { return }
    try database.execute(
      sql: "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        sourceID, studyID, file.path, file.sha256.data, file.sizeBytes, file.format,
        file.parameters, acceptedCount, skippedCount, rejectedCount,
      ])
    hasChanges = true
    sources.append(
      RecordedSource(
        file: file, acceptedCount: acceptedCount, skippedCount: skippedCount,
        rejectedCount: rejectedCount))
    source = nil
  }

  /// Forgets a file that gave no rows.
  public func abandon() { source = nil }

  private func studyID(named name: String) throws -> Int64 {
    try checkName(name, of: "study")
    if let id = try Int64.fetchOne(
      database, sql: "SELECT id FROM study WHERE name = ?", arguments: [name])
    {
      return id
    }
    try database.execute(sql: "INSERT INTO study (name) VALUES (?)", arguments: [name])
    return database.lastInsertedRowID
  }

  // MARK: - Names

  /// The number of an item in this store.
  /// - Throws: ``StoreError/invalidRow(reason:)`` for an empty, overlong or malformed name.
  public func item(_ name: UnsafeBufferPointer<UInt8>) throws -> Int64 {
    let (index, isNew) = items.intern(name)
    if !isNew && itemIDs[index] > 0 { return itemIDs[index] }
    // The interner keeps a refused name: it has the number 0, and is refused each time.
    if isNew { itemIDs.append(0) }
    guard nextItemID <= 4_294_967_295 else {
      throw StoreError.tooMany(what: "items", limit: 4_294_967_295)
    }
    guard let text = String(validating: name, as: UTF8.self) else {
      throw StoreError.invalidRow(reason: "the item's name is not valid UTF-8")
    }
    try checkName(text, of: "item")
    insertItem.bind(1, nextItemID)
    insertItem.bindText(2, name)
    _ = try insertItem.run()
    itemIDs[index] = nextItemID
    nextItemID += 1
    return itemIDs[index]
  }

  public func item(_ name: String) throws -> Int64 {
    var name = name
    return try name.withUTF8 { try item($0) }
  }

  func checkName(_ name: String, of kind: String, mayBeEmpty: Bool = false) throws {
    let bytes = name.utf8
    guard mayBeEmpty || !bytes.isEmpty else {
      throw StoreError.invalidRow(reason: "the \(kind) has no name")
    }
    guard bytes.count <= Self.maximumNameBytes else {
      throw StoreError.invalidRow(
        reason: "the name of the \(kind) is longer than \(Self.maximumNameBytes) bytes")
    }
    guard !bytes.contains(0) else {
      throw StoreError.invalidRow(reason: "the name of the \(kind) holds a zero byte")
    }
  }

  /// The stored code of an outcome.
  public func code(_ outcome: Outcome) throws -> Int64 {
    switch outcome {
    case .scored(let value): return value ? 1 : 0
    case .unscored(let failure):
      if let code = classCodes[failure] {
        guard code > 1 else {
          throw StoreError.invalidRow(reason: "a class of failure cannot be called \(failure)")
        }
        return code
      }
      try checkName(failure, of: "class of failure")
      let code = Int64(classCodes.count)
      guard code <= 254 else { throw StoreError.tooMany(what: "classes of failure", limit: 253) }
      try database.execute(
        sql: "INSERT INTO outcome_class (code, name) VALUES (?, ?)", arguments: [code, failure])
      classCodes[failure] = code
      return code
    }
  }

  /// The digest of a response, whose text is stored unless ``keepsText`` is off.
  public func response(_ text: String) throws -> SHA256Digest {
    var text = text
    return try text.withUTF8 { bytes in
      let digest = SHA256Digest(of: UnsafeRawBufferPointer(bytes))
      if keepsText {
        try digest.withBytes { digestBytes in
          insertText.bindBlob(1, digestBytes)
          insertText.bindText(2, bytes)
          if try insertText.run() > 0 { hasChanges = true }
        }
      }
      return digest
    }
  }

  // MARK: - Counting

  func countAdded() {
    addedCount += 1
    hasChanges = true
  }

  func countKnown() { knownCount += 1 }

  func add(_ conflict: RowConflict) {
    conflictCount += 1
    if conflicts.count < Self.keptConflicts { conflicts.append(conflict) }
  }

  /// Where a stored row came from.
  func place(source id: Int64, line: Int64) throws -> RowPlace {
    if id == sourceID, let source { return RowPlace(path: source.path, line: Int(line)) }
    let path = try String.fetchOne(
      database, sql: "SELECT path FROM source WHERE id = ?", arguments: [id])
    return RowPlace(path: path ?? "unknown source", line: Int(line))
  }

  func here(_ line: Int) -> RowPlace { RowPlace(path: source?.path ?? "", line: line) }
}
