internal import CClassifierKernels

/// The columns that any problem may use, scaled, in f64, dense over all rows.
final class WorkingSet {
  let store: TileStore
  let scale: FeatureScale
  private(set) var slots: [Int] = []
  private(set) var columns: [UnsafeMutablePointer<Double>] = []
  private var positionOfSlot: [Int: Int] = [:]

  init(store: TileStore, scale: FeatureScale) {
    self.store = store
    self.scale = scale
  }

  deinit { for column in columns { column.deallocate() } }

  var count: Int { slots.count }

  func contains(_ slot: Int) -> Bool { positionOfSlot[slot] != nil }

  func position(_ slot: Int) -> Int? { positionOfSlot[slot] }

  func append(_ slot: Int) {
    guard positionOfSlot[slot] == nil else { return }
    let column = UnsafeMutablePointer<Double>.allocate(capacity: store.rowCount)
    store.readColumn(slot, scale: scale, into: column)
    positionOfSlot[slot] = slots.count
    slots.append(slot)
    columns.append(column)
  }
}

extension TileStore {
  /// Writes the scaled column over all rows.
  func readColumn(
    _ index: Int, scale: FeatureScale, into column: UnsafeMutablePointer<Double>
  ) {
    let record = slot(index)
    let transform = ColumnScale(scale, record, rowCount: rowCount)
    let absent = (0 - transform.centre) * transform.factor
    column.initialize(repeating: absent, count: rowCount)
    let group = groups[groupIndex(ofSlot: index)]
    let local = index - group.firstSlot
    switch group.encoding {
    case .dense:
      let rows = rowList(group)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: group.rowCount) { wide in
        cls_gather_f64(
          dtype.code, tilePointer(group, local / 64) + local % 64 * dtype.sizeBytes, 64,
          group.rowCount, wide.baseAddress)
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
    _ index: Int, scale: FeatureScale, residual: UnsafePointer<Double>, residualSum: Double
  ) -> Double {
    let record = slot(index)
    let transform = ColumnScale(scale, record, rowCount: rowCount)
    let group = groups[groupIndex(ofSlot: index)]
    let local = index - group.firstSlot
    var sum = 0.0
    switch group.encoding {
    case .dense:
      _ = cls_column_scan(
        dtype.code, tilePointer(group, local / 64) + local % 64 * dtype.sizeBytes, 64,
        rowList(group), group.rowCount, residual, &sum)
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
