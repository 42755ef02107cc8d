internal import CClassifierKernels

/// One thread's reading in a pass: multiplies wanted tiles with the residuals and lists the columns
/// that may violate.
final class TileReader {
  var pass = Sweep.Pass(outcomes: [])
  private let sweep: Sweep
  private let source: PassSource
  private let problems: [Int]
  private let requests: [Sweep.Request]
  private let cuts: [Float]
  private let screen: TileScreen
  private let values: SectionReader
  private let packed = Scratch()
  private let products: Buffer<Float>
  private let slack: Buffer<Float>
  private let residualMaxima: [Float]
  private var open: [UInt32] = []
  /// Per problem, the bound that a candidate must exceed to be among the strongest of this chunk.
  private var floors: [Float] = []
  private var factors = [Float](repeating: 1, count: 64)
  private var shifts = [Float](repeating: 0, count: 64)
  private var norms = [Float](repeating: 0, count: 64)

  init(
    sweep: Sweep, source: PassSource, problems: [Int], requests: [Sweep.Request], cuts: [Float],
    screen: TileScreen
  ) {
    self.sweep = sweep
    self.source = source
    self.problems = problems
    self.requests = requests
    self.cuts = cuts
    self.screen = screen
    values = SectionReader(sweep.store.sections.values)
    products = Buffer(source.count * 64, repeating: 0)
    slack = Buffer(source.count, repeating: 0)
    residualMaxima = (0..<source.count).map { k in
      var top: Float = 0
      for row in 0..<sweep.store.rowCount {
        top = max(top, abs(source.residuals[row * source.lanes + k]))
      }
      return top
    }
  }

  func visit(_ index: Int) throws(ClassifierError) {
    let store = sweep.store
    let group = store.groups[index]
    var left: UnsafePointer<Float>?
    for tile in 0..<group.tileCount {
      let number = store.firstTile[index] + tile
      guard choose(number) else { continue }
      pass.tilesRead += 1
      switch group.encoding {
      case .dense:
        let rows = left ?? pack(group)
        left = rows
        let range = store.tileRange(group, tile)
        pass.bytesRead += range.count
        let start = try values.bytes(range)
        // Σ M |r| is not kept; Cauchy and Schwarz bound the rounding error of the product as well.
        let relative = Sweep.relativeError(rows: group.rowCount)
        for problem in open {
          let k = Int(problem)
          slack[k] = relative * sweep.norms.plain[number] * source.residualNorms[k]
        }
        cls_tile_product(
          sweep.kernels.pointer, store.dtype.code, start, group.rowCount, rows, source.lanes, open,
          open.count, products.pointer)
      case .sparse: multiplySparse(group, tile)
      }
      examine(
        number, firstSlot: group.firstSlot + tile * 64,
        columns: min(64, group.columnCount - tile * 64))
    }
  }

  /// Fills `open` with the problems for which the tile is read; they are all that want it as soon as
  /// one has it among its strongest.
  private func choose(_ number: Int) -> Bool {
    open.removeAll(keepingCapacity: true)
    let norm = sweep.norms.scaled[number]
    var isStrong = false
    for k in 0..<source.count {
      let bound = screen.upper[screen.place(tile: number, problem: problems[k])]
      guard requests[k].wants(bound, norm: norm) else { continue }
      open.append(UInt32(k))
      if !(bound < cuts[k]) { isStrong = true }
    }
    if open.isEmpty || isStrong { return !open.isEmpty }
    for problem in open {
      let k = Int(problem)
      let bound = screen.upper[screen.place(tile: number, problem: problems[k])]
      pass.outcomes[k].isTruncated = true
      pass.outcomes[k].largest = max(pass.outcomes[k].largest, bound)
    }
    return false
  }

  private func pack(_ group: GroupRecord) -> UnsafePointer<Float> {
    guard group.rowCount < sweep.store.rowCount else {
      return UnsafePointer(source.residuals.pointer)
    }
    let pack = packed.reserve(group.rowCount * source.lanes)
    cls_pack_rows(
      source.residuals.pointer, sweep.store.rowList(group), group.rowCount, source.lanes, pack)
    return UnsafePointer(pack)
  }

