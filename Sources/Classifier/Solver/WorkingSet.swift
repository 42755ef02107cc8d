internal import CClassifierKernels

/// The columns that any problem may use, scaled, in f64, dense over all rows.
final class WorkingSet {
  let store: TileStore
  let scale: FeatureScale
  private(set) var slots: [Int] = []
  private(set) var columns: [UnsafeMutablePointer<Double>] = []
  /// ‖xⱼ‖, rounded up.
  private(set) var norms: [Double] = []
  private var positionOfSlot: [Int: Int] = [:]

  init(store: TileStore, scale: FeatureScale) {
    self.store = store
    self.scale = scale
  }

  deinit { for column in columns { column.deallocate() } }

  var count: Int { slots.count }

  func contains(_ slot: Int) -> Bool { positionOfSlot[slot] != nil }

  func position(_ slot: Int) -> Int? { positionOfSlot[slot] }

  /// Adds the columns that are not in the set yet, in the order given.
  func append(_ additions: [Int], threads: Int) throws(ClassifierError) {
    let first = slots.count
    for slot in additions where positionOfSlot[slot] == nil {
      positionOfSlot[slot] = slots.count
      slots.append(slot)
      columns.append(.allocate(capacity: store.rowCount))
      norms.append(0)
    }
    // By slot, so that a tile with several of them is read once.
    let order = (first..<slots.count).sorted { slots[$0] < slots[$1] }
    let runs = store.runs(order.map { slots[$0] })
    let found = Buffer<Double>(order.count, repeating: 0)
    let failure = ParallelFailure()
    Parallel.forEach(
      runs.count, threads: threads, context: { SectionReader(store.sections.values) }
    ) { reader, run in
      for index in runs[run] {
        let column = columns[order[index]]
        do throws(ClassifierError) {
          try store.readColumn(slots[order[index]], scale: scale, into: column, reader: reader)
        } catch {
          failure.record(error, at: index)
          column.initialize(repeating: 0, count: store.rowCount)
        }
        var squares = 0.0
        for row in 0..<store.rowCount { squares += column[row] * column[row] }
        found[index] = squares.squareRoot() * (1 + 1e-12)
      }
    }
    for (index, position) in order.enumerated() { norms[position] = found[index] }
    try failure.check()
  }
}

extension TileStore {
  /// Ascending slots cut into runs of one tile each.
  func runs(_ slots: [Int]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var last = -1
    for (index, slot) in slots.enumerated() {
      let group = groupIndex(ofSlot: slot)
      let tile = firstTile[group] + (slot - groups[group].firstSlot) / 64
      if tile == last, let run = result.popLast() {
        result.append(run.lowerBound..<index + 1)
      } else {
        result.append(index..<index + 1)
      }
      last = tile
    }
    return result
  }

  /// Writes the scaled column over all rows.
  func readColumn(
    _ index: Int, scale: FeatureScale, into column: UnsafeMutablePointer<Double>,
    reader: SectionReader
  ) throws(ClassifierError) {
    let record = slot(index)
    let transform = ColumnScale(scale, record, rowCount: rowCount)
    let absent = (0 - transform.centre) * transform.factor
    column.initialize(repeating: absent, count: rowCount)
    let group = groups[groupIndex(ofSlot: index)]
    let local = index - group.firstSlot
    switch group.encoding {
    case .dense:
      let rows = rowList(group)
      let tile = try reader.bytes(tileRange(group, local / 64))
      withUnsafeTemporaryAllocation(of: Double.self, capacity: group.rowCount) { wide in
        cls_gather_f64(
          dtype.code, tile + local % 64 * dtype.sizeBytes, 64, group.rowCount, wide.baseAddress)
        for entry in 0..<group.rowCount {
          column[Int(rows[entry])] = (wide[entry] - transform.centre) * transform.factor
        }
      }
    case .sparse:
      let (starts, rows, values) = sparseParts(group)
      let first = Int(starts[local])
      let count = Int(starts[local + 1]) - first
      withUnsafeTemporaryAllocation(of: Double.self, capacity: max(count, 1)) { wide in
        cls_gather_f64(
          dtype.code, values + first * dtype.sizeBytes, 1, count, wide.baseAddress)
        for entry in 0..<count {
          column[Int(rows[first + entry])] = (wide[entry] - transform.centre) * transform.factor
        }
      }
    }
  }

  /// xⱼᵀ r of the scaled column in f64, rows in order.
  func exactProduct(
    _ index: Int, scale: FeatureScale, residual: UnsafePointer<Double>, residualSum: Double,
    reader: SectionReader
  ) throws(ClassifierError) -> Double {
    let record = slot(index)
    let transform = ColumnScale(scale, record, rowCount: rowCount)
    let group = groups[groupIndex(ofSlot: index)]
    let local = index - group.firstSlot
    var sum = 0.0
    switch group.encoding {
    case .dense:
      let tile = try reader.bytes(tileRange(group, local / 64))
      _ = cls_column_scan(
        dtype.code, tile + local % 64 * dtype.sizeBytes, 64, rowList(group), group.rowCount,
        residual, &sum)
    case .sparse:
      let (starts, rows, values) = sparseParts(group)
      let first = Int(starts[local])
      _ = cls_column_scan(
        dtype.code, values + first * dtype.sizeBytes, 1, rows + first,
        Int(starts[local + 1]) - first, residual, &sum)
    }
    return transform.factor * (sum - transform.centre * residualSum)
  }
}
