internal import GRDB
public import Provenance

/// One arm at one dose and replicate, as numbered in the store.
struct SeriesKey: Hashable {
  let study: Int64
  let arm: Arm
  /// `nil` without intervention.
  let dose: Double?
  let replicate: Int
}

/// An outcome that waits for its batch.
struct PendingOutcome {
  let cell: Int64
  let line: Int64
  let code: Int64
  let response: SHA256Digest?
}

extension RowWriter {
  /// Batches are written in the order of their keys, which keeps the tree's pages warm.
  static var batchSize: Int { 1 << 16 }
  static var maximumReplicate: Int { 1 << 20 }

  /// The number of one arm at one dose and replicate.
  /// - Throws: ``StoreError/invalidRow(reason:)``.
  public func series(_ arm: Arm, dose: Double?, replicate: Int = 0) throws -> Int64 {
    // -0 and 0 are one dose.
    let dose = dose.map { $0 == 0 ? 0 : $0 }
    let key = SeriesKey(study: studyID, arm: arm, dose: dose, replicate: replicate)
    if let id = seriesIDs[key] { return id }
    try checkName(arm.benchmark, of: "benchmark")
    try checkName(arm.configuration, of: "configuration")
    try checkName(arm.neuronSet, of: "neuron set")
    try checkName(arm.endpoint, of: "endpoint")
    try checkName(arm.judge, of: "judge", mayBeEmpty: true)
    guard dose?.isFinite ?? true else {
      throw StoreError.invalidRow(reason: "the dose is not a finite number")
    }
    guard (0...Self.maximumReplicate).contains(replicate) else {
      throw StoreError.invalidRow(
        reason: "the replicate is not in 0 ... \(Self.maximumReplicate)")
    }
    let armID = try armID(arm)
    let stored = try Int64.fetchOne(
      database,
      sql: "SELECT id FROM series WHERE arm = ? AND ifnull(dose, 'none') = ifnull(?, 'none') "
        + "AND replicate = ?", arguments: [armID, dose, replicate])
    let id: Int64
    if let stored {
      id = stored
    } else {
      let isMixed = try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS (SELECT 1 FROM series WHERE arm = ? AND (dose IS NULL) <> (? IS NULL))",
        arguments: [armID, dose])
      guard isMixed == false else {
        throw StoreError.invalidRow(
          reason: "the arm has rows with and without a dose; give rows without intervention "
            + "their own neuron set")
      }
      try database.execute(
        sql: "INSERT INTO series (arm, dose, replicate) VALUES (?, ?, ?)",
        arguments: [armID, dose, replicate])
      id = database.lastInsertedRowID
      guard id <= 2_147_483_647 else {
        throw StoreError.tooMany(what: "doses and replicates", limit: 2_147_483_647)
      }
    }
    seriesIDs[key] = id
    return id
  }

  private func armID(_ arm: Arm) throws -> Int64 {
    let values: StatementArguments = [
      studyID, arm.benchmark, arm.configuration, arm.neuronSet, arm.isControl, arm.endpoint,
      arm.judge,
    ]
    let stored = try Int64.fetchOne(
      database,
      sql: "SELECT id FROM arm WHERE study = ? AND benchmark = ? AND configuration = ? "
        + "AND neuron_set = ? AND is_control = ? AND endpoint = ? AND judge = ?",
      arguments: values)
    if let stored { return stored }
    try database.execute(
      sql: "INSERT INTO arm (study, benchmark, configuration, neuron_set, is_control, endpoint, "
        + "judge) VALUES (?, ?, ?, ?, ?, ?, ?)", arguments: values)
    return database.lastInsertedRowID
  }

  /// Adds one cell of a series.
  /// - Parameters:
  ///   - series: from ``series(_:dose:replicate:)``.
  ///   - item: from ``item(_:)-swift.method``.
  ///   - code: from ``code(_:)``.
  ///   - line: 1-based.
  public func addOutcome(
    series: Int64, item: Int64, code: Int64, response: SHA256Digest?, line: Int
  ) throws {
    pending.append(
      PendingOutcome(
        cell: series << 32 | item, line: Int64(line), code: code, response: response))
    if pending.count >= Self.batchSize { try flush() }
  }

  /// Writes the waiting outcomes.
  public func flush() throws {
    guard !pending.isEmpty else { return }
    // Ties keep the order of lines: the first one is stored, the later one compared with it.
    let isSorted = zip(pending, pending.dropFirst()).allSatisfy { $0.cell <= $1.cell }
    if !isSorted {
      pending.sort { $0.cell != $1.cell ? $0.cell < $1.cell : $0.line < $1.line }
    }
    insertOutcome.bind(4, sourceID)
    for row in pending {
      insertOutcome.bind(1, row.cell)
      insertOutcome.bind(2, row.code)
      insertOutcome.bind(5, row.line)
      let changes: Int
      if let response = row.response {
        changes = try response.withBytes { bytes in
          insertOutcome.bindBlob(3, bytes)
          return try insertOutcome.run()
        }
      } else {
        insertOutcome.bind(3, Int64?.none)
        changes = try insertOutcome.run()
      }
      if changes > 0 { countAdded() } else { try compare(row) }
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func compare(_ row: PendingOutcome) throws {
    let found = try database.rows(
      "SELECT outcome, response, source, line FROM outcome WHERE cell = ?", [row.cell]
    ) { ($0.integer(0), try $0.digest(1), $0.integer(2), $0.integer(3)) }
    guard let (code, response, source, line) = found.first else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a cell vanished")
    }
    // A row without its response does not contradict one that has it.
    let isSameResponse = response == nil || row.response == nil || response == row.response
    if code == row.code && isSameResponse { return countKnown() }
    add(
      RowConflict(
        subject: try subject(of: row.cell), earlier: try place(source: source, line: line),
        earlierValue: try describe(code, response), later: here(Int(row.line)),
        laterValue: try describe(row.code, row.response)))
  }

  private func subject(of cell: Int64) throws -> String {
    let found = try database.rows(
      "SELECT item.name, series.dose, series.replicate, arm.benchmark, arm.configuration, "
        + "arm.neuron_set FROM item, series JOIN arm ON arm.id = series.arm "
        + "WHERE item.id = ? AND series.id = ?", [cell & 0xFFFF_FFFF, cell >> 32]
    ) { row in
      let dose = row.optionalDouble(1).map { ", dose \($0)" } ?? ""
      let replicate = row.integer(2) > 0 ? ", replicate \(row.integer(2))" : ""
      let arm = try (3...5).map { try row.text($0) }.joined(separator: " · ")
      return "item \(try row.text(0))\(dose)\(replicate) of \(arm)"
    }
    return found.first ?? "cell \(cell)"
  }

  func describe(_ code: Int64, _ response: SHA256Digest?) throws -> String {
    let name = try String.fetchOne(
      database, sql: "SELECT name FROM outcome_class WHERE code = ?", arguments: [code])
    return (name ?? "class \(code)")
      + (response.map { " (response \($0.hexadecimal.prefix(12)))" } ?? "")
  }
}
