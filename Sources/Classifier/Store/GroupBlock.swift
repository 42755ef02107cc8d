internal import CClassifierKernels

/// The values of one group before they become tiles.
enum GroupBlock {
  /// `[rows.count, columns.count]`, row-major, in the store's type.
  case dense(rows: [UInt32], columns: [UInt32], bytes: UnsafeRawPointer)
  /// Compressed columns; rows ascend in each column.
  case sparse(columns: [UInt32], starts: [Int], rows: [UInt32], values: [Double])
}
