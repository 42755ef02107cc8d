/// A fitted detector with a fixed threshold, applied to raw features.
public struct FrozenDetector: Sendable {
  /// By column, for raw features.
  public var weights: [(column: Int, weight: Double)]
  public var intercept: Double
  /// Log odds above which a row is called positive.
  public var threshold = 0.0

  public init(_ fit: CertifiedFit) {
    weights = fit.weights.map { ($0.column, $0.rawWeight) }
    intercept = fit.rawIntercept
  }

  public init(weights: [(column: Int, weight: Double)], intercept: Double, threshold: Double = 0) {
    self.weights = weights
    self.intercept = intercept
    self.threshold = threshold
  }

  /// Log odds of every row. Columns that the store does not hold are 0 there.
  ///
  /// - Throws: ``ClassifierError`` when the store cannot be read.
  public func scores(on store: TileStore) throws(ClassifierError) -> [Double] {
    var result = [Double](repeating: intercept, count: store.rowCount)
    let wanted = Dictionary(weights.map { ($0.column, $0.weight) }, uniquingKeysWith: { $1 })
    guard !wanted.isEmpty else { return result }
    let reader = SectionReader(store.sections.values)
    let column = Buffer<Double>(store.rowCount, repeating: 0)
    // Ascending columns: the order of a sum is part of the result.
    for (number, slot) in store.slots(ofColumns: Set(wanted.keys)) {
      try store.readColumn(slot, scale: .none, into: column.pointer, reader: reader)
      let weight = wanted[number] ?? 0
      for row in 0..<store.rowCount { result[row] += weight * column[row] }
    }
    return result
  }
}
