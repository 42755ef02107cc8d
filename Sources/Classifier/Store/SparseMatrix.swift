/// A matrix in compressed rows, as text formats give it.
package struct SparseMatrix {
  package var columnCount: Int
  /// `[row + 1]`.
  package var starts: [Int] = [0]
  package var columns: [UInt32] = []
  package var values: [Double] = []
  package var labels: [Double] = []

  package init(columnCount: Int = 0) { self.columnCount = columnCount }

  package var rowCount: Int { starts.count - 1 }
}
