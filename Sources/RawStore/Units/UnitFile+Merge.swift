internal import Foundation
internal import GRDB
internal import Provenance

extension UnitFile {
  /// What a merge did.
  public struct Merged: Hashable, Sendable {
    /// Units that the target had not, by source, in their order.
    public let added: [Int]
    /// Units in the target.
    public let total: Int
    /// Digest over stages, keys, units and values: the same for any number and order of shards.
    public let content: String
  }

  /// Adds the units of files in one transaction: all of them or, on any objection, nothing.
  ///
  /// All files must be of one plan, limit and version; every unit must lie in the file of its shard,
  /// with one value; and when all are added, every stage that any file has begun must be complete.
  /// A repetition changes nothing.
  ///
  /// - Throws: ``UnitFileError``.
  public func merge(_ sources: [UnitFile]) throws(UnitFileError) -> Merged {
    for source in sources {
      for (what, mine, its) in [
        ("the plan", origin.plan, source.origin.plan),
        ("the limit", Self.text(origin.limit), Self.text(source.origin.limit)),
        ("the version", origin.tool, source.origin.tool),
      ] where mine != its {
        throw .otherRun(
          what: what, path: path, value: mine, otherPath: source.path, otherValue: its)
      }
    }
    return try attempt {
      try queue.write { database in
        var from: [String: String] = [:]
        let added = try sources.map { source in
          try source.attempt {
            try source.queue.read { try copy($0, of: source, into: database, from: &from) }
          }
        }
        let missing = try Self.missing(database)
        // Throwing undoes the transaction.
        guard missing.isEmpty else { throw UnitFileError.incomplete(missing: missing) }
        let total = try Int.fetchOne(database, sql: "SELECT count(*) FROM unit") ?? 0
        return Merged(added: added, total: total, content: try Self.content(database))
      }
    }
  }

  /// - Parameter from: where each unit that this merge added came from.
  private func copy(
    _ origin: Database, of source: UnitFile, into database: Database,
    from: inout [String: String]
  ) throws -> Int {
    let known = try RawStatement(
      database, "SELECT sha256, value FROM unit WHERE stage = ? AND key = ? AND unit = ?")
    let rows = try RawStatement(
      origin, "SELECT stage, key, unit, sha256, value FROM unit ORDER BY stage, key, unit")
    var added = 0
    while try rows.step() {
      let (stage, key, unit) = (try rows.text(0), try rows.text(1), try rows.text(2))
      let value = rows.bytes(4)
      guard let digest = try rows.digest(3), digest == SHA256Digest(of: value) else {
        throw UnitFileError.damaged(
          path: source.path, reason: "\(stage) of \(unit) does not match its digest")
      }
      guard source.shard.contains(unit) else {
        throw UnitFileError.wrongShard(
          path: source.path, shard: source.shard.description, unit: "\(stage) of \(unit)",
          belongsTo: "\(Shard.index(of: unit, source.shard.count))/\(source.shard.count)")
      }
      let name = "\(stage)\0\(key)\0\(unit)"
      known.reset()
      for (index, text) in [stage, key, unit].enumerated() { known.bind(Int32(index + 1), text) }
      if try known.step() {
        guard try known.digest(0) == digest else {
          throw UnitFileError.conflict(
            unit: "\(stage) of \(unit)", path: from[name] ?? path,
            value: Self.excerpt(known.bytes(1)), otherPath: source.path,
            otherValue: Self.excerpt(value))
        }
        continue
      }
      try database.execute(
        sql: "INSERT INTO unit (stage, key, unit, sha256, value) VALUES (?, ?, ?, ?, ?)",
        arguments: [stage, key, unit, digest.data, Data(value)])
      from[name] = source.path
      added += 1
    }
    known.reset()
    for (stage, key, unit) in try origin.rows(
      "SELECT stage, key, unit FROM planned",
      [], { (try $0.text(0), try $0.text(1), try $0.text(2)) })
    {
      try database.execute(
        sql: "INSERT OR IGNORE INTO planned VALUES (?, ?, ?)", arguments: [stage, key, unit])
    }
    for (stage, key, numbers) in try origin.rows(
      "SELECT stage, key, shard, shards, units FROM part",
      [], { row in (try row.text(0), try row.text(1), (2...4).map { row.integer($0) }) })
    {
      try database.execute(
        sql: "INSERT OR IGNORE INTO part VALUES (?, ?, ?, ?, ?)",
        arguments: [stage, key, numbers[0], numbers[1], numbers[2]])
    }
    return added
  }

