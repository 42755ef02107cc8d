internal import CanonicalJSON
internal import GRDB
internal import Provenance

extension RawStore {
  /// The most parts that are named one by one.
  private static let namedParts = 20

  /// Recomputes every hash: of each ledger record, of the chain, and of every part of the content
  /// against the last record. A changed row is named by its part and, for outcomes, by how the
  /// counts moved.
  /// - Throws: ``StoreError`` when the file cannot be read.
  public func verify() throws(StoreError) -> LedgerCheck {
    var problems: [String] = []
    let integrity = try read { try $0.rows("PRAGMA integrity_check(5)") { try $0.text(0) } }
    if integrity != ["ok"] { problems.append("SQLite: " + integrity.joined(separator: "; ")) }
    let records = try ledger()
    var previous: String?
    for (index, record) in records.enumerated() {
      let name = "ledger record \(record.position)"
      if SHA256Digest(of: record.text).hexadecimal != record.sha256 {
        problems.append("\(name): its text does not fit its hash")
      }
      if record.position != index + 1 || record.json["position"]?.intValue != record.position {
        problems.append("\(name): it stands in the wrong place, or a record before it is missing")
      }
      if record.previous != previous {
        problems.append("\(name): it does not follow the record before it")
      }
      previous = record.sha256
    }
    let parts = try contentParts()
    let contentHash = try attempt { try ContentReader.hash(parts) }
    if let last = records.last {
      if last.contentHash != contentHash { problems += Self.differences(last.parts, parts) }
    } else if !parts.isEmpty {
      problems.append("the store has rows and no ledger")
    }
    problems += try unrecordedSources(records)
    return LedgerCheck(
      recordCount: records.count, contentHash: contentHash, problems: problems)
  }

  /// Parts that differ between a record and the store, in words.
  static func differences(_ recorded: [ContentPart], _ found: [ContentPart]) -> [String] {
    func key(_ part: ContentPart) -> [String] { [part.study, part.kind] + part.key }
    let before = Dictionary(recorded.map { (key($0), $0) }, uniquingKeysWith: { $1 })
    let after = Dictionary(found.map { (key($0), $0) }, uniquingKeysWith: { $1 })
    var problems: [String] = []
    for name in Set(before.keys).union(after.keys).sorted(by: { $0.lexicographicallyPrecedes($1) })
    {
      switch (before[name], after[name]) {
      case (let old?, nil): problems.append("\(old): its \(old.rowCount) rows are gone")
      case (nil, let new?): problems.append("\(new): \(new.rowCount) rows are in no ledger record")
      case (let old?, let new?) where old.sha256 != new.sha256:
        var text = "\(new): rows were changed after they were recorded"
        if old.rowCount != new.rowCount { text += "; \(old.rowCount) rows are now \(new.rowCount)" }
        if let oldTrue = old.trueCount, let newTrue = new.trueCount, oldTrue != newTrue {
          text += "; \(oldTrue) true are now \(newTrue)"
        }
        problems.append(text)
      default: break
      }
    }
    if problems.isEmpty { problems.append("the content's hash is not the recorded one") }
    guard problems.count > namedParts else { return problems }
    return problems.prefix(namedParts) + ["… and \(problems.count - namedParts) more parts"]
  }

  /// Sources are outside the content hash: each must be an input of a record, digit for digit.
  private func unrecordedSources(_ records: [LedgerRecord]) throws(StoreError) -> [String] {
    var recorded: Set<String> = []
    for record in records {
      for input in record.json["inputs"]?.arrayValue ?? [] {
        recorded.insert("\(input["path"]?.stringValue ?? "") \(input["sha256"]?.stringValue ?? "")")
      }
    }
    let found = try read { database in
      try database.rows("SELECT path, sha256 FROM source ORDER BY path, sha256") { row in
        (path: try row.text(0), sha256: try row.digest(1)?.hexadecimal ?? "")
      }
    }
    return found.filter { !recorded.contains("\($0.path) \($0.sha256)") }
      .map { "source \($0.path): it is in no ledger record" }
  }

  /// Writes a compact copy: the same content and ledger always give the same bytes.
  /// - Throws: ``StoreError`` when `destination` exists or cannot be written.
  public func copy(to destination: String) throws(StoreError) {
    try attempt {
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "VACUUM INTO ?", arguments: [destination])
      }
    }
  }
}
