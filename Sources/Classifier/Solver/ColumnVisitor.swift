/// Plain f64 products of every stored column with residuals, for the independent checker.
///
/// Values are widened by Swift's own conversions (binary16 through a table of all 65,536 of them).
/// Eight columns are summed side by side, each in row order. One visitor a thread.
final class ColumnVisitor {
  private typealias Eight = SIMD8<Double>

  private let store: TileStore
  private let isPositive: [Bool]
  /// `[point, row]`.
  private let residuals: [[Double]]
  private let values: SectionReader
  private let halves: [Double]
  private var block: [Double] = []
  /// Places in the group's row list by label, and the residuals there: `[point, place]`.
  private var places: (positive: [Int], negative: [Int]) = ([], [])
  private var local: [[Double]]

  init(store: TileStore, labels: [Double], residuals: [[Double]]) {
    self.store = store
    self.residuals = residuals
    isPositive = labels.map { $0 > 0 }
    values = SectionReader(store.sections.values)
    halves =
      store.dtype == .f16
      ? (0...UInt16.max).map { Double(Float16(bitPattern: $0)) } : []
    local = residuals.map { _ in [] }
  }

  /// Calls `body` with slot, point and the sums over positive and negative rows.
  func visit(
    _ group: GroupRecord, _ body: (Int, Int, (positive: Double, negative: Double)) -> Void
  ) throws(ClassifierError) {
    switch group.encoding {
    case .dense: try visitDense(group, body)
    case .sparse:
      for slot in group.firstSlot..<group.firstSlot + group.columnCount {
        let entries = try entries(slot)
        for k in residuals.indices {
          var sums = (positive: 0.0, negative: 0.0)
          for (row, value) in entries {
            if isPositive[row] {
              sums.positive += value * residuals[k][row]
            } else {
              sums.negative += value * residuals[k][row]
            }
          }
          body(slot, k, sums)
        }
      }
    }
  }

  private func visitDense(
    _ group: GroupRecord, _ body: (Int, Int, (positive: Double, negative: Double)) -> Void
  ) throws(ClassifierError) {
    let rows = store.rowList(group)
    places = ([], [])
    for place in 0..<group.rowCount {
      if isPositive[Int(rows[place])] {
        places.positive.append(place)
      } else {
        places.negative.append(place)
      }
    }
    for k in residuals.indices {
      local[k] = (0..<group.rowCount).map { residuals[k][Int(rows[$0])] }
    }
    for tile in 0..<group.tileCount {
      widen(try values.bytes(store.tileRange(group, tile)), count: group.rowCount * 64)
      let columns = min(64, group.columnCount - tile * 64)
      for first in stride(from: 0, to: columns, by: 8) {
        for k in residuals.indices {
          let positive = sum(places.positive, local[k], first)
          let negative = sum(places.negative, local[k], first)
          for lane in 0..<min(8, columns - first) {
            body(
              group.firstSlot + tile * 64 + first + lane, k, (positive[lane], negative[lane]))
          }
        }
      }
    }
  }

  private func sum(_ places: [Int], _ residual: [Double], _ first: Int) -> Eight {
    var total = Eight(repeating: 0)
    block.withUnsafeBytes { bytes in
      residual.withUnsafeBufferPointer { residual in
        for place in places {
          let row = bytes.loadUnaligned(fromByteOffset: (place * 64 + first) * 8, as: Eight.self)
          total += row * residual[place]
        }
      }
    }
    return total
  }

  private func widen(_ start: UnsafeRawPointer, count: Int) {
    if block.count < count { block = [Double](repeating: 0, count: count) }
    block.withUnsafeMutableBufferPointer { block in
      switch store.dtype {
      case .f16:
        halves.withUnsafeBufferPointer { halves in
          for index in 0..<count {
            block[index] =
              halves[Int(start.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))]
          }
        }
      case .f32:
        for index in 0..<count {
          block[index] = Double(start.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
        }
      case .f64:
        for index in 0..<count {
          block[index] = start.loadUnaligned(fromByteOffset: index * 8, as: Double.self)
        }
      }
    }
  }

  /// Stored values of one column with their rows.
  func entries(_ slot: Int) throws(ClassifierError) -> [(row: Int, value: Double)] {
    let group = store.groups[store.groupIndex(ofSlot: slot)]
    let place = slot - group.firstSlot
    switch group.encoding {
    case .dense:
      let rows = store.rowList(group)
      let start = try values.bytes(store.tileRange(group, place / 64))
      return (0..<group.rowCount).map { entry in
        (Int(rows[entry]), value(start, entry * 64 + place % 64))
      }
    case .sparse:
      let (starts, rows, start) = store.sparseParts(group)
      return (Int(starts[place])..<Int(starts[place + 1])).map { entry in
        (Int(rows[entry]), value(start, entry))
      }
    }
  }

  private func value(_ start: UnsafeRawPointer, _ index: Int) -> Double {
    switch store.dtype {
    case .f16: halves[Int(start.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))]
    case .f32: Double(start.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
    case .f64: start.loadUnaligned(fromByteOffset: index * 8, as: Double.self)
    }
  }
}
