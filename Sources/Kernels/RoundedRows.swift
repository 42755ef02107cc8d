package import CKernels

/// Rows of activations rounded to int8 in blocks of 32 columns, with the scale and sum of each block.
///
/// `@unchecked Sendable`: owned by one forward pass; tasks write disjoint rows.
package final class RoundedRows: @unchecked Sendable {
  private var columns = 0
  private var rows = 0
  private let storage = FloatBuffer(count: 0)

  package init() {}

  /// Bytes a row: values, then scale, sum and count a block, then the counts of its halves.
  private static func floats(_ columns: Int) -> Int { columns / 4 + 5 * (columns / 32) }

  func reserve(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    storage.reserve(rows * Self.floats(columns))
  }

  var descriptor: ck_int8_rows {
    let blocks = rows * (columns / 32)
    let base = UnsafeMutableRawPointer(storage.pointer)
    let scales = storage.pointer + rows * (columns / 4)
    let counts = UnsafeMutableRawPointer(scales + 2 * blocks).assumingMemoryBound(to: Int32.self)
    return ck_int8_rows(
      columns: columns, values: base.assumingMemoryBound(to: Int8.self), scales: scales,
      sums: scales + blocks, counts: counts, half_counts: counts + blocks)
  }
}

/// Rounded rows without their owner; see ``BorrowedMatrix``.
package struct BorrowedRows {
  let descriptor: ck_int8_rows
}

extension RoundedRows {
  /// Valid until the rows are reserved anew.
  package var borrowed: BorrowedRows { BorrowedRows(descriptor: descriptor) }
}
