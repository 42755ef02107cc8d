/// Dense symmetric matrices of a handful of doses: Cholesky and what follows from it.
///
/// No BLAS on purpose: its kernel choice moves last bits between machines.
package struct SmallMatrix: Hashable, Sendable {
  package let size: Int
  /// Row-major, [size × size].
  package var elements: [Double]

  package init(size: Int, elements: [Double]) {
    precondition(elements.count == size * size, "a \(size) × \(size) matrix needs its elements")
    self.size = size
    self.elements = elements
  }

  package subscript(row: Int, column: Int) -> Double {
    get { elements[row * size + column] }
    set { elements[row * size + column] = newValue }
  }

  package var rows: [[Double]] {
    (0..<size).map { Array(elements[$0 * size..<($0 + 1) * size]) }
  }

  package static func zero(_ size: Int) -> SmallMatrix {
    SmallMatrix(size: size, elements: [Double](repeating: 0, count: size * size))
  }

  /// The rows and columns of some indices.
  package func restricted(to indices: [Int]) -> SmallMatrix {
    SmallMatrix(
      size: indices.count,
      elements: indices.flatMap { row in indices.map { self[row, $0] } })
  }

  /// The lower Cholesky factor, or `nil` where a pivot falls below 1e-10 of its diagonal: then the
  /// matrix is singular for every statistical purpose.
  package var choleskyFactor: SmallMatrix? {
    var factor = SmallMatrix.zero(size)
    for column in 0..<size {
      var pivot = self[column, column]
      for k in 0..<column { pivot -= factor[column, k] * factor[column, k] }
      guard pivot > 1e-10 * abs(self[column, column]), pivot.isFinite else { return nil }
      let root = pivot.squareRoot()
      factor[column, column] = root
      for row in (column + 1)..<max(size, column + 1) {
        var sum = self[row, column]
        for k in 0..<column { sum -= factor[row, k] * factor[column, k] }
        factor[row, column] = sum / root
      }
    }
    return factor
  }

  /// The inverse of a positive definite matrix, or `nil` for a singular one.
  package var inverse: SmallMatrix? {
    guard let factor = choleskyFactor else { return nil }
    var inverse = SmallMatrix.zero(size)
    for unit in 0..<size {
      var solution = [Double](repeating: 0, count: size)
      for row in 0..<size {
        var sum = row == unit ? 1.0 : 0.0
        for k in 0..<row { sum -= factor[row, k] * solution[k] }
        solution[row] = sum / factor[row, row]
      }
      for row in (0..<size).reversed() {
        var sum = solution[row]
        for k in (row + 1)..<max(size, row + 1) { sum -= factor[k, row] * solution[k] }
        solution[row] = sum / factor[row, row]
      }
      for row in 0..<size { inverse[row, unit] = solution[row] }
    }
    return inverse
  }

  package func times(_ vector: [Double]) -> [Double] {
    (0..<size).map { row in
      (0..<size).reduce(0) { $0 + self[row, $1] * vector[$1] }
    }
  }
}
