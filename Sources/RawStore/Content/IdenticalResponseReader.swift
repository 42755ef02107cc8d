internal import GRDB
internal import Provenance

/// Groups the judgements of byte-identical responses to one item by one judge.
struct IdenticalResponseReader {
  /// Rows that are sorted at once; bounds memory at about 200 MB.
  static let passSize = 4_000_000

  private let reader: ContentReader

  init(_ reader: ContentReader) { self.reader = reader }

  private struct Judgement {
    let rank: UInt32
    /// 0 false, 1 true, 2 unscored.
    let kind: UInt8
    let response: SHA256Digest
  }

  private struct Judge: Hashable {
    let benchmark: String
    let judge: String
    let endpoint: String
  }

  /// Groups of two or more, sorted by benchmark, judge, item and response.
  func groups(study: (id: Int64, name: String)) throws -> [IdenticalResponses] {
    var groups = try sampleGroups(study: study)
    let byJudge = Dictionary(grouping: try reader.references(study: study)) {
      Judge(benchmark: $0.arm.benchmark, judge: $0.arm.judge, endpoint: $0.arm.endpoint)
    }
    for (judge, references) in byJudge {
      groups += try outcomeGroups(judge, references)
    }
    return groups.sorted {
      ($0.benchmark, $0.judge, $0.item, $0.responseHash)
        < ($1.benchmark, $1.judge, $1.item, $1.responseHash)
    }
  }

  private func sampleGroups(
    study: (id: Int64, name: String)
  ) throws -> [IdenticalResponses] {
    var byJudge: [Judge: [Judgement]] = [:]
    let row = try RawStatement(
      reader.database,
      "SELECT benchmark, judge, item, outcome, response FROM sample WHERE study = ?", [study.id])
    while try row.step() {
      let judge = Judge(benchmark: try row.text(0), judge: try row.text(1), endpoint: "")
      guard let response = try row.digest(4) else { continue }
      byJudge[judge, default: []].append(
        Judgement(
          rank: try reader.items.rank(of: row.integer(2)), kind: Self.kind(row.integer(3)),
          response: response))
    }
    return byJudge.flatMap { judge, judgements in group(judge, judgements) }
  }

  private func outcomeGroups(
    _ judge: Judge, _ references: [SeriesRows.Reference]
  ) throws -> [IdenticalResponses] {
    let count = try references.reduce(0) { $0 + (try responseCount($1)) }
    let passes = UInt32(count / Self.passSize + 1)
    let statement = try reader.outcomeStatement()
    var groups: [IdenticalResponses] = []
    for pass in 0..<passes where count > 0 {
      var judgements: [Judgement] = []
      for reference in references {
        statement.bind(1, reference.id << 32)
        statement.bind(2, (reference.id &+ 1) << 32)
        while try statement.step() {
          guard !statement.isNull(2), let response = try statement.digest(2) else { continue }
          let rank = try reader.items.rank(of: statement.integer(0) & 0xFFFF_FFFF)
          guard rank % passes == pass else { continue }
          judgements.append(
            Judgement(rank: rank, kind: Self.kind(statement.integer(1)), response: response))
        }
        statement.reset()
      }
      groups += group(judge, judgements)
    }
    return groups
  }

  private func responseCount(_ reference: SeriesRows.Reference) throws -> Int {
    try Int.fetchOne(
      reader.database, sql: "SELECT count(response) FROM outcome WHERE cell >= ? AND cell < ?",
      arguments: [reference.id << 32, (reference.id &+ 1) << 32]) ?? 0
  }

  private static func kind(_ code: Int64) -> UInt8 { code == 0 ? 0 : code == 1 ? 1 : 2 }

  private func group(_ judge: Judge, _ judgements: [Judgement]) -> [IdenticalResponses] {
    let sorted = judgements.sorted {
      $0.rank != $1.rank ? $0.rank < $1.rank : $0.response.precedes($1.response)
    }
    var groups: [IdenticalResponses] = []
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end].rank == sorted[start].rank,
        sorted[end].response == sorted[start].response
      {
        end += 1
      }
      if end - start > 1 {
        var counts = [0, 0, 0]
        for judgement in sorted[start..<end] { counts[Int(judgement.kind)] += 1 }
        groups.append(
          IdenticalResponses(
            benchmark: judge.benchmark, judge: judge.judge,
            item: reader.items.names[Int(sorted[start].rank)],
            responseHash: sorted[start].response.hexadecimal, trueCount: counts[1],
            falseCount: counts[0], unscoredCount: counts[2]))
      }
      start = end
    }
    return groups
  }
}
