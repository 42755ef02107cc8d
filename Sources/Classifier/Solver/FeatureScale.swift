/// How features are scaled before the fit. The default of a study is ``none``.
public enum FeatureScale: String, Sendable, CaseIterable {
  case none
  /// Divided by the column's largest magnitude.
  case maxAbs = "max-abs"
  /// Centred and divided by the standard deviation (population, over all rows of the store). Never
  /// stored: the centre enters every product as a rank-one term, see `docs/classifier.md`.
  case z
}

/// The scale of one column: x̃ = (x − centre) · factor.
struct ColumnScale {
  var factor: Double
  var centre: Double

  init(_ scale: FeatureScale, _ slot: SlotRecord, rowCount: Int) {
    switch scale {
    case .none: self = ColumnScale(factor: 1, centre: 0)
    case .maxAbs: self = ColumnScale(factor: 1 / slot.maximumMagnitude, centre: 0)
    case .z:
      let mean = slot.sum / Double(rowCount)
      // A column whose deviations are rounding noise is constant: it becomes 0 and never enters.
      let noise = Double(rowCount) * (mean * 1e-14) * (mean * 1e-14)
      let factor =
        slot.centredSquares > noise
        ? 1 / (slot.centredSquares / Double(rowCount)).squareRoot() : 0
      self = ColumnScale(factor: factor, centre: mean)
    }
  }

  private init(factor: Double, centre: Double) {
    self.factor = factor
    self.centre = centre
  }

  /// Euclidean norm of the scaled column over all rows.
  func norm(_ slot: SlotRecord, rowCount: Int) -> Double {
    let squares =
      centre == 0
      ? slot.centredSquares + slot.sum * slot.sum / Double(rowCount) : slot.centredSquares
    return factor * squares.squareRoot()
  }
}
