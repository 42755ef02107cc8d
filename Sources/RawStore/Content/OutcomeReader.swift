internal import GRDB

/// Reads outcomes into matrices.
struct OutcomeReader {
  /// Cells an arm may have for each of its rows: most of an honest study is not missing.
  static let maximumCellsPerRow = 64
  /// Below this many cells any share may be missing.
  static let freeCells = 1 << 22

  private let reader: ContentReader

  init(_ reader: ContentReader) { self.reader = reader }

  /// The matrices of a study by arm, and the parts that they were hashed as.
  func matrices(
    study: (id: Int64, name: String)
  ) throws -> (matrices: [OutcomeMatrix], parts: [ContentPart]) {
    let statement = try reader.outcomeStatement()
    var matrices: [OutcomeMatrix] = []
    var parts: [ContentPart] = []
    var references = try reader.references(study: study)[...]
    while let first = references.first {
      let arm = references.prefix { $0.arm == first.arm }
      references = references.dropFirst(arm.count)
      var series: [SeriesRows] = []
      for reference in arm {
        series.append(
          try SeriesRows(
            reference, items: reader.items, classes: reader.classes, statement: statement))
      }
      parts += series.map(\.part)
      // Interned names without a row: every line of theirs was refused.
      series.removeAll { $0.ranks.isEmpty }
      if series.isEmpty { continue }
      matrices.append(try matrix(first.arm, series, sharing: matrices.last))
    }
    return (matrices, parts)
  }

  private func matrix(
    _ arm: Arm, _ series: [SeriesRows], sharing last: OutcomeMatrix?
  ) throws -> OutcomeMatrix {
    let doses = Set(series.compactMap(\.dose)).sorted()
    let replicates = Set(series.map(\.replicate)).sorted()
    let columns = max(1, doses.count)
    let (ranks, positions) = items(of: series)
    let rowCount = series.reduce(0) { $0 + $1.ranks.count }
    let (perItem, overflows) = columns.multipliedReportingOverflow(by: replicates.count)
    let (cellCount, overflow) = perItem.multipliedReportingOverflow(by: ranks.count)
    guard !overflows, !overflow,
      cellCount <= max(Self.freeCells, rowCount * Self.maximumCellsPerRow)
    else {
      throw StoreError.tooSparse(
        arm: "\(arm.benchmark) · \(arm.configuration) · \(arm.neuronSet)",
        cells: overflows || overflow ? .max : cellCount, rows: rowCount)
    }
    let (classNames, byteOfCode) = classes(of: series)
    var cells = [UInt8](repeating: OutcomeMatrix.Code.missing, count: cellCount)
    for rows in series {
      let column = rows.dose.flatMap { doses.firstIndex(of: $0) } ?? 0
      let replicate = replicates.firstIndex(of: rows.replicate) ?? 0
      for (rank, code) in zip(rows.ranks, rows.codes) {
        let item = Int(positions[Int(rank)])
        cells[(item * columns + column) * replicates.count + replicate] = byteOfCode[Int(code)]
      }
    }
    var names = ranks.map { reader.items.names[Int($0)] }
    // Arms of one benchmark have the same items: one array for all.
    if let last, last.items == names { names = last.items }
    return OutcomeMatrix(
      arm: arm, doses: doses, items: names, replicateCount: replicates.count, cells: cells,
      unscoredClasses: classNames, contentHash: try ContentReader.hash(series.map(\.part)))
  }

  /// The ranks of the items of an arm, ascending, and the position of each rank among them.
  private func items(of series: [SeriesRows]) -> (ranks: [UInt32], positions: [UInt32]) {
    var positions = [UInt32](repeating: 0, count: reader.items.names.count)
    for rows in series {
      for rank in rows.ranks { positions[Int(rank)] = 1 }
    }
    var ranks: [UInt32] = []
    for rank in positions.indices where positions[rank] == 1 {
      positions[rank] = UInt32(ranks.count)
      ranks.append(UInt32(rank))
    }
    return (ranks, positions)
  }

  /// The failure classes of an arm, sorted, and the byte of each stored code.
  private func classes(of series: [SeriesRows]) -> (names: [String], byteOfCode: [UInt8]) {
    var isUsed = [Bool](repeating: false, count: 256)
    for rows in series {
      for code in rows.codes { isUsed[Int(code)] = true }
    }
    let used = (2..<256).filter { isUsed[$0] }.sorted {
      (reader.classes[$0] ?? "").utf8.lexicographicallyPrecedes((reader.classes[$1] ?? "").utf8)
    }
    var byteOfCode = [UInt8](repeating: OutcomeMatrix.Code.missing, count: 256)
    byteOfCode[0] = OutcomeMatrix.Code.isFalse
    byteOfCode[1] = OutcomeMatrix.Code.isTrue
    for (index, code) in used.enumerated() {
      byteOfCode[code] = OutcomeMatrix.Code.firstUnscored + UInt8(index)
    }
    return (used.map { reader.classes[$0] ?? "" }, byteOfCode)
  }
}