  private func multiplySparse(_ group: GroupRecord, _ tile: Int) {
    let store = sweep.store
    let (starts, rows, contents) = store.sparseParts(group)
    let columns = min(64, group.columnCount - tile * 64)
    pass.bytesRead += Int(starts[tile * 64 + columns] - starts[tile * 64]) * store.dtype.sizeBytes
    cls_sparse_product(
      store.dtype.code, contents, rows, starts + tile * 64, columns, source.residuals.pointer,
      source.lanes, open, open.count, products.pointer)
    // Σ |x| |r| ≤ max |x| · max |r| · count is good enough here: sparse columns are short.
    var magnitude = 0.0
    var longest = 0
    for lane in 0..<columns {
      let record = store.slot(group.firstSlot + tile * 64 + lane)
      magnitude = max(magnitude, record.maximumMagnitude * Double(record.count))
      longest = max(longest, Int(record.count))
    }
    for problem in open {
      slack[Int(problem)] =
        Float(magnitude) * residualMaxima[Int(problem)] * Sweep.relativeError(rows: longest)
    }
  }

  /// Turns the products of the open problems into bounds of scaled columns.
  private func examine(_ number: Int, firstSlot: Int, columns: Int) {
    let isScaled = sweep.scale != .none
    let norm = sweep.norms.scaled[number]
    if isScaled { prepareScale(firstSlot, columns) }
    var hasNorms = false
    for (row, problem) in open.enumerated() {
      let k = Int(problem)
      let request = requests[k]
      let line = products.pointer + row * 64
      if isScaled { scaleProducts(line, k, columns) }
      let error = slack[k]
      // Overflow and NaN must be looked at in f64.
      var top = cls_largest(line, columns) + error
      if !(top <= .greatestFiniteMagnitude) { top = .greatestFiniteMagnitude }
      screen.upper[screen.place(tile: number, problem: problems[k])] = top
      pass.outcomes[k].largest = max(pass.outcomes[k].largest, top)
      guard request.wants(top, norm: norm) else { continue }
      if request.radius > 0, !hasNorms {
        hasNorms = true
        prepareNorms(firstSlot, columns)
      }
      for lane in 0..<columns {
        let magnitude = abs(line[lane])
        var upper = magnitude + error
        if !(upper <= .greatestFiniteMagnitude) { upper = .greatestFiniteMagnitude }
        if request.radius > 0, upper + request.radius * norms[lane] >= 1 {
          pass.outcomes[k].uncertifiedCount += 1
        }
        if upper > request.threshold, upper > floors[k] {
          pass.outcomes[k].candidates.append(
            Sweep.Candidate(slot: firstSlot + lane, upper: upper, lower: magnitude - error))
        }
      }
      if pass.outcomes[k].candidates.count > 4 * request.limit {
        pass.outcomes[k].truncate(to: request.limit)
        // Later columns with an equal bound have higher slots, so they would lose the tie.
        floors[k] = pass.outcomes[k].candidates.last?.upper ?? 0
      }
    }
  }

  private func prepareScale(_ firstSlot: Int, _ columns: Int) {
    for lane in 0..<columns {
      let transform = ColumnScale(
        sweep.scale, sweep.store.slot(firstSlot + lane), rowCount: sweep.store.rowCount)
      factors[lane] = Float(transform.factor)
      shifts[lane] = Float(transform.factor * transform.centre)
    }
  }

  private func prepareNorms(_ firstSlot: Int, _ columns: Int) {
    for lane in 0..<columns {
      let record = sweep.store.slot(firstSlot + lane)
      let norm = ColumnScale(sweep.scale, record, rowCount: sweep.store.rowCount)
        .norm(record, rowCount: sweep.store.rowCount)
      norms[lane] = Float(norm * (1 + 1e-6)).nextUp
    }
  }

  /// Products of raw columns become those of scaled ones, in place; the slack grows accordingly.
  private func scaleProducts(_ line: UnsafeMutablePointer<Float>, _ k: Int, _ columns: Int) {
    let sum = source.sums[k]
    var extra: Float = 0
    for lane in 0..<columns {
      let scaled = line[lane] * factors[lane]
      let shift = shifts[lane] * sum
      extra = max(extra, (abs(scaled) + abs(shift)) * 0x1p-20)
      line[lane] = scaled - shift
    }
    slack[k] += extra
  }

  /// Starts a chunk with empty outcomes.
  func begin() {
    pass = Sweep.Pass(
      outcomes: [Sweep.Outcome](repeating: Sweep.Outcome(), count: source.count))
    floors = [Float](repeating: 0, count: source.count)
  }
}
