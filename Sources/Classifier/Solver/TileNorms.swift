internal import CClassifierKernels

/// Per tile, what the cheap bounds need: the largest norm and centre of its columns in the solver's
/// scale, rounded up.
struct TileNorms {
  /// Norm of factor · x, not centred: it bounds products with residuals on the group's rows alone.
  let plain: [Float]
  /// Norm of the scaled column over all rows.
  let scaled: [Float]
  /// factor · |centre|.
  let centre: [Float]

  init(store: TileStore, scale: FeatureScale, threads: Int) {
    let plain = Buffer<Float>(store.tileCount, repeating: 0)
    let scaled = Buffer<Float>(store.tileCount, repeating: 0)
    let centre = Buffer<Float>(store.tileCount, repeating: 0)
    Parallel.forEach(store.groups.count, threads: threads) { index in
      let group = store.groups[index]
      for tile in 0..<group.tileCount {
        var largestPlain = 0.0
        var largestScaled = 0.0
        var largestCentre = 0.0
        for lane in 0..<min(64, group.columnCount - tile * 64) {
          let record = store.slot(group.firstSlot + tile * 64 + lane)
          let squares =
            record.centredSquares + record.sum * record.sum / Double(store.rowCount)
          if scale == .none {
            largestPlain = max(largestPlain, squares)
            continue
          }
          let transform = ColumnScale(scale, record, rowCount: store.rowCount)
          largestPlain = max(largestPlain, transform.factor * squares.squareRoot())
          largestScaled = max(largestScaled, transform.norm(record, rowCount: store.rowCount))
          largestCentre = max(largestCentre, transform.factor * abs(transform.centre))
        }
        if scale == .none {
          largestPlain = largestPlain.squareRoot()
          largestScaled = largestPlain
        }
        let number = store.firstTile[index] + tile
        plain[number] = Self.up(largestPlain)
        scaled[number] = Self.up(largestScaled)
        centre[number] = Self.up(largestCentre)
      }
    }
    self.plain = plain.array
    self.scaled = scaled.array
    self.centre = centre.array
  }

  /// The squares were rounded a few times each, so the result is raised by more than one unit.
  private static func up(_ value: Double) -> Float {
    value == 0 ? 0 : Float(value * (1 + 1e-6)).nextUp
  }
}
