extension TileStore {
  /// The values of some columns, `[row]` each; a column that was never non-zero is all zeros.
  ///
  /// - Throws: ``ClassifierError`` when the store cannot be read.
  public func values(ofColumns columns: [Int]) throws(ClassifierError) -> [Int: [Double]] {
    let wanted = Set(columns)
    var result: [Int: [Double]] = [:]
    for column in wanted { result[column] = [Double](repeating: 0, count: rowCount) }
    let reader = SectionReader(sections.values)
    let values = Buffer<Double>(rowCount, repeating: 0)
    for (column, slot) in slots(ofColumns: wanted) {
      try readColumn(slot, scale: .none, into: values.pointer, reader: reader)
      result[column] = values.array
    }
    return result
  }
}
