internal import CClassifierKernels

/// Row maxima of every tile in the solver's scale.
///
/// Unscaled fits use the stored index. Scaled fits compute their own once, because a maximum over
/// columns does not commute with a factor per column.
final class BoundIndex {
  private let store: TileStore
  private let scaled: Buffer<Float>?
  private let scaledOffsets: [Int]
  /// Largest factor · |centre| in each tile.
  let tileCentre: [Float]
  /// Largest norm of a scaled column in each tile, rounded up.
  let tileNorm: [Float]

  init(store: TileStore, scale: FeatureScale, kernels: KernelTable, threads: Int) {
    self.store = store
    var offsets: [Int] = []
    var total = 0
    for group in store.groups {
      offsets.append(total)
      if group.encoding == .dense { total += group.rowCount * group.tileCount }
    }
    let norms = Buffer<Float>(store.tileCount, repeating: 0)
    let centres = Buffer<Float>(store.tileCount, repeating: 0)
    let maxima = scale == .none ? nil : Buffer<Float>(total, repeating: 0)
    Parallel.forEach(store.groups.count, threads: threads) { index in
      let group = store.groups[index]
      for tile in 0..<group.tileCount {
        var norm = 0.0
        var centre = 0.0
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 64) { factors in
          factors.initialize(repeating: 0)
          for lane in 0..<min(64, group.columnCount - tile * 64) {
            let record = store.slot(group.firstSlot + tile * 64 + lane)
            let transform = ColumnScale(scale, record, rowCount: store.rowCount)
            factors[lane] = transform.factor
            norm = max(norm, transform.norm(record, rowCount: store.rowCount))
            centre = max(centre, transform.factor * abs(transform.centre))
          }
          if let maxima, group.encoding == .dense {
            cls_scaled_maxima(
              kernels.pointer, store.dtype.code, store.tilePointer(group, tile), group.rowCount,
              factors.baseAddress, group.tileCount, maxima.pointer + offsets[index] + tile)
          }
        }
        norms[store.firstTile[index] + tile] = Float(norm).nextUp
        centres[store.firstTile[index] + tile] = centre == 0 ? 0 : Float(centre).nextUp
      }
      if scale != .none {
        store.sections.values.release(
          group.valuesOffset..<group.valuesOffset + group.valuesLength)
      }
    }
    tileNorm = norms.array
    tileCentre = centres.array
    scaled = maxima
    scaledOffsets = offsets
  }

  /// The maxima `[rowCount, tileCount]` of a dense group and their type code.
  func maxima(_ index: Int) -> (UnsafeRawPointer, Int32) {
    if let scaled { return (UnsafeRawPointer(scaled.pointer + scaledOffsets[index]), 1) }
    return (
      store.boundsPointer(store.groups[index]), store.dtype == .f16 ? 0 : 1
    )
  }
}
