internal import Foundation
internal import GRDB
public import Provenance

extension RowWriter {
  /// Adds one repeated response to a question and what the judge said.
  public func addSample(
    benchmark: String, judge: String, item: Int64, replicate: Int, outcome: Outcome,
    response: SHA256Digest, line: Int
  ) throws {
    try checkName(benchmark, of: "benchmark")
    try checkName(judge, of: "judge", mayBeEmpty: true)
    try insert(
      "sample", subject: "response \(replicate)", item: item, line: line,
      key: [
        ("study", studyID), ("benchmark", benchmark), ("judge", judge), ("item", item),
        ("replicate", replicate),
      ],
      values: [("outcome", try code(outcome)), ("response", response.data)])
  }

  /// Adds the length of an answer span and of its response, in tokens.
  public func addAnswerSpan(
    item: Int64, spanTokens: Int, responseTokens: Int, outcome: Outcome, response: SHA256Digest?,
    line: Int
  ) throws {
    try insert(
      "answer_span", subject: "answer span", item: item, line: line,
      key: [("study", studyID), ("item", item)],
      values: [
        ("span_tokens", spanTokens), ("response_tokens", responseTokens),
        ("outcome", try code(outcome)), ("response", response?.data),
      ])
  }

  /// Adds a detector's score of one item.
  /// - Parameters:
  ///   - label: `true` = positive class.
  ///   - prediction: at the frozen threshold, where recorded.
  public func addScore(
    set: String, detector: String, isControl: Bool, item: Int64, label: Bool, score: Double,
    prediction: Bool?, line: Int
  ) throws {
    try checkName(set, of: "question set")
    try checkName(detector, of: "detector")
    guard score.isFinite else {
      throw StoreError.invalidRow(reason: "the score is not a finite number")
    }
    try insert(
      "score", subject: "score of \(detector) on \(set)", item: item, line: line,
      key: [("study", studyID), ("question_set", set), ("detector", detector), ("item", item)],
      values: [
        ("is_control", isControl), ("label", label), ("score", score), ("prediction", prediction),
      ])
  }

  /// Adds a neuron of a detector, or a layer's count.
  public func addNeuron(_ neuron: NeuronRow, line: Int) throws {
    try checkName(neuron.detector, of: "detector")
    let numbers = [neuron.layer, neuron.expert, neuron.index, neuron.count, neuron.eligibleCount]
    guard numbers.allSatisfy({ (0...(1 << 40)).contains($0 ?? 0) }),
      neuron.weight?.isFinite ?? true
    else { throw StoreError.invalidRow(reason: "a number of the neuron is out of range") }
    try insert(
      "neuron", subject: "neuron of layer \(neuron.layer) of \(neuron.detector)", item: nil,
      line: line,
      key: [
        ("study", studyID), ("detector", neuron.detector), ("layer", neuron.layer),
        ("expert", neuron.expert), ("is_shared", neuron.isShared), ("neuron", neuron.index),
      ],
      values: [
        ("weight", neuron.weight), ("count", neuron.count), ("eligible", neuron.eligibleCount),
      ])
  }

  /// Adds an id to a split, with its class (`t`, `f`) where the list has one.
  public func addSplitMember(split: String, item: Int64, label: String, line: Int) throws {
    try checkName(split, of: "split")
    try checkName(label, of: "class", mayBeEmpty: true)
    try insert(
      "split_member", subject: "split \(split)", item: item, line: line,
      key: [("study", studyID), ("split", split), ("item", item)], values: [("label", label)])
  }

  /// Adds the row count of one split of a classifier.
  public func addClassifierRows(_ rows: ClassifierRowCount, line: Int) throws {
    try checkName(rows.detector, of: "detector")
    try checkName(rows.split, of: "split")
    guard rows.positiveCount >= 0 && rows.positiveCount <= rows.rowCount else {
      throw StoreError.invalidRow(
        reason: "\(rows.positiveCount) positives do not fit into \(rows.rowCount) rows")
    }
    try insert(
      "classifier_rows", subject: "rows of \(rows.detector) in \(rows.split)", item: nil,
      line: line,
      key: [("study", studyID), ("detector", rows.detector), ("split", rows.split)],
      values: [("row_count", rows.rowCount), ("positive_count", rows.positiveCount)])
  }

