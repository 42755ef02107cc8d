internal import GRDB
internal import Provenance

extension RawStore {
  /// Adds the rows of another store, source by source, in one transaction. Merging twice changes
  /// nothing; contradictions are returned, and then nothing is merged.
  public func merge(
    _ other: RawStore, tool: String, host: String = "", at time: String = ""
  ) throws -> (result: WriteResult, conflicts: [RowConflict]) {
    var conflicts: [RowConflict] = []
    var result = WriteResult(hasChanges: false, contentHash: nil)
    var thrown: (any Error)?
    try other.read { origin in
      do {
        result = try write(stage: "merge", tool: tool, host: host, at: time) { writer in
          try StoreCopy(origin: origin, writer: writer).run()
          conflicts = writer.conflicts
          return writer.conflictCount == 0
        }
      } catch { thrown = error }
    }
    if let thrown { throw thrown }
    return (result, conflicts)
  }
}

/// Copies the rows of one store into another through the writer, so that every rule applies.
private struct StoreCopy {
  let origin: Database
  let writer: RowWriter

  private struct Source {
    let id: Int64
    let file: SourceFile
    let counts: [Int]
  }

  func run() throws {
    for (digest, text) in try origin.rows(
      "SELECT sha256, text FROM response_text", [], { (try $0.digest(0), try $0.text(1)) })
    where digest != nil {
      _ = try writer.response(text)
    }
    let sources = try origin.rows(
      """
      SELECT source.id, study.name, path, sha256, size, format, parameters, accepted, skipped,
        rejected
      FROM source JOIN study ON study.id = source.study
      ORDER BY study.name, path, sha256, format, parameters
      """
    ) { row -> Source? in
      guard let digest = try row.digest(3) else { return nil }
      return Source(
        id: row.integer(0),
        file: SourceFile(
          study: try row.text(1), path: try row.text(2), sha256: digest,
          sizeBytes: Int(row.integer(4)), format: try row.text(5), parameters: try row.text(6)),
        counts: (7...9).map { Int(row.integer($0)) })
    }
    let arms = try seriesArms()
    for case let source? in sources where try writer.begin(source.file) {
      try outcomes(of: source.id, arms: arms)
      try others(of: source.id)
      try writer.finish(
        acceptedCount: source.counts[0], skippedCount: source.counts[1],
        rejectedCount: source.counts[2])
    }
  }

  private struct SeriesName {
    let arm: Arm
    let dose: Double?
    let replicate: Int
  }

  private func seriesArms() throws -> [Int64: SeriesName] {
    let reader = try ContentReader(origin)
    var names: [Int64: SeriesName] = [:]
    for study in try reader.studies() {
      for reference in try reader.references(study: study) {
        names[reference.id] = SeriesName(
          arm: reference.arm, dose: reference.dose, replicate: reference.replicate)
      }
    }
    return names
  }

  private func outcomes(of source: Int64, arms: [Int64: SeriesName]) throws {
    let row = try RawStatement(
      origin,
      """
      SELECT cell >> 32, item.name, outcome, outcome_class.name, response, line
      FROM outcome JOIN item ON item.id = cell & 4294967295
        JOIN outcome_class ON outcome_class.code = outcome
      WHERE source = ? ORDER BY cell
      """, [source])
    while try row.step() {
      guard let name = arms[row.integer(0)] else { continue }
      try writer.addOutcome(
        series: try writer.series(name.arm, dose: name.dose, replicate: name.replicate),
        item: try writer.item(try row.text(1)),
        code: try writer.code(try Self.outcome(row, code: 2, name: 3)),
        response: try row.digest(4), line: Int(row.integer(5)))
    }
  }

  private static func outcome(_ row: RawStatement, code: Int32, name: Int32) throws -> Outcome {
    row.integer(code) < 2 ? .scored(row.integer(code) == 1) : .unscored(try row.text(name))
  }

  private func others(of source: Int64) throws {
    _ = try origin.rows(
      """
      SELECT benchmark, judge, item.name, replicate, outcome, outcome_class.name, response, line
      FROM sample JOIN item ON item.id = sample.item JOIN outcome_class ON code = outcome
      WHERE source = ?
      """, [source]
    ) { row in
      guard let response = try row.digest(6) else { return }
      try writer.addSample(
        benchmark: try row.text(0), judge: try row.text(1),
        item: try writer.item(try row.text(2)), replicate: Int(row.integer(3)),
        outcome: try Self.outcome(row, code: 4, name: 5), response: response,
        line: Int(row.integer(7)))
    }
    _ = try origin.rows(
      """
      SELECT item.name, span_tokens, response_tokens, outcome, outcome_class.name, response, line
      FROM answer_span JOIN item ON item.id = answer_span.item JOIN outcome_class ON code = outcome
      WHERE source = ?
      """, [source]
    ) { row in
      try writer.addAnswerSpan(
        item: try writer.item(try row.text(0)), spanTokens: Int(row.integer(1)),
        responseTokens: Int(row.integer(2)), outcome: try Self.outcome(row, code: 3, name: 4),
        response: try row.digest(5), line: Int(row.integer(6)))
    }
    _ = try origin.rows(
      """
      SELECT question_set, detector, is_control, item.name, label, score, prediction, line
      FROM score JOIN item ON item.id = score.item WHERE source = ?
      """, [source]
    ) { row in
      try writer.addScore(
        set: try row.text(0), detector: try row.text(1), isControl: row.integer(2) != 0,
        item: try writer.item(try row.text(3)), label: row.integer(4) != 0, score: row.double(5),
        prediction: row.optionalInteger(6).map { $0 != 0 }, line: Int(row.integer(7)))
    }
    _ = try origin.rows(
      """
      SELECT detector, layer, expert, is_shared, neuron, weight, count, eligible, line
      FROM neuron WHERE source = ?
      """, [source]
    ) { row in
      try writer.addNeuron(
        NeuronRow(
          detector: try row.text(0), layer: Int(row.integer(1)), expert: row.optionalInteger(2),
          isShared: row.integer(3) != 0, index: row.optionalInteger(4),
          weight: row.optionalDouble(5), count: Int(row.integer(6)),
          eligibleCount: row.optionalInteger(7)), line: Int(row.integer(8)))
    }
    _ = try origin.rows(
      "SELECT split, item.name, label, line FROM split_member JOIN item ON item.id = split_member.item "
        + "WHERE source = ?", [source]
    ) { row in
      try writer.addSplitMember(
        split: try row.text(0), item: try writer.item(try row.text(1)), label: try row.text(2),
        line: Int(row.integer(3)))
    }
    _ = try origin.rows(
      "SELECT detector, split, row_count, positive_count, line FROM classifier_rows "
        + "WHERE source = ?", [source]
    ) { row in
      try writer.addClassifierRows(
        ClassifierRowCount(
          detector: try row.text(0), split: try row.text(1), rowCount: Int(row.integer(2)),
          positiveCount: Int(row.integer(3))), line: Int(row.integer(4)))
    }
    _ = try origin.rows(
      "SELECT status, started, completed, document FROM run WHERE source = ?", [source]
    ) { row in
      try writer.addRun(
        status: try row.text(0), startedAt: try row.optionalText(1),
        completedAt: try row.optionalText(2), document: try row.text(3))
    }
  }
}