  /// What is missing of the stages that any shard has begun; at most ten names a stage.
  private static func missing(_ database: Database) throws -> [String] {
    var missing: [String] = []
    let places = try database.rows(
      "SELECT stage, key FROM unit UNION SELECT stage, key FROM part "
        + "UNION SELECT stage, key FROM planned ORDER BY 1, 2"
    ) { Place(stage: try $0.text(0), key: try $0.text(1)) }
    if places.isEmpty { return ["all units: no file has any"] }
    for place in places {
      let parts = try database.rows(
        "SELECT shard, shards, units FROM part WHERE stage = ? AND key = ?",
        [place.stage, place.key]
      ) { row in (index: Int(row.integer(0)), count: Int(row.integer(1)), units: row.integer(2)) }
      let name = "\(place.stage) (\(place.key.prefix(8)))"
      // Each part is a row of its own, so more shards than these cannot be complete.
      if let bad = parts.first(where: {
        Shard(index: $0.index, count: $0.count) == nil
          || !(0...Int64(Int32.max)).contains($0.units)
      }) {
        missing.append("\(name): a file states the part \(bad.index)/\(bad.count)")
        continue
      }
      let counts = Set(parts.map(\.count)).sorted()
      let open = counts.map { count in
        (
          count,
          (1...max(1, count)).filter { index in
            !parts.contains { $0.index == index && $0.count == count }
          }
        )
      }
      guard let best = open.min(by: { $0.1.count < $1.1.count }) else {
        missing.append("\(name): no shard has finished it")
        continue
      }
      if !best.1.isEmpty {
        let shards = best.1.prefix(10).map { "\($0)/\(best.0)" }.joined(separator: ", ")
        missing.append(
          "\(name): shard \(shards)" + (best.1.count > 10 ? " and \(best.1.count - 10) more" : ""))
      }
      let units = try database.rows(
        """
        SELECT unit FROM planned WHERE stage = ?1 AND key = ?2 AND unit NOT IN
          (SELECT unit FROM unit WHERE stage = ?1 AND key = ?2) ORDER BY unit
        """, [place.stage, place.key]
      ) { try $0.text(0) }
      if !units.isEmpty {
        missing.append(
          "\(name): \(units.count) units, first "
            + units.prefix(3).map { "\($0) of shard \(Shard.index(of: $0, best.0))/\(best.0)" }
            .joined(separator: ", "))
      }
      let expected = parts.filter { $0.count == best.0 }.reduce(0) { $0 + $1.units }
      let found =
        try Int64.fetchOne(
          database, sql: "SELECT count(*) FROM unit WHERE stage = ? AND key = ?",
          arguments: [place.stage, place.key]) ?? 0
      if units.isEmpty, best.1.isEmpty, found < expected {
        missing.append("\(name): \(expected - found) of \(expected) units")
      }
    }
    return missing
  }

  private static func content(_ database: Database) throws -> String {
    var stream = SHA256Stream()
    let rows = try RawStatement(
      database, "SELECT stage, key, unit, sha256 FROM unit ORDER BY stage, key, unit")
    while try rows.step() {
      let digest = try rows.digest(3)?.hexadecimal ?? ""
      let line = "\(try rows.text(0))\0\(try rows.text(1))\0\(try rows.text(2))\0\(digest)\n"
      stream.append(Array(line.utf8))
    }
    return stream.digest.description
  }

  /// The beginning of a value for people: text, or the digest of what is none.
  private static func excerpt(_ value: UnsafeRawBufferPointer) -> String {
    guard value.first == 0x7B || value.first == 0x5B,
      let text = String(validating: value, as: UTF8.self)
    else { return "sha256:" + SHA256Digest(of: value).hexadecimal.prefix(16) }
    return text.count > 120 ? text.prefix(120) + "…" : text
  }
}
