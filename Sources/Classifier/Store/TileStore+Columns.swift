extension TileStore {
  /// The values of some columns, `[row]` each; a column that was never non-zero is all zeros.
  public func values(ofColumns columns: [Int]) -> [Int: [Double]] {
    let wanted = Set(columns)
    var result: [Int: [Double]] = [:]
    for column in wanted { result[column] = [Double](repeating: 0, count: rowCount) }
    var values = [Double](repeating: 0, count: rowCount)
    var rows = [UInt32](repeating: 0, count: rowCount)
    for group in groups {
      for local in 0..<group.columnCount {
        let column = Int(slot(group.firstSlot + local).column)
        guard wanted.contains(column) else { continue }
        let count = readValues(group, local, &values, &rows)
        for entry in 0..<count { result[column]?[Int(rows[entry])] = values[entry] }
      }
    }
    return result
  }
}
