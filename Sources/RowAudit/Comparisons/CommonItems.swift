import RawStore

/// The questions and doses that two arms share.
struct CommonItems {
  /// Positions in both arms' items, in the order of the first.
  let items: [(left: Int, right: Int)]
  /// Columns in both arms' doses, ascending.
  let columns: [(left: Int, right: Int)]
  /// `[column]`.
  let doses: [Double]

  init(_ left: OutcomeMatrix, _ right: OutcomeMatrix) {
    if left.items == right.items {
      items = left.items.indices.map { ($0, $0) }
    } else {
      var places: [String: Int] = [:]
      places.reserveCapacity(right.items.count)
      for (index, item) in right.items.enumerated() { places[item] = index }
      items = left.items.enumerated().compactMap { index, item in
        places[item].map { (index, $0) }
      }
    }
    columns = left.doses.enumerated().compactMap { index, dose in
      right.doses.firstIndex(of: dose).map { (index, $0) }
    }
    doses = columns.map { left.doses[$0.left] }
  }
}
