import Randomness

/// Splits by item: rows of one item never stand on both sides.
public struct ItemSplits: Sendable {
  /// `[row]`, 0..<count.
  public let fold: [Int]
  public let count: Int

  /// Deals items into folds, separately for items with and without a positive row, so that every fold
  /// has both classes where the data allow it.
  ///
  /// - Throws: ``ClassifierError/invalidArgument(name:message:)`` with fewer than two folds or fewer
  ///   items than folds.
  public init(
    rows: [StoreRow], labels: [Double], count: Int, seed: UInt64
  ) throws(ClassifierError) {
    let items = Self.items(rows, labels)
    guard count >= 2 else {
      throw .invalidArgument(name: "folds", message: "at least 2 folds are needed")
    }
    guard items.positive.count + items.negative.count >= count else {
      throw .invalidArgument(
        name: "folds",
        message: "\(count) folds need as many items, there are "
          + "\(items.positive.count + items.negative.count)")
    }
    var foldOfItem: [String: Int] = [:]
    var next = 0
    for (stratum, names) in [items.positive, items.negative].enumerated() {
      var shuffled = names
      var random = RandomStream(seed: seed, analysis: "classifier/folds", index: UInt64(stratum))
      random.shuffle(&shuffled)
      for name in shuffled {
        foldOfItem[name] = next % count
        next += 1
      }
    }
    fold = rows.map { foldOfItem[$0.item] ?? 0 }
    self.count = count
  }

  /// Items by whether a row of theirs is positive, in order of appearance.
  static func items(
    _ rows: [StoreRow], _ labels: [Double]
  ) -> (positive: [String], negative: [String]) {
    var isPositive: [String: Bool] = [:]
    var order: [String] = []
    for (row, label) in zip(rows, labels) where label != 0 {
      if isPositive[row.item] == nil { order.append(row.item) }
      isPositive[row.item] = (isPositive[row.item] ?? false) || label > 0
    }
    return (
      order.filter { isPositive[$0] == true }, order.filter { isPositive[$0] == false }
    )
  }

  /// `[row]`: 1 for half of the items of each stratum, 0 for the rest (subsample `index`).
  static func halfSample(
    rows: [StoreRow], labels: [Double], seed: UInt64, index: Int
  ) -> [Double] {
    let items = items(rows, labels)
    var chosen = Set<String>()
    for (stratum, names) in [items.positive, items.negative].enumerated() {
      var shuffled = names
      var random = RandomStream(
        seed: seed, analysis: "classifier/stability", index: UInt64(index),
        substream: UInt64(stratum))
      random.shuffle(&shuffled)
      chosen.formUnion(shuffled.prefix((names.count + 1) / 2))
    }
    return zip(rows, labels).map { $1 != 0 && chosen.contains($0.item) ? 1 : 0 }
  }
}
