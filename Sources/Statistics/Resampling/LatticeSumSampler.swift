/// Draws Σ v, and Σ v² where asked for, of n independent values from a finite set of integers, at
/// a fraction of n random words.
///
/// A resample of n items that take few distinct values is a sum of n independent draws, and a sum
/// of m draws has the m-fold convolution of one draw's distribution. The convolution is tabulated
/// for m = 1, 2, 4, … while the tables stay small; a sum is then about n / m draws from the largest
/// table and one from each table that the remainder needs. The distribution is that of drawing
/// item by item up to rounding, less than 1e-12 in total variation for a table: the size of the
/// error of any table of doubles. Only additions and products enter, so the tables have the same
/// bits everywhere.
///
/// - Source: alias tables after Walker (1977), doi:10.1145/355744.355749, and Vose (1991),
///   doi:10.1109/32.92917. Oracle: enumeration of all samples, and the item-by-item bootstrap.
package struct LatticeSumSampler: Sendable {
  /// Σ v in the upper half, Σ v² in the lower: one addition adds both.
  private typealias PackedSum = Int64

  private struct Mass {
    let sum: PackedSum
    var probability: Double
  }

  private struct Cell: Sendable {
    let threshold: UInt64
    let sum: PackedSum
    let alias: PackedSum
  }

  private struct Table: Sendable {
    let draws: Int
    let cells: [Cell]
  }

  private let tables: [Table]
  /// Random words of one sum.
  package let wordCount: Int

  /// Products of one convolution, which bounds the tables and the time to make them.
  private static let productLimit = 1 << 14

  /// - Parameters:
  ///   - values: equally likely; repeats make a value likelier.
  ///   - count: draws of one sum, n.
  /// - Returns: Nil where tables do not pay (too many distinct values) or sums could overflow.
  package init?(values: [Int], count: Int, includesSquares: Bool) {
    guard count > 0, !values.isEmpty, values.count <= 1 << 30 else { return nil }
    let largest = values.reduce(0.0) { max($0, Double($1.magnitude)) }
    guard Double(count) * largest < 0x1p31,
      !includesSquares || Double(count) * largest * largest < 0x1p32
    else { return nil }
    var powers = [Self.distribution(of: values, includesSquares: includesSquares)]
    var length = 1
    while let last = powers.last, 2 * length <= count,
      last.count * last.count <= Self.productLimit
    {
      powers.append(Self.sum(of: last, and: last))
      length *= 2
    }
    guard length > 1 || count == 1 else { return nil }
    var tables: [Table] = []
    var rest = count
    for (power, masses) in powers.enumerated().reversed() {
      let draws = rest >> power
      if draws > 0 { tables.append(Table(draws: draws, cells: Self.aliasCells(masses))) }
      rest -= draws << power
    }
    self.tables = tables
    wordCount = tables.reduce(0) { $0 + $1.draws }
  }

  /// One sum from `wordCount` random words.
  @inline(__always)
  package func draw(_ words: UnsafeMutableBufferPointer<UInt64>) -> (sum: Int, squares: Int) {
    var total: PackedSum = 0
    var position = 0
    for table in tables {
      table.cells.withUnsafeBufferPointer { cells in
        let count = UInt64(cells.count)
        for word in words[position..<position + table.draws] {
          // The upper half picks the cell, the lower half is uniform within it.
          let product = word.multipliedFullWidth(by: count)
          let cell = cells[Int(truncatingIfNeeded: product.high)]
          total &+= product.low < cell.threshold ? cell.sum : cell.alias
        }
      }
      position += table.draws
    }
    return (Int(total >> 32), Int(total & 0xFFFF_FFFF))
  }

  private static func distribution(of values: [Int], includesSquares: Bool) -> [Mass] {
    var counts: [Int: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.keys.sorted().map { value in
      Mass(
        sum: PackedSum(value) << 32 + PackedSum(includesSquares ? value * value : 0),
        probability: Double(counts[value] ?? 0) / Double(values.count))
    }
  }

  /// The distribution of a sum of two independent sums, in order of first appearance.
  private static func sum(of first: [Mass], and second: [Mass]) -> [Mass] {
    var slots: [PackedSum: Int] = [:]
    var result: [Mass] = []
    for left in first {
      for right in second {
        let sum = left.sum + right.sum
        let probability = left.probability * right.probability
        if let slot = slots[sum] {
          result[slot].probability += probability
        } else {
          slots[sum] = result.count
          result.append(Mass(sum: sum, probability: probability))
        }
      }
    }
    return result
  }

  private static func aliasCells(_ masses: [Mass]) -> [Cell] {
    var share = masses.map { $0.probability * Double(masses.count) }
    var alias = Array(masses.indices)
    var small = masses.indices.filter { share[$0] < 1 }
    var large = masses.indices.filter { share[$0] >= 1 }
    while let poor = small.last, let rich = large.last {
      small.removeLast()
      alias[poor] = rich
      share[rich] -= 1 - share[poor]
      if share[rich] < 1 { small.append(large.removeLast()) }
    }
    return masses.indices.map { index in
      Cell(
        threshold: share[index] < 1 ? UInt64(max(0, share[index]) * 0x1p64) : .max,
        sum: masses[index].sum, alias: masses[alias[index]].sum)
    }
  }
}
