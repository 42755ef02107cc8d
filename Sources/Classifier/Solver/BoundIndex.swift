internal import CClassifierKernels

/// Row maxima of every tile in the solver's scale.
///
/// Unscaled fits use the stored index. Scaled fits compute their own once, because a maximum over
/// columns does not commute with a factor per column.
final class BoundIndex {
  private let store: TileStore
  private let scaled: Buffer<Float>?
  private let scaledOffsets: [Int]

  /// - Throws: ``ClassifierError`` when the store cannot be read.
  init(
    store: TileStore, scale: FeatureScale, kernels: KernelTable, threads: Int
  ) throws(ClassifierError) {
    self.store = store
    guard scale != .none else {
      scaled = nil
      scaledOffsets = []
      return
    }
    var offsets: [Int] = []
    var total = 0
    for group in store.groups {
      offsets.append(total)
      if group.encoding == .dense { total += group.rowCount * group.tileCount }
    }
    let maxima = Buffer<Float>(total, repeating: 0)
    let failure = ParallelFailure()
    Parallel.forEach(
      store.groups.count, threads: threads, context: { SectionReader(store.sections.values) }
    ) { reader, index in
      let group = store.groups[index]
      guard group.encoding == .dense else { return }
      var factors = [Double](repeating: 0, count: 64)
      for tile in 0..<group.tileCount {
        for lane in 0..<64 {
          let slot = group.firstSlot + tile * 64 + lane
          factors[lane] =
            tile * 64 + lane < group.columnCount
            ? ColumnScale(scale, store.slot(slot), rowCount: store.rowCount).factor : 0
        }
        do throws(ClassifierError) {
          cls_scaled_maxima(
            kernels.pointer, store.dtype.code, try reader.bytes(store.tileRange(group, tile)),
            group.rowCount, factors, group.tileCount, maxima.pointer + offsets[index] + tile)
        } catch { failure.record(error, at: index) }
      }
    }
    try failure.check()
    scaled = maxima
    scaledOffsets = offsets
  }

  /// The maxima `[rowCount, tileCount]` of a dense group and their type code.
  func maxima(_ index: Int) -> (UnsafeRawPointer, Int32) {
    if let scaled { return (UnsafeRawPointer(scaled.pointer + scaledOffsets[index]), 1) }
    return (store.boundsPointer(store.groups[index]), store.dtype == .f16 ? 0 : 1)
  }
}
