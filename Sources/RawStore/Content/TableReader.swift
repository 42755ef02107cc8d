internal import GRDB
internal import Provenance

/// Reads everything of a study that is not outcomes.
struct TableReader {
  private let reader: ContentReader
  private let study: Int64

  init(_ reader: ContentReader, study: Int64) {
    self.reader = reader
    self.study = study
  }

  private struct Scores {
    var isControl = false
    var items: [String] = []
    var labels: [Bool] = []
    var scores: [Double] = []
    var predictions: [Bool?] = []
    var spanLengths: [Int?] = []
    var responseLengths: [Int?] = []
    /// Source and line of each row.
    var places: [(source: Int64, line: Int64)] = []

    /// The rank of each row in its source; empty where lines do not tell the rows apart.
    var sourceOrder: [Int] {
      let order = places.indices.sorted { places[$0] < places[$1] }
      let isDistinct = zip(order, order.dropFirst()).allSatisfy { places[$0] != places[$1] }
      guard isDistinct else { return [] }
      var ranks = [Int](repeating: 0, count: order.count)
      for (rank, row) in order.enumerated() { ranks[row] = rank }
      return ranks
    }
  }

  func detection(parts: [ContentPart]) throws -> [DetectionScores] {
    var result: [DetectionScores] = []
    var key: [String] = []
    var scores = Scores()
    func finish() {
      guard key.count == 2 else { return }
      result.append(
        DetectionScores(
          set: key[0], detector: key[1], isControl: scores.isControl, items: scores.items,
          labels: scores.labels, scores: scores.scores, predictions: scores.predictions,
          spanLengths: scores.spanLengths, responseLengths: scores.responseLengths,
          sourceOrder: scores.sourceOrder,
          contentHash: parts.first { $0.kind == "scores" && $0.key == key }?.sha256 ?? ""))
    }
    let row = try RawStatement(
      reader.database,
      """
      SELECT question_set, detector, is_control, item.name, label, score, prediction, span_tokens,
        response_tokens, score.source, score.line
      FROM score JOIN item ON item.id = score.item
        LEFT JOIN answer_span ON answer_span.study = score.study AND answer_span.item = score.item
      WHERE score.study = ? ORDER BY question_set, detector, item.name
      """, [study])
    while try row.step() {
      let next = [try row.text(0), try row.text(1)]
      if next != key {
        finish()
        key = next
        scores = Scores()
      }
      scores.isControl = row.integer(2) != 0
      scores.items.append(try row.text(3))
      scores.labels.append(row.integer(4) != 0)
      scores.scores.append(row.double(5))
      scores.predictions.append(row.optionalInteger(6).map { $0 != 0 })
      scores.spanLengths.append(row.optionalInteger(7))
      scores.responseLengths.append(row.optionalInteger(8))
      scores.places.append((row.integer(9), row.integer(10)))
    }
    finish()
    return result
  }

  func samples() throws -> [SampledItem] {
    var result: [SampledItem] = []
    var key: [String] = []
    var hashes: [String] = []
    var judgements: [Bool?] = []
    func finish() {
      guard key.count == 3 else { return }
      result.append(
        SampledItem(
          benchmark: key[0], judge: key[1], item: key[2], responseHashes: hashes,
          judgements: judgements))
    }
    let row = try RawStatement(
      reader.database,
      """
      SELECT benchmark, judge, item.name, outcome, response
      FROM sample JOIN item ON item.id = sample.item
      WHERE study = ? ORDER BY benchmark, judge, item.name, replicate
      """, [study])
    while try row.step() {
      let next = try (0...2).map { try row.text($0) }
      if next != key {
        finish()
        key = next
        hashes = []
        judgements = []
      }
      hashes.append(try row.digest(4)?.hexadecimal ?? "")
      let code = row.integer(3)
      judgements.append(code == 0 ? false : code == 1 ? true : nil)
    }
    finish()
    return result
  }

  func neurons() throws -> [NeuronRow] {
    try reader.database.rows(
      """
      SELECT detector, layer, is_shared, expert, neuron, weight, count, eligible
      FROM neuron WHERE study = ?
      ORDER BY detector, layer, is_shared, ifnull(expert, -1), ifnull(neuron, -1)
      """, [study]
    ) { row in
      NeuronRow(
        detector: try row.text(0), layer: Int(row.integer(1)), expert: row.optionalInteger(3),
        isShared: row.integer(2) != 0, index: row.optionalInteger(4),
        weight: row.optionalDouble(5), count: Int(row.integer(6)),
        eligibleCount: row.optionalInteger(7))
    }
  }

  func splits() throws -> [String: [String]] {
    var splits: [String: [String]] = [:]
    let row = try RawStatement(
      reader.database,
      "SELECT split, item.name FROM split_member JOIN item ON item.id = split_member.item "
        + "WHERE study = ? ORDER BY split, item.name", [study])
    while try row.step() { splits[try row.text(0), default: []].append(try row.text(1)) }
    return splits
  }

  func classifierRows() throws -> [ClassifierRowCount] {
    try reader.database.rows(
      "SELECT detector, split, row_count, positive_count FROM classifier_rows WHERE study = ? "
        + "ORDER BY detector, split", [study]
    ) { row in
      ClassifierRowCount(
        detector: try row.text(0), split: try row.text(1), rowCount: Int(row.integer(2)),
        positiveCount: Int(row.integer(3)))
    }
  }

  func sources() throws -> [RowSource] {
    try reader.database.rows(
      "SELECT path, sha256, size, format, accepted, skipped, rejected FROM source WHERE study = ? "
        + "ORDER BY path, sha256, format, parameters", [study]
    ) { row in
      RowSource(
        path: try row.text(0), sha256: try row.digest(1)?.hexadecimal ?? "",
        sizeBytes: Int(row.integer(2)), format: try row.text(3),
        acceptedCount: Int(row.integer(4)), skippedCount: Int(row.integer(5)),
        rejectedCount: Int(row.integer(6)))
    }
  }

  func runs() throws -> [RunRecord] {
    try reader.database.rows(
      "SELECT path, sha256, status, started, completed, document FROM run WHERE study = ? "
        + "ORDER BY path, sha256", [study]
    ) { row in
      RunRecord(
        path: try row.text(0), sha256: try row.digest(1)?.hexadecimal ?? "",
        status: try row.text(2), startedAt: try row.optionalText(3),
        completedAt: try row.optionalText(4), document: try row.text(5))
    }
  }
}
