internal import CanonicalJSON
internal import GRDB
internal import Provenance

extension RawStore {
  /// Calls `body` with every outcome row of the store as a line of canonical JSON, in the canonical
  /// order, with the place that it came from.
  public func forEachOutcomeLine(_ body: (String) throws -> Void) throws {
    var thrown: (any Error)?
    try read { database in
      let reader = try ContentReader(database)
      let statement = try RawStatement(
        database,
        """
        SELECT item.name, outcome_class.name, response, source.path, source.sha256, line, outcome
        FROM outcome JOIN item ON item.id = cell & 4294967295
          JOIN outcome_class ON outcome_class.code = outcome
          JOIN source ON source.id = outcome.source
        WHERE cell >= ?1 AND cell < ?2 ORDER BY item.name
        """)
      for study in try reader.studies() {
        for reference in try reader.references(study: study) {
          statement.bind(1, reference.id << 32)
          statement.bind(2, (reference.id &+ 1) << 32)
          while try statement.step() {
            let line = try Self.line(statement, reference)
            do { try body(line) } catch {
              thrown = error
              statement.reset()
              return
            }
          }
          statement.reset()
        }
      }
    }
    if let thrown { throw thrown }
  }

  private static func line(
    _ row: RawStatement, _ reference: SeriesRows.Reference
  ) throws -> String {
    let arm = reference.arm
    var members: [String: JSONValue] = [
      "study": .string(reference.study), "benchmark": .string(arm.benchmark),
      "configuration": .string(arm.configuration), "neuronSet": .string(arm.neuronSet),
      "isControl": .bool(arm.isControl), "endpoint": .string(arm.endpoint),
      "judge": .string(arm.judge), "dose": reference.dose.map(JSONValue.number) ?? .null,
      "replicate": .integer(Int64(reference.replicate)), "item": .string(try row.text(0)),
      "source": .string(try row.text(3)),
      "sourceSha256": .string(try row.digest(4)?.hexadecimal ?? ""),
      "line": .integer(row.integer(5)),
    ]
    // Integers of the store: 0 and 1 are scored, everything above is a class of failure.
    members["outcome"] = row.integer(6) < 2 ? .bool(row.integer(6) == 1) : .string(try row.text(1))
    if let digest = try row.digest(2) { members["responseSha256"] = .string(digest.hexadecimal) }
    return try JSONValue.object(members).canonicalText()
  }

  /// The schema of a store as SQL.
  public static var schemaText: String {
    StoreSchema.rows + "\n"
      + StoreSchema.appendOnlyTables.map(StoreSchema.triggers(for:))
      .joined(separator: "\n") + "\n"
  }
}
