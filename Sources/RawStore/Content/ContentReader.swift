internal import CanonicalJSON
internal import Foundation
internal import GRDB
internal import Provenance

/// Reads the store in its one canonical order, which depends on names and values only: not on the
/// order of insertion, on row numbers or on VACUUM.
struct ContentReader {
  let database: Database
  let items: ItemNames
  /// `[code]`; `false` and `true` first.
  let classes: [String?]

  init(_ database: Database) throws {
    self.database = database
    items = try ItemNames(database)
    var classes = [String?](repeating: nil, count: 256)
    for (code, name) in try database.rows(
      "SELECT code, name FROM outcome_class", [], { ($0.integer(0), try $0.text(1)) })
    {
      guard (0...254).contains(code) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an outcome code is out of range")
      }
      classes[Int(code)] = name
    }
    self.classes = classes
  }

  /// Names of the studies, sorted by their UTF-8 bytes, with their numbers.
  func studies() throws -> [(id: Int64, name: String)] {
    try database.rows("SELECT id, name FROM study ORDER BY name") {
      ($0.integer(0), try $0.text(1))
    }
  }

  // MARK: - Outcomes

  /// The series of a study by arm, dose and replicate.
  func references(study: (id: Int64, name: String)) throws -> [SeriesRows.Reference] {
    try database.rows(
      "SELECT series.id, series.dose, series.replicate, benchmark, configuration, neuron_set, "
        + "is_control, endpoint, judge FROM series JOIN arm ON arm.id = series.arm "
        + "WHERE arm.study = ?", [study.id]
    ) { row in
      SeriesRows.Reference(
        id: row.integer(0), study: study.name,
        arm: Arm(
          benchmark: try row.text(3), configuration: try row.text(4), neuronSet: try row.text(5),
          isControl: row.integer(6) != 0, endpoint: try row.text(7), judge: try row.text(8)),
        dose: row.optionalDouble(1), replicate: Int(row.integer(2)))
    }.sorted {
      if $0.arm != $1.arm { return $0.arm < $1.arm }
      let (left, right) = ($0.dose ?? -.infinity, $1.dose ?? -.infinity)
      return left != right ? left < right : $0.replicate < $1.replicate
    }
  }

  func outcomeStatement() throws -> RawStatement {
    try RawStatement(
      database,
      "SELECT cell, outcome, response FROM outcome WHERE cell >= ?1 AND cell < ?2 ORDER BY cell")
  }

  // MARK: - Parts

  /// Every part of a study.
  func parts(study: (id: Int64, name: String)) throws -> [ContentPart] {
    let statement = try outcomeStatement()
    var parts: [ContentPart] = []
    for reference in try references(study: study) {
      parts.append(
        try SeriesRows(reference, items: items, classes: classes, statement: statement).part)
    }
    return parts + (try otherParts(study: study))
  }

  /// Every part that is not outcomes.
  func otherParts(study: (id: Int64, name: String)) throws -> [ContentPart] {
    try PartQuery.all.flatMap { try parts($0, study: study) }
  }

  private func parts(
    _ query: PartQuery, study: (id: Int64, name: String)
  ) throws -> [ContentPart] {
    var parts: [ContentPart] = []
    var key: [String]?
    var rows = CanonicalRows()
    func finish() {
      guard let key else { return }
      var finished = rows
      parts.append(
        ContentPart(
          study: study.name, kind: query.kind, key: key, rowCount: rows.count,
          sha256: finished.digest()))
    }
    let row = try RawStatement(database, query.sql, [study.id])
    while try row.step() {
      let next = try (0..<query.keyCount).map { try row.text(Int32($0)) }
      if next != key {
        finish()
        key = next
        rows = CanonicalRows()
      }
      rows.begin(try row.text(Int32(query.keyCount)))
      for column in Int32(query.keyCount + 1)..<row.columnCount {
        switch try row.value(column) {
        case .missing: rows.nextNull()
        case .integer(let number): rows.next(number)
        case .real(let number): rows.next(number)
        case .text(let text): rows.next(text)
        case .digest(let digest): rows.next(digest.hexadecimal)
        }
      }
      rows.end()
    }
    finish()
    return parts
  }

  // MARK: - Hashes

  /// The hash of a list of parts: of a matrix, a study or the store.
  static func hash(_ parts: [ContentPart]) throws -> String {
    try SHA256Hex(ofCanonical: .array(parts.map(\.json))).description
  }
}