  /// Adds what a sidecar says about a run.
  public func addRun(
    status: String, startedAt: String?, completedAt: String?, document: String
  ) throws {
    guard let source else { return }
    try insert(
      "run", subject: "run", item: nil, line: 1,
      key: [("study", studyID), ("sha256", source.sha256.data)],
      values: [
        ("path", source.path), ("status", status), ("started", startedAt),
        ("completed", completedAt), ("document", document),
      ], hasLine: false)
  }

  /// Inserts a row, or compares it with the one that has its key.
  private func insert(
    _ table: String, subject: String, item: Int64?, line: Int,
    key: [(String, (any DatabaseValueConvertible)?)],
    values: [(String, (any DatabaseValueConvertible)?)], hasLine: Bool = true
  ) throws {
    let place: [(String, (any DatabaseValueConvertible)?)] =
      [("source", sourceID)] + (hasLine ? [("line", line)] : [])
    let columns = key + values + place
    let statement = try database.cachedStatement(
      sql: "INSERT INTO \(table) (\(columns.map(\.0).joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING")
    try statement.execute(arguments: StatementArguments(columns.map(\.1)))
    guard database.changesCount == 0 else { return countAdded() }
    let found = try Row.fetchOne(
      database,
      sql: "SELECT \(values.map(\.0).joined(separator: ", ")), source"
        + "\(hasLine ? ", line" : ", 1") FROM \(table) "
        + "WHERE \(key.map { "\($0.0) IS ?" }.joined(separator: " AND "))",
      arguments: StatementArguments(key.map(\.1)))
    // `databaseValues` never decodes, so a value of another type is no trap.
    guard let row = found.map({ Array($0.databaseValues) }), row.count == values.count + 2 else {
      throw StoreError.invalidRow(reason: "the \(subject) breaks a rule of the store")
    }
    let stored = Array(row.prefix(values.count))
    let sourceID = Int64.fromDatabaseValue(row[values.count]) ?? 0
    let storedLine = Int64.fromDatabaseValue(row[values.count + 1]) ?? 0
    let given = values.map { $0.1?.databaseValue ?? .null }
    if zip(stored, given).allSatisfy({ Self.agree($0, $1) }) { return countKnown() }
    var name = subject
    if let item,
      let text = try String.fetchOne(
        database, sql: "SELECT name FROM item WHERE id = ?", arguments: [item])
    {
      name += " of item \(text)"
    }
    add(
      RowConflict(
        subject: name,
        earlier: try self.place(source: sourceID, line: storedLine),
        earlierValue: try text(values.map(\.0), stored), later: here(line),
        laterValue: try text(values.map(\.0), given)))
  }

  /// Integers and reals of one value are equal: SQLite stores 1.0 in a REAL column as it likes.
  private static func agree(_ left: DatabaseValue, _ right: DatabaseValue) -> Bool {
    if left == right { return true }
    guard let left = Double.fromDatabaseValue(left), let right = Double.fromDatabaseValue(right)
    else { return false }
    return left == right
  }

  private func text(_ names: [String], _ values: [DatabaseValue]) throws -> String {
    try zip(names, values).map { name, value in
      if name == "outcome", let code = Int64.fromDatabaseValue(value) {
        return try describe(code, nil)
      }
      if let digest = Data.fromDatabaseValue(value), name == "response" {
        return "response "
          + (digest.withUnsafeBytes { SHA256Digest(bytes: $0) }?.hexadecimal.prefix(12) ?? "?")
      }
      return "\(name) \(value.isNull ? "none" : value.storage.value.map { "\($0)" } ?? "none")"
    }.joined(separator: ", ")
  }
}
