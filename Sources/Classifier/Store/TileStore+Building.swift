internal import CClassifierKernels

extension TileStore {
  /// Builds a store from compressed rows.
  ///
  /// Columns without any value are dropped; the others form groups of `groupWidth` in their order. A
  /// group becomes dense tiles when at least a quarter of its active rows × columns is non-zero,
  /// otherwise compressed columns.
  ///
  /// - Parameter path: a folder, or `nil` for memory.
  package static func build(
    from matrix: SparseMatrix, dtype: StoreValueType, path: String? = nil, groupWidth: Int = 512,
    rows: [StoreRow]? = nil, source: String
  ) throws -> TileStore {
    let rowCount = matrix.rowCount
    let writer = try StoreWriter(
      path: path, dtype: dtype, rowCount: rowCount, columnCount: matrix.columnCount)
    // Transpose by counting. Only columns that occur get a place, so that one huge index costs
    // nothing.
    var order = Array(matrix.columns.indices).map { UInt32(truncatingIfNeeded: $0) }
    guard matrix.columns.count <= Int(UInt32.max) else {
      throw ClassifierError.invalidArgument(
        name: "matrix", message: "more than 2^32 − 1 values; write the store row by row instead")
    }
    var rowOfEntry = [UInt32](repeating: 0, count: matrix.columns.count)
    for row in 0..<rowCount {
      for entry in matrix.starts[row]..<matrix.starts[row + 1] { rowOfEntry[entry] = UInt32(row) }
    }
    if matrix.columnCount <= 1 << 26 {
      var places = [UInt32](repeating: 0, count: matrix.columnCount + 1)
      for column in matrix.columns { places[Int(column) + 1] += 1 }
      for column in 0..<matrix.columnCount { places[column + 1] += places[column] }
      for (entry, column) in matrix.columns.enumerated() {
        order[Int(places[Int(column)])] = UInt32(entry)
        places[Int(column)] += 1
      }
    } else {
      order.sort { (matrix.columns[Int($0)], $0) < (matrix.columns[Int($1)], $1) }
    }
    var position = 0
    while position < order.count {
      var columns: [UInt32] = []
      var starts = [0]
      let first = position
      while position < order.count, columns.count < groupWidth {
        let column = matrix.columns[Int(order[position])]
        while position < order.count, matrix.columns[Int(order[position])] == column {
          position += 1
        }
        columns.append(column)
        starts.append(position - first)
      }
      let entries = order[first..<position]
      try writer.append(
        entries: entries.map { (rowOfEntry[Int($0)], matrix.values[Int($0)]) }, columns: columns,
        starts: starts)
    }
    let described =
      rows
      ?? (0..<rowCount).map { StoreRow(item: String($0 + 1), label: matrix.labels[$0]) }
    return try writer.finish(rows: described, source: source)
  }
}

extension StoreWriter {
  /// Adds a group given by columns, choosing its encoding.
  func append(
    entries: [(row: UInt32, value: Double)], columns: [UInt32], starts: [Int]
  ) throws(ClassifierError) {
    var isActive = [Bool](repeating: false, count: rowCount)
    for entry in entries { isActive[Int(entry.row)] = true }
    let active = (0..<UInt32(rowCount)).filter { isActive[Int($0)] }
    let cells = active.count * columns.count
    if cells > 4 * entries.count {
      try append(
        .sparse(
          columns: columns, starts: starts, rows: entries.map(\.row), values: entries.map(\.value)))
      return
    }
    var place = [Int](repeating: 0, count: rowCount)
    for (index, row) in active.enumerated() { place[Int(row)] = index }
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: cells * dtype.sizeBytes, alignment: 64)
    defer { block.deallocate() }
    block.initializeMemory(as: UInt8.self, repeating: 0, count: cells * dtype.sizeBytes)
    for column in columns.indices {
      for entry in starts[column]..<starts[column + 1] {
        let cell = place[Int(entries[entry].row)] * columns.count + column
        try store(entries[entry].value, row: Int(entries[entry].row), at: block, cell: cell)
      }
    }
    try append(.dense(rows: active, columns: columns, bytes: block))
  }

  /// Rounds one value into a block.
  func store(
    _ value: Double, row: Int, at block: UnsafeMutableRawPointer, cell: Int
  ) throws(ClassifierError) {
    guard value.isFinite else {
      throw .valueOutOfRange(value: value, dtype: dtype.rawValue, row: row)
    }
    switch dtype {
    case .f16:
      var single = Float(value)
      var half: UInt16 = 0
      var overflow: Int32 = 0
      vanishedCount += cls_round_f16(&single, &half, 1, &overflow)
      guard overflow == 0 else { throw .valueOutOfRange(value: value, dtype: "f16", row: row) }
      block.storeBytes(of: half, toByteOffset: cell * 2, as: UInt16.self)
    case .f32:
      guard Float(value).isFinite else {
        throw .valueOutOfRange(value: value, dtype: "f32", row: row)
      }
      block.storeBytes(of: Float(value), toByteOffset: cell * 4, as: Float.self)
    case .f64:
      block.storeBytes(of: value, toByteOffset: cell * 8, as: Double.self)
    }
  }
}
